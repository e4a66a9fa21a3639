"""One person leaves, as one act: decided, changed, cancelled until the archive date, archived by the night."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from beffroi.mailhosting.models import Cut, Departure, HandOver, Mailbox, Member
from beffroi.mailhosting.queries import departures as read, effects
from beffroi.mailhosting.queries.replies import fill
from beffroi.mailhosting.services import boxes, nudges
from beffroi.mailhosting.services.facts import (
    AlreadyLeaving,
    BadCustodian,
    BadSuccessor,
    BadTimes,
    NoSuchThing,
    NotAPerson,
    NotNow,
    PartOfHandOver,
)
from beffroi.mailhosting.stages import ALLOWED, Leaving
from beffroi.mailhosting.texts import Text
from beffroi.mailhosting.words import AT_AN_END
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town
from beffroi.towns.services import take_turn


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    mailbox_id: int
    leaves_at: datetime
    archive_at: datetime
    answer: Text | None
    """With its blanks; None: nothing is answered."""
    successor_id: int | None = None
    keep_copy: bool = True
    custodian_id: int | None = None


@transaction.atomic
def decide(
    town: Town, plan: Plan, *, hand_over: HandOver | None = None, by: Agent | None, at: datetime
) -> Departure:
    """From `leaves_at` on nobody signs in, mail is answered and goes on, and rosters no longer hold the person.

    Raises: NoSuchThing, NotAPerson, NotNow, AlreadyLeaving, BadTimes, BadSuccessor, BadCustodian, UnknownBlank.
    """
    take_turn(town)
    box = boxes.locked(town, plan.mailbox_id)
    if plan.leaves_at < at:
        raise BadTimes(plan.leaves_at)
    departure = Departure(town=town, mailbox=box, hand_over=hand_over, decided_by=by, decided_at=at)
    if Departure.objects.of(town).filter(mailbox=box, cancelled_at=None).exists():
        raise AlreadyLeaving(box.pk)
    _settle(departure, plan, at=at)
    _cut(departure, by=by, at=at)
    _note(departure, journal.Kind.DEPARTURE_DECIDED, by=by, at=at)
    return departure


@transaction.atomic
def change(
    town: Town, departure_id: int, plan: Plan, *, by: Agent | None, at: datetime
) -> Departure:
    """Other words, dates or people. Once the person has left, the day of leaving stays as it is.

    Raises: as `decide`.
    """
    departure = _locked(town, departure_id)
    now = _require(departure, {Leaving.PLANNED, Leaving.IN_FORCE}, at=at)
    if departure.hand_over_id is not None:
        raise PartOfHandOver(departure_id)
    if plan.mailbox_id != departure.mailbox_id:
        raise NoSuchThing(plan.mailbox_id)
    if now == Leaving.IN_FORCE and plan.leaves_at != departure.leaves_at:
        raise NotNow(now)
    if now == Leaving.PLANNED and plan.leaves_at < at:
        raise BadTimes(plan.leaves_at)
    if now == Leaving.PLANNED:
        _give_back(departure, by=by, at=at)
    _settle(departure, plan, at=at)
    if now == Leaving.PLANNED:
        _cut(departure, by=by, at=at)
    _note(departure, journal.Kind.DEPARTURE_CHANGED, by=by, at=at)
    return departure


@transaction.atomic
def cancel(
    town: Town,
    departure_id: int,
    *,
    with_hand_over: bool = False,
    by: Agent | None,
    at: datetime,
) -> Departure:
    """Sign-in, mail and rosters are as if it had not been decided; only the time away stays on record.

    Raises: NoSuchThing, NotNow, PartOfHandOver.
    """
    departure = _locked(town, departure_id)
    _require(departure, {Leaving.CANCELLED}, at=at)
    if departure.hand_over_id is not None and not with_hand_over:
        raise PartOfHandOver(departure_id)
    _give_back(departure, by=by, at=at)
    departure.cancelled_at = at
    departure.save(update_fields=["cancelled_at"])
    departure.consultations.filter(until__gt=at).update(until=at)
    _thaw(departure, by=by, at=at)
    nudges.kick(departure.mailbox, at=at)
    if departure.custodian is not None:
        nudges.kick(departure.custodian, at=at)
    _note(departure, journal.Kind.DEPARTURE_CANCELLED, by=by, at=at)
    return departure


def archive_due(town: Town, *, at: datetime) -> int:
    """The night's work; each box in a transaction of its own. Says how many. Doing it twice changes nothing."""
    due = Departure.objects.of(town).filter(
        cancelled_at=None,
        archived_at=None,
        archive_at__lte=at,
        leaves_at__lte=at,
        hand_over=None,
    )
    ids = list(due.values_list("id", flat=True))
    return sum(_archive(town, departure_id, at=at) for departure_id in ids)


