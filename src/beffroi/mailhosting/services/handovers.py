"""A hand-over after an election, as one act: prepared, decided, cancelled until the archive date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from beffroi.mailhosting.models import Cut, HandOver, Mailbox, Member, NewRoster, Outgoing, Seat
from beffroi.mailhosting.models.boxes import SHARED_KINDS
from beffroi.mailhosting.queries import effects, handovers as read
from beffroi.mailhosting.queries.departures import left
from beffroi.mailhosting.services import departures, nudges
from beffroi.mailhosting.services.facts import (
    BadCustodian,
    BadTimes,
    HandOverOpen,
    NobodyGoes,
    NoSuchThing,
    NotNow,
    SeatOfLeaver,
)
from beffroi.mailhosting.stages import ALLOWED, Leaving
from beffroi.mailhosting.texts import Text
from beffroi.mailhosting.words import AT_AN_END
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town
from beffroi.towns.services import take_turn


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    takes_place_at: datetime
    archive_at: datetime
    outgoing_mayor: str
    incoming_mayor: str
    answer: Text | None
    outgoing_ids: Sequence[int]
    custodian_id: int | None = None
    seats: Mapping[int, Sequence[int]] = field(default_factory=dict)
    """For each commission whose roster is new, the boxes of those who will sit on it."""


@transaction.atomic
def prepare(town: Town, plan: Plan, *, by: Agent | None, at: datetime) -> HandOver:
    """Nothing changes for anybody before it is decided.

    Raises: HandOverOpen, and as `change`.
    """
    take_turn(town)
    if read.open_hand_over(town) is not None:
        raise HandOverOpen
    row = HandOver(town=town, prepared_by=by, prepared_at=at)
    _settle(row, plan, at=at)
    _note(row, journal.Kind.HAND_OVER_PREPARED, by=by, at=at)
    return row


@transaction.atomic
def change(
    town: Town, hand_over_id: int, plan: Plan, *, by: Agent | None, at: datetime
) -> HandOver:
    """Until the day itself; one that was decided has to be decided again.

    Raises: NoSuchThing, NotNow, BadTimes, BadCustodian, NobodyGoes, SeatOfLeaver.
    """
    row = _locked(town, hand_over_id)
    _require(row, {Leaving.PLANNED}, at=at)
    if row.decided_at is not None:
        _undo(row, by=by, at=at)
        row.decided_at = None
    _settle(row, plan, at=at)
    _note(row, journal.Kind.HAND_OVER_PREPARED, by=by, at=at)
    return row


@transaction.atomic
def decide(town: Town, hand_over_id: int, *, by: Agent | None, at: datetime) -> HandOver:
    """Everything it does is written now, and takes effect at its date by that date alone.

    Raises: NoSuchThing, NotNow, and as `departures.decide`.
    """
    row = _locked(town, hand_over_id)
    if read.stage(row, at=at) != Leaving.DRAFT:
        raise NotNow(hand_over_id)
    if row.takes_place_at < at:
        raise BadTimes(row.takes_place_at)
    answer = Text(subject=row.subject, text=row.text) if row.text else None
    for mailbox_id in row.outgoing.values_list("mailbox_id", flat=True):
        plan = departures.Plan(
            mailbox_id=mailbox_id,
            leaves_at=row.takes_place_at,
            archive_at=row.archive_at,
            answer=answer,
            custodian_id=row.custodian_id,
        )
        departures.decide(town, plan, hand_over=row, by=by, at=at)
    for roster in row.rosters.select_related("shared"):
        _seat(row, roster, by=by)
    row.decided_at = at
    row.save(update_fields=["decided_at"])
    _note(row, journal.Kind.HAND_OVER_DECIDED, by=by, at=at)
    return row


@transaction.atomic
def cancel(town: Town, hand_over_id: int, *, by: Agent | None, at: datetime) -> HandOver:
    """Boxes, answers and rosters are as if it had not been decided; only the time between stays on record.

    Raises: NoSuchThing, NotNow.
    """
    row = _locked(town, hand_over_id)
    _require(row, {Leaving.CANCELLED}, at=at)
    _undo(row, by=by, at=at)
    row.cancelled_at = at
    row.save(update_fields=["cancelled_at"])
    _note(row, journal.Kind.HAND_OVER_CANCELLED, by=by, at=at)
    return row


class _OnlyLooked(Exception):
    """Rolls back what a preview has done."""


def preview(town: Town, hand_over_id: int, *, at: datetime) -> list[effects.Effect]:
    """What deciding it would do: done for good and rolled back. Raises: as `decide`."""
    found: list[effects.Effect] = []
    try:
        with transaction.atomic():
            found = effects.of_hand_over(decide(town, hand_over_id, by=None, at=at))
            raise _OnlyLooked
    except _OnlyLooked:
        return found


def _settle(row: HandOver, plan: Plan, *, at: datetime) -> None:
    town = row.town
    if plan.takes_place_at < at or plan.archive_at <= plan.takes_place_at:
        raise BadTimes(plan.takes_place_at)
    if not plan.outgoing_ids:
        raise NobodyGoes
    seated = {person for people in plan.seats.values() for person in people}
    people = _boxes(town, {*plan.outgoing_ids, *seated}, kinds=(Mailbox.Kind.PERSON,), at=at)
    shared = _boxes(town, set(plan.seats), kinds=SHARED_KINDS, at=at)
    if seated & set(plan.outgoing_ids):
        raise SeatOfLeaver
    if plan.custodian_id is not None and plan.custodian_id in plan.outgoing_ids:
        raise BadCustodian(plan.custodian_id)
    row.takes_place_at, row.archive_at = plan.takes_place_at, plan.archive_at
    row.outgoing_mayor, row.incoming_mayor = plan.outgoing_mayor, plan.incoming_mayor
    row.subject, row.text = (plan.answer.subject, plan.answer.text) if plan.answer else ("", "")
    row.custodian_id = plan.custodian_id
    row.save()
    row.outgoing.all().delete()
    row.rosters.all().delete()
    for mailbox_id in plan.outgoing_ids:
        Outgoing.objects.create_in(town, hand_over=row, mailbox=people[mailbox_id])
    for shared_id, seats in plan.seats.items():
        roster = NewRoster.objects.create_in(town, hand_over=row, shared=shared[shared_id])
        for person_id in seats:
            Seat.objects.create_in(town, roster=roster, person=people[person_id])


def _boxes(town: Town, ids: set[int], *, kinds: Sequence[str], at: datetime) -> dict[int, Mailbox]:
    """Of whoever is still there."""
    rows = Mailbox.objects.of(town).filter(kind__in=kinds)
    rows = rows.exclude(pk__in=left(town, at=at))
    found = rows.exclude(state__in=AT_AN_END).in_bulk(ids)
    if len(found) != len(ids):
        raise NoSuchThing
    return found


def _seat(row: HandOver, roster: NewRoster, *, by: Agent | None) -> None:
    """Whoever has no seat leaves the roster on the day; whoever is new to it joins."""
    when, shared = row.takes_place_at, roster.shared
    staying = {seat.person_id for seat in roster.seats.all()}
    for member in departures.outlasting(row.town, shared=[shared.pk], when=when):
        if member.person_id not in staying:
            Cut.objects.create_in(row.town, hand_over=row, member=member, until_before=member.until)
            departures.shorten(member, when, by=by)
            nudges.kick(member.person, at=when)
    for seat in roster.seats.select_related("person__address", "person__town"):
        there = Member.objects.of(row.town).filter(shared=shared, person=seat.person)
        if there.filter(Q(until=None) | Q(until__gt=when)).exists():
            continue
        seat.member = Member.objects.create_in(
            row.town, shared=shared, person=seat.person, since=when, added_by=by
        )
        seat.save(update_fields=["member"])
        nudges.kick(seat.person, at=when)


def _undo(row: HandOver, *, by: Agent | None, at: datetime) -> None:
    for seat in Seat.objects.of(row.town).filter(roster__hand_over=row).exclude(member=None):
        member = seat.member
        if member is not None and (member.until is None or member.until > at):
            departures.shorten(member, at, by=by)
            nudges.kick(seat.person, at=at)
        seat.member = None
        seat.save(update_fields=["member"])
    for departure in read.departures(row).filter(cancelled_at=None):
        departures.cancel(row.town, departure.pk, with_hand_over=True, by=by, at=at)
    for cut in row.cuts.select_related("member__shared", "member__person__address"):
        departures.give_back(cut.member, cut.until_before, by=by, at=at)
    row.cuts.all().delete()


def _locked(town: Town, hand_over_id: int) -> HandOver:
    take_turn(town)
    rows = HandOver.objects.of(town).select_related("town").defer("record")
    row = rows.select_for_update(of=("self",)).filter(pk=hand_over_id).first()
    if row is None:
        raise NoSuchThing(hand_over_id)
    return row


def _require(row: HandOver, wanted: set[Leaving], *, at: datetime) -> None:
    now = read.stage(row, at=at)
    if not wanted & ALLOWED[now]:
        raise NotNow(now)


def _note(row: HandOver, kind: journal.Kind, *, by: Agent | None, at: datetime) -> None:
    detail = f"{row.outgoing_mayor} → {row.incoming_mayor}"
    journal.write(row.town, kind, at=at, by=by, about=("hand_over", row.pk), detail=detail)
