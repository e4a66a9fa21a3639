"""The day of a hand-over: boxes frozen, their inventory counted, its record kept, and at the end the archive."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from beffroi.mailhosting.models import HandOver, InventoryLine, Mailbox
from beffroi.mailhosting.models.handing import Counted
from beffroi.mailhosting.queries import handovers as read
from beffroi.mailhosting.services import boxes
from beffroi.mailhosting.services.facts import NoSuchThing, NotNow
from beffroi.mailhosting.stages import ALLOWED, Leaving
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town
from beffroi.towns.services import take_turn


@dataclass(frozen=True, kw_only=True, slots=True)
class Volume:
    """What a box holds."""

    messages: int
    size_bytes: int
    first_at: datetime | None
    last_at: datetime | None


Measure = Callable[[str], Volume | None]
"""From the box's address; None: the servers cannot say."""


def advance(town: Town, *, measure: Measure, at: datetime) -> None:
    """What is due of the town's hand-over. Every step is whole or not done; doing it again goes on from there."""
    row = read.open_hand_over(town)
    if row is None or read.stage(row, at=at) != Leaving.IN_FORCE:
        return
    begin(town, row.pk, at=at)
    count(town, row.pk, measure=measure, at=at)


@transaction.atomic
def begin(town: Town, hand_over_id: int, *, at: datetime) -> None:
    """The outgoing people's boxes are frozen and the inventory opened, all at once."""
    row = _locked(town, hand_over_id)
    if row.begun_at is not None or read.stage(row, at=at) != Leaving.IN_FORCE:
        return
    for departure in read.departures(row).filter(cancelled_at=None):
        departure.state_before = departure.mailbox.state
        departure.save(update_fields=["state_before"])
        boxes.move(town, departure.mailbox_id, Mailbox.State.FROZEN, by=None, at=at)
        InventoryLine.objects.create_in(town, hand_over=row, mailbox=departure.mailbox)
    for roster in read.rosters(row):
        InventoryLine.objects.create_in(town, hand_over=row, mailbox=roster.shared)
    row.begun_at = at
    row.save(update_fields=["begun_at"])


def count(town: Town, hand_over_id: int, *, measure: Measure, at: datetime) -> None:
    """Asks the servers for each line not counted yet, outside any transaction."""
    lines = InventoryLine.objects.of(town).filter(hand_over_id=hand_over_id, counted_at=None)
    for line in lines.select_related("mailbox__address__domain"):
        fill(line, measure=measure, at=at)
    rows = HandOver.objects.of(town).filter(pk=hand_over_id, counted_at=None)
    rows.exclude(begun_at=None).update(counted_at=at)


def fill(line: Counted, *, measure: Measure, at: datetime) -> None:
    found = measure(line.mailbox.server_login)
    if found is not None:
        line.messages, line.size_bytes = found.messages, found.size_bytes
        line.first_at, line.last_at = found.first_at, found.last_at
    line.counted_at = at
    line.save()


@transaction.atomic
def count_again(town: Town, hand_over_id: int, *, by: Agent, at: datetime) -> None:
    """Lines that the servers could not say are asked again. Raises: NoSuchThing, NotNow."""
    row = _locked(town, hand_over_id)
    if read.stage(row, at=at) != Leaving.IN_FORCE or row.record_sha256:
        raise NotNow(hand_over_id)
    row.inventory.filter(messages=None).update(counted_at=None)
    HandOver.objects.of(town).filter(pk=row.pk).update(counted_at=None)
    _note(row, journal.Kind.INVENTORY_AGAIN, by=by, at=at)


@transaction.atomic
def keep_record(town: Town, hand_over_id: int, pdf: bytes, *, by: Agent, at: datetime) -> str:
    """The record as both mayors sign it, and its SHA-256, which the journal keeps too. Made once.

    Raises: NoSuchThing, NotNow.
    """
    row = _locked(town, hand_over_id)
    if read.stage(row, at=at) != Leaving.IN_FORCE or row.counted_at is None or row.record_sha256:
        raise NotNow(hand_over_id)
    row.record, row.record_at = pdf, at
    row.record_sha256 = hashlib.sha256(pdf).hexdigest()
    row.save(update_fields=["record", "record_at", "record_sha256"])
    detail = f"SHA-256\N{NO-BREAK SPACE}: {row.record_sha256}"
    _note(row, journal.Kind.HAND_OVER_RECORD, by=by, at=at, detail=detail)
    return row.record_sha256


def archive_due(town: Town, *, at: datetime) -> int:
    """The night's work: all boxes of a hand-over in one transaction. Says how many hand-overs."""
    due = HandOver.objects.of(town).filter(
        cancelled_at=None, archived_at=None, archive_at__lte=at, takes_place_at__lte=at
    )
    ids = list(due.exclude(decided_at=None).values_list("id", flat=True))
    return sum(_archive(town, hand_over_id, at=at) for hand_over_id in ids)


@transaction.atomic
def _archive(town: Town, hand_over_id: int, *, at: datetime) -> bool:
    begin(town, hand_over_id, at=at)  # a town whose work stood still that long
    row = _locked(town, hand_over_id)
    if Leaving.ARCHIVED not in ALLOWED[read.stage(row, at=at)]:
        return False  # somebody has just cancelled it
    for departure in read.departures(row).filter(cancelled_at=None, archived_at=None):
        boxes.move(town, departure.mailbox_id, Mailbox.State.ARCHIVED, by=None, at=at)
        departure.archived_at = at
        departure.save(update_fields=["archived_at"])
    row.archived_at = at
    row.save(update_fields=["archived_at"])
    _note(row, journal.Kind.HAND_OVER_ARCHIVED, by=None, at=at)
    return True


def _locked(town: Town, hand_over_id: int) -> HandOver:
    take_turn(town)
    rows = HandOver.objects.of(town).select_related("town").defer("record")
    row = rows.select_for_update(of=("self",)).filter(pk=hand_over_id).first()
    if row is None:
        raise NoSuchThing(hand_over_id)
    return row


def _note(
    row: HandOver, kind: journal.Kind, *, by: Agent | None, at: datetime, detail: str = ""
) -> None:
    words = detail or f"{row.outgoing_mayor} → {row.incoming_mayor}"
    journal.write(row.town, kind, at=at, by=by, about=("hand_over", row.pk), detail=words)
