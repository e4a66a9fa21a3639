"""SMTP TLS reports (RFC 8460): how many connections to the domain's servers were encrypted, and why others were not."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from beffroi.kit.mail_reports.unpack import NoReport

_MAX_POLICIES, _MAX_FAILURES = 100, 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    reason: str
    """RFC 8460, 4.3: certificate-expired, starttls-not-supported…"""
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TlsPolicy:
    domain: str
    succeeded: int
    failed: int
    failures: tuple[Failure, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TlsReport:
    reporter: str
    number: str
    begins: datetime
    ends: datetime
    policies: tuple[TlsPolicy, ...]


def read(document: bytes) -> TlsReport:
    """Raises: NoReport."""
    try:
        found = json.loads(document)
        dates = found["date-range"]
        return TlsReport(
            reporter=_short(found["organization-name"]),
            number=_short(found["report-id"]),
            begins=_moment(dates["start-datetime"]),
            ends=_moment(dates["end-datetime"]),
            policies=tuple(_policy(one) for one in found["policies"][:_MAX_POLICIES]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as bad:
        raise NoReport("not a TLS report") from bad


def _policy(found: dict[str, Any]) -> TlsPolicy:
    details = found.get("failure-details") or []
    return TlsPolicy(
        domain=_short(found["policy"]["policy-domain"]).lower().rstrip("."),
        succeeded=_count(found["summary"]["total-successful-session-count"]),
        failed=_count(found["summary"]["total-failure-session-count"]),
        failures=tuple(
            Failure(reason=_short(one["result-type"]), count=_count(one["failed-session-count"]))
            for one in details[:_MAX_FAILURES]
        ),
    )


def _moment(text: object) -> datetime:
    moment = datetime.fromisoformat(str(text))
    if moment.tzinfo is None:
        raise ValueError("a date without its time zone")
    return moment


def _count(number: object) -> int:
    return min(max(int(str(number)), 0), 2**31 - 1)


def _short(text: object) -> str:
    return " ".join(str(text).split())[:200]
