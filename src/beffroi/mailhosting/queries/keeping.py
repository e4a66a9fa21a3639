"""How long each box is kept once archived, and which are held."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from beffroi.mailhosting.models import BoxExport, Mailbox
from beffroi.mailhosting.queries.boxes import boxes
from beffroi.mailhosting.queries.departures import left
from beffroi.mailhosting.words import BoxKind
from beffroi.towns.models import Town

USUAL_MONTHS: Mapping[str, int] = {
    BoxKind.PERSON: 12,
    BoxKind.FUNCTION: 60,
    BoxKind.COMMISSION: 120,
}
"""Beffroi's own proposal; the town's archivist decides, box by box."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    box: Mailbox
    months: int
    ends_at: datetime | None
    """None: in service."""
    is_over: bool
    """May be proposed for destruction; never while it is held."""
    has_left: bool
    """The person whose box it is."""


def kept(town: Town, *, at: datetime) -> list[Kept]:
    """Held ones first, then the archived ones, then those in service."""
    gone = left(town, at=at)
    rows = [_kept(box, has_left=box.pk in gone, at=at) for box in boxes(town)]
    return sorted(
        rows, key=lambda one: (not one.box.legal_hold, one.ends_at is None, one.box.display_name)
    )


def exports(town: Town, mailbox_id: int) -> list[BoxExport]:
    """The last ones, newest first."""
    rows = BoxExport.objects.of(town).filter(mailbox_id=mailbox_id).select_related("asked_by")
    return list(rows[:10])


def _kept(box: Mailbox, *, has_left: bool, at: datetime) -> Kept:
    months = box.retention_months or USUAL_MONTHS[box.kind]
    archived = box.state == Mailbox.State.ARCHIVED
    ends_at = _later(box.state_since, months) if archived else None
    is_over = ends_at is not None and ends_at <= at and not box.legal_hold
    return Kept(
        box=box,
        months=months,
        ends_at=ends_at,
        is_over=is_over,
        has_left=has_left,
    )


def _later(start: datetime, months: int) -> datetime:
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    return start.replace(year=year, month=month, day=min(start.day, monthrange(year, month)[1]))
