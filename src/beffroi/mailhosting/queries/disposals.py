"""Which boxes may be destroyed, and the lists of those that are, will be or were."""

from datetime import datetime

from django.db.models import Q, QuerySet

from beffroi.mailhosting.models import (
    Consultation,
    Departure,
    Disposal,
    DisposalLine,
    NewRoster,
    OldAddress,
    Outgoing,
)
from beffroi.mailhosting.queries import keeping
from beffroi.mailhosting.queries.keeping import Kept
from beffroi.mailhosting.stages import Disposing
from beffroi.towns.models import Town


def proposed(town: Town, *, at: datetime) -> list[Kept]:
    """Archived boxes whose retention has ended, and that nothing holds; not those of an open list."""
    taken = DisposalLine.objects.of(town).filter(
        disposal__cancelled_at=None, disposal__destroyed_at=None
    )
    listed = set(taken.values_list("mailbox_id", flat=True))
    return [one for one in disposable(town, at=at) if one.box.pk not in listed]


def disposable(town: Town, *, at: datetime) -> list[Kept]:
    """As the law and the town see it now."""
    used = _used(town)
    return [one for one in keeping.kept(town, at=at) if one.is_over and one.box.pk not in used]


def _used(town: Town) -> set[int]:
    """By a departure or a hand-over that may still be taken back, or by an old address."""
    open_one = Q(hand_over__cancelled_at=None, hand_over__archived_at=None)
    seated = NewRoster.objects.of(town).filter(open_one)
    return {
        *Departure.objects.of(town)
        .filter(cancelled_at=None, archived_at=None)
        .values_list("mailbox_id", flat=True),
        *Outgoing.objects.of(town).filter(open_one).values_list("mailbox_id", flat=True),
        *seated.values_list("shared_id", flat=True),
        *OldAddress.objects.of(town).filter(ended_at=None).values_list("mailbox_id", flat=True),
    }


def disposals(town: Town) -> QuerySet[Disposal]:
    """The last first; cancelled ones too. Without the bytes of the records."""
    rows = Disposal.objects.of(town).defer("record")
    return rows.select_related("prepared_by", "confirmed_by", "town")


def disposal(town: Town, disposal_id: int) -> Disposal | None:
    return disposals(town).filter(pk=disposal_id).first()


def stage(row: Disposal, *, at: datetime) -> Disposing:
    """How far it is, from its dates alone."""
    if row.cancelled_at is not None:
        return Disposing.CANCELLED
    if row.destroyed_at is not None:
        return Disposing.DONE
    if row.destroy_at is not None:
        return Disposing.RUNNING if row.destroy_at <= at else Disposing.PLANNED
    return Disposing.LISTED if row.record_sha256 else Disposing.PREPARED


def lines(row: Disposal) -> QuerySet[DisposalLine]:
    return DisposalLine.objects.of(row.town).filter(disposal=row).select_related("mailbox__address")


def is_read(line: DisposalLine, *, at: datetime) -> bool:
    """A custodian has it open."""
    rows = Consultation.objects.of(line.town).filter(departure__mailbox=line.mailbox)
    return rows.filter(until__gt=at).exists()


def record(town: Town, disposal_id: int) -> bytes | None:
    """The PDF as it was made."""
    row = Disposal.objects.of(town).filter(pk=disposal_id).only("record").first()
    return bytes(row.record) if row is not None and row.record else None
