"""Hand-overs: how far each is, who goes, who comes, what was counted."""

from datetime import datetime

from django.db.models import QuerySet

from beffroi.mailhosting.models import Departure, HandOver, InventoryLine, NewRoster
from beffroi.mailhosting.stages import Leaving
from beffroi.towns.models import Town


def hand_overs(town: Town) -> QuerySet[HandOver]:
    """The last first; cancelled ones too. Without the bytes of the records."""
    rows = HandOver.objects.of(town).defer("record")
    return rows.select_related("custodian__address", "prepared_by", "town")


def hand_over(town: Town, hand_over_id: int) -> HandOver | None:
    return hand_overs(town).filter(pk=hand_over_id).first()


def open_hand_over(town: Town) -> HandOver | None:
    """The one that is being prepared, is decided, or is under way."""
    return hand_overs(town).filter(cancelled_at=None, archived_at=None).first()


def stage(row: HandOver, *, at: datetime) -> Leaving:
    """How far it is, from its dates alone."""
    if row.cancelled_at is not None:
        return Leaving.CANCELLED
    if row.archived_at is not None:
        return Leaving.ARCHIVED
    if row.decided_at is None:
        return Leaving.DRAFT
    return Leaving.PLANNED if row.takes_place_at > at else Leaving.IN_FORCE


def departures(row: HandOver) -> QuerySet[Departure]:
    """Of the people whose mandate ends with it."""
    rows = Departure.objects.of(row.town).filter(hand_over=row)
    rows = rows.select_related("mailbox__address", "successor__address", "custodian__address")
    return rows.order_by("mailbox__display_name", "id")


def rosters(row: HandOver) -> QuerySet[NewRoster]:
    """The commissions whose roster is new, with who sits on them."""
    rows = row.rosters.select_related("shared__address")
    return rows.prefetch_related("seats__person__address")


def inventory(row: HandOver) -> QuerySet[InventoryLine]:
    return row.inventory.select_related("mailbox__address")


def record(town: Town, hand_over_id: int) -> bytes | None:
    """The PDF as it was made."""
    row = HandOver.objects.of(town).filter(pk=hand_over_id).only("record").first()
    return bytes(row.record) if row is not None and row.record else None