@transaction.atomic
def _archive(town: Town, departure_id: int, *, at: datetime) -> bool:
    departure = _locked(town, departure_id)
    if Leaving.ARCHIVED not in ALLOWED[read.stage(departure, at=at)]:
        return False  # somebody has just cancelled it
    boxes.move(town, departure.mailbox_id, Mailbox.State.ARCHIVED, by=None, at=at)
    departure.archived_at = at
    departure.save(update_fields=["archived_at"])
    return True


def _settle(departure: Departure, plan: Plan, *, at: datetime) -> None:
    box, town = departure.mailbox, departure.town
    if box.kind != Mailbox.Kind.PERSON:
        raise NotAPerson(box.pk)
    if box.state == Mailbox.State.ARCHIVED:
        raise NotNow(box.state)
    if plan.archive_at <= plan.leaves_at:
        raise BadTimes(plan.archive_at)
    departure.leaves_at, departure.archive_at = plan.leaves_at, plan.archive_at
    departure.successor = _successor(town, box, plan.successor_id)
    departure.custodian = _custodian(town, box, plan.custodian_id, at=at)
    departure.keep_copy = plan.keep_copy
    answer = fill(town, plan.answer, box=box, day=plan.leaves_at, successor=departure.successor)
    departure.subject, departure.text = (answer.subject, answer.text) if answer else ("", "")
    departure.save()


def _successor(town: Town, box: Mailbox, successor_id: int | None) -> Mailbox | None:
    if successor_id is None:
        return None
    successor = Mailbox.objects.of(town).select_related("address").filter(pk=successor_id).first()
    if successor is None:
        raise NoSuchThing(successor_id)
    if successor.state in AT_AN_END:
        raise BadSuccessor(successor_id)
    open_ones = Departure.objects.of(town).filter(cancelled_at=None).exclude(successor=None)
    onward = dict(open_ones.values_list("mailbox_id", "successor_id"))
    step: int | None = successor_id
    while step is not None:
        if step == box.pk:
            raise BadSuccessor(successor_id)
        step = onward.pop(step, None)
    return successor


def _custodian(
    town: Town, box: Mailbox, custodian_id: int | None, *, at: datetime
) -> Mailbox | None:
    if custodian_id is None:
        return None
    people = Mailbox.objects.of(town).filter(kind=Mailbox.Kind.PERSON)
    custodian = people.select_related("address", "holder").filter(pk=custodian_id).first()
    if custodian is None:
        raise NoSuchThing(custodian_id)
    has_left = custodian.pk in read.left(town, at=at)
    if custodian == box or custodian.state != Mailbox.State.ACTIVE or has_left:
        raise BadCustodian(custodian_id)
    return custodian


def _cut(departure: Departure, *, by: Agent | None, at: datetime) -> None:
    """Every membership that would outlast the day of leaving ends on it."""
    when = departure.leaves_at
    for member in outlasting(departure.town, person=[departure.mailbox_id], when=when):
        Cut.objects.create_in(
            departure.town, departure=departure, member=member, until_before=member.until
        )
        shorten(member, when, by=by)
    nudges.kick(departure.mailbox, at=when)


