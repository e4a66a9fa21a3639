"""Who is on the roster of a commission or a function. A row is closed by a date and never deleted."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from beffroi.mailhosting.models import Mailbox, Member
from beffroi.mailhosting.models.boxes import SHARED_KINDS
from beffroi.mailhosting.services import nudges
from beffroi.mailhosting.services.boxes import locked
from beffroi.mailhosting.services.facts import (
    AlreadyMember,
    BadTimes,
    NoSuchThing,
    NotAPerson,
    NotShared,
)
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town


@transaction.atomic
def add(
    town: Town,
    shared_id: int,
    person_id: int,
    *,
    may_send_as: bool = True,
    since: datetime | None = None,
    until: datetime | None = None,
    by: Agent | None,
    at: datetime,
) -> Member:
    """From `since` (now) to just before `until` the person sees the shared box, in every program.

    Raises: NoSuchThing, NotShared, NotAPerson, AlreadyMember, BadTimes.
    """
    shared, person = locked(town, shared_id), locked(town, person_id)
    start = since or at
    _check(shared, person, start, until)
    try:
        with transaction.atomic():
            member = Member.objects.create_in(
                town,
                shared=shared,
                person=person,
                may_send_as=may_send_as,
                since=start,
                until=until,
                added_by=by,
            )
    except IntegrityError as there:
        raise AlreadyMember(person_id) from there
    for moment in (start, until):
        if moment is not None:
            nudges.kick(person, at=moment)
    _note(member, journal.Kind.ROSTER_ADDED, by=by, at=at)
    return member


@transaction.atomic
def end(
    town: Town, member_id: int, *, by: Agent | None, at: datetime, when: datetime | None = None
) -> Member:
    """The person sees the shared box until `when` (now) and no longer; that they did stays on record.

    Raises: NoSuchThing, BadTimes.
    """
    rows = Member.objects.of(town).select_related("shared", "person__address", "person__town")
    member = rows.select_for_update(of=("self",)).filter(pk=member_id).first()
    if member is None or (member.until is not None and member.until <= at):
        raise NoSuchThing(member_id)
    until = max(when or at, member.since)
    if when is not None and when < at:
        raise BadTimes(when)
    member.until, member.ended_by = until, by
    member.save(update_fields=["until", "ended_by"])
    nudges.kick(member.person, at=until)
    _note(member, journal.Kind.ROSTER_ENDED, by=by, at=at)
    return member


def _check(shared: Mailbox, person: Mailbox, since: datetime, until: datetime | None) -> None:
    if shared.kind not in SHARED_KINDS:
        raise NotShared(shared.pk)
    if person.kind != Mailbox.Kind.PERSON:
        raise NotAPerson(person.pk)
    if until is not None and until <= since:
        raise BadTimes(until)
    there = Member.objects.of(shared.town).filter(shared=shared, person=person)
    there = there.filter(Q(until=None) | Q(until__gt=since))
    if until is not None:
        there = there.filter(since__lt=until)
    if there.exists():
        raise AlreadyMember(person.pk)


def _note(member: Member, kind: journal.Kind, *, by: Agent | None, at: datetime) -> None:
    about = ("mailbox", member.shared_id)
    detail = f"{member.shared.display_name}\N{NO-BREAK SPACE}: {member.person.display_name}"
    journal.write(member.town, kind, at=at, by=by, about=about, detail=detail)
