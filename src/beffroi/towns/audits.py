"""The audit of a town's public pages by people, which its accessibility statement must tell.

Sources: law 2005-102, article 47; decree 2019-768, article 4; RGAA 4.1, « Obligations d'accessibilité », the model statement.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext

from beffroi.towns import journal
from beffroi.towns.models import Agent, Town


class Conformity(StrEnum):
    """In the words of the model statement: all criteria are met, at least half, fewer."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


@dataclass(frozen=True, kw_only=True, slots=True)
class Audit:
    day: date
    by: str
    """Who made it: a firm, a service of the town."""
    rate: Decimal
    """Criteria that are met, percent, 0 to 100."""
    report: str = ""
    """Address of the report, if it is published."""
    failings: str = ""
    """What is not accessible and why, in the town's words."""

    @property
    def percent(self) -> str:
        """The rate as it is read: 72,5."""
        return f"{self.rate.normalize():f}".replace(".", ",")

    @property
    def conformity(self) -> Conformity:
        if self.rate >= 100:
            return Conformity.FULL
        return Conformity.PARTIAL if self.rate >= 50 else Conformity.NONE


def last(town: Town) -> Audit | None:
    """None: no audit was made."""
    if town.audited_on is None or town.audit_rate is None:
        return None
    return Audit(
        day=town.audited_on,
        by=town.audit_by,
        rate=town.audit_rate,
        report=town.audit_report,
        failings=town.audit_failings,
    )


@transaction.atomic
def record(town: Town, audit: Audit | None, *, by: Agent, at: datetime) -> None:
    """The statement tells it from now on; None: it tells again that no audit was made. The journal keeps both."""
    town.audited_on = audit.day if audit else None
    town.audit_by = audit.by if audit else ""
    town.audit_rate = audit.rate if audit else None
    town.audit_report = audit.report if audit else ""
    town.audit_failings = audit.failings if audit else ""
    town.save(
        update_fields=[
            "audited_on", "audit_by", "audit_rate", "audit_report", "audit_failings",
        ]
    )  # fmt: skip
    journal.write(town, journal.Kind.TOWN_CHANGED, at=at, by=by, detail=_sentence(audit))


def _sentence(audit: Audit | None) -> str:
    if audit is None:
        return gettext("Audit d’accessibilité retiré de la déclaration")
    return gettext("Audit d’accessibilité du {day}\N{NO-BREAK SPACE}: {rate} %").format(
        day=date_format(audit.day, "j F Y"), rate=audit.percent
    )
