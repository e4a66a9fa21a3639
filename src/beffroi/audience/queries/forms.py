"""Paper forms as the typing screen shows them."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from beffroi.audience.facts import SubscriberView
from beffroi.audience.models import PaperForm
from beffroi.audience.queries import subscribers
from beffroi.audience.services.paper import UNDO
from beffroi.delivery.services import contact_points
from beffroi.delivery.words import Channel
from beffroi.kit import addresses
from beffroi.towns.models import Town


@dataclass(frozen=True, kw_only=True, slots=True)
class FormView:
    id: int
    number: str
    signed_on: date
    typed_at: datetime
    typed_by: str
    subscriber_id: int | None
    masked: str
    theme_names: tuple[str, ...]
    has_scan: bool

    def may_undo(self, at: datetime) -> bool:
        return self.typed_at + UNDO >= at and self.subscriber_id is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class FormCheck:
    """What is known before a form is saved."""

    same_number: FormView | None
    known: SubscriberView | None
    """Whoever has this address already."""
    suggestion: str
    """What was probably meant, when the host of the address looks mistyped."""


def recent(town: Town, *, limit: int = 10) -> list[FormView]:
    """The last ones typed, the newest first."""
    return _views(town, list(_rows(town)[:limit]))


def of_subscriber(town: Town, subscriber_id: int) -> list[FormView]:
    return _views(town, list(_rows(town).filter(subscriber=subscriber_id)))


def check(town: Town, *, number: str, address: str, phone: str = "", at: datetime) -> FormCheck:
    """Duplicates, by number of the form, by address and by telephone."""
    same = list(_rows(town).filter(number=number.strip())[:1]) if number.strip() else []
    return FormCheck(
        same_number=_views(town, same)[0] if same else None,
        known=_known(town, address, phone, at=at),
        suggestion=addresses.suggest(address.strip()),
    )


def _known(town: Town, address: str, phone: str, *, at: datetime) -> SubscriberView | None:
    if "@" in address:
        return subscribers.by_address(town, address, at=at)
    return subscribers.by_address(town, phone, channel=Channel.SMS, at=at) if phone else None


def next_number(town: Town) -> str:
    """The number after the last one typed, with its zeros; empty when it does not end in digits."""
    last = PaperForm.objects.of(town).order_by("-typed_at", "-id").values_list("number", flat=True)
    found = re.fullmatch(r"(.*?)(\d{1,12})", last.first() or "")
    if found is None:
        return ""
    digits = found[2]
    return f"{found[1]}{int(digits) + 1:0{len(digits)}}"


def _rows(town: Town) -> QuerySet[PaperForm]:
    return (
        PaperForm.objects.of(town)
        .select_related("subscriber", "typed_by", "proof")
        .defer("sealed_scan")
    )


def _views(town: Town, rows: list[PaperForm]) -> list[FormView]:
    shown = {row.pk: _shown_by(row) for row in rows}
    points = [point for point in shown.values() if point is not None]
    masked = contact_points.masked(town, points)
    return [
        FormView(
            id=row.pk,
            number=row.number,
            signed_on=row.signed_on,
            typed_at=row.typed_at,
            typed_by=row.typed_by.full_name,
            subscriber_id=row.subscriber_id,
            masked=masked.get(shown[row.pk] or 0, ""),
            theme_names=tuple(row.proof.theme_names) if row.proof else (),
            has_scan=bool(row.scan_kind),
        )
        for row in rows
    ]


def _shown_by(row: PaperForm) -> int | None:
    """The contact point that the person is shown by: their address, else their number."""
    person = row.subscriber
    return (person.email_point_id or person.phone_point_id) if person else None