def _give_back(departure: Departure, *, by: Agent | None, at: datetime) -> None:
    for cut in departure.cuts.select_related("member__shared", "member__person__address"):
        give_back(cut.member, cut.until_before, by=by, at=at)
    departure.cuts.all().delete()


def _thaw(departure: Departure, *, by: Agent | None, at: datetime) -> None:
    if departure.state_before:
        boxes.restore(departure.town, departure.mailbox_id, by=by, at=at)
        if departure.state_before == Mailbox.State.SUSPENDED:
            boxes.suspend(departure.town, departure.mailbox_id, by=by, at=at)
        departure.state_before = ""
        departure.save(update_fields=["state_before"])


def outlasting(
    town: Town, *, person: Iterable[int] = (), shared: Iterable[int] = (), when: datetime
) -> list[Member]:
    """Memberships, of these people or on these boxes, that would last beyond that moment."""
    whose = Q(person__in=person) | Q(shared__in=shared)
    rows = Member.objects.of(town).filter(Q(until=None) | Q(until__gt=when), whose)
    rows = rows.select_related("person__address", "person__town")
    return list(rows.select_for_update(of=("self",)).order_by("id"))


def shorten(member: Member, when: datetime, *, by: Agent | None) -> None:
    """Ends at that moment; one that had not begun by then never begins."""
    member.until, member.ended_by = max(when, member.since), by
    member.save(update_fields=["until", "ended_by"])


def give_back(member: Member, until: datetime | None, *, by: Agent | None, at: datetime) -> None:
    """As it was to be. If it has ended meanwhile, a new one begins now: the gap stays on record."""
    if until is not None and until <= at:
        return
    if member.until is None or member.until > at:
        member.until, member.ended_by = until, None
        member.save(update_fields=["until", "ended_by"])
    elif not _is_on(member, at=at):
        Member.objects.create_in(
            member.town,
            shared=member.shared,
            person=member.person,
            may_send_as=member.may_send_as,
            since=max(at, member.since),
            until=until,
            added_by=by,
        )
    nudges.kick(member.person, at=at)


def _is_on(member: Member, *, at: datetime) -> bool:
    """Somebody has put the person on the roster again by hand."""
    rows = Member.objects.of(member.town).filter(shared=member.shared, person=member.person)
    return rows.filter(Q(until=None) | Q(until__gt=at)).exists()


def _locked(town: Town, departure_id: int) -> Departure:
    take_turn(town)
    rows = Departure.objects.of(town).select_related(
        "mailbox__address", "mailbox__town", "custodian__address", "custodian__town", "town"
    )
    departure = rows.select_for_update(of=("self",)).filter(pk=departure_id).first()
    if departure is None:
        raise NoSuchThing(departure_id)
    return departure


def _require(departure: Departure, wanted: set[Leaving], *, at: datetime) -> Leaving:
    now = read.stage(departure, at=at)
    if not wanted & ALLOWED[now]:
        raise NotNow(now)
    return now


def _note(departure: Departure, kind: journal.Kind, *, by: Agent | None, at: datetime) -> None:
    about = ("mailbox", departure.mailbox_id)
    detail = departure.mailbox.display_name
    journal.write(departure.town, kind, at=at, by=by, about=about, detail=detail)


class _OnlyLooked(Exception):
    """Rolls back what a preview has done."""


def preview(
    town: Town, plan: Plan, *, departure_id: int | None = None, at: datetime
) -> list[effects.Effect]:
    """What deciding, or changing, this would do: done for good and rolled back. Raises: as they do."""
    found: list[effects.Effect] = []
    try:
        with transaction.atomic():
            if departure_id is None:
                departure = decide(town, plan, by=None, at=at)
            else:
                departure = change(town, departure_id, plan, by=None, at=at)
            found = effects.of_departure(departure)
            raise _OnlyLooked
    except _OnlyLooked:
        return found
