"""Several members of a shared box at once, all of them or none."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from beffroi.mailhosting.models import Member
from beffroi.mailhosting.services import nudges, roster
from beffroi.mailhosting.services.facts import NoSuchThing
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town


@transaction.atomic
def add_many(
    town: Town,
    shared_id: int,
    person_ids: Iterable[int],
    *,
    may_send_as: bool,
    since: datetime | None,
    until: datetime | None,
    by: Agent | None,
    at: datetime,
) -> list[Member]:
    """Raises as `roster.add`."""
    return [
        roster.add(
            town,
            shared_id,
            person_id,
            may_send_as=may_send_as,
            since=since,
            until=until,
            by=by,
            at=at,
        )
        for person_id in person_ids
    ]


@transaction.atomic
def end_many(
    town: Town,
    member_ids: Iterable[int],
    *,
    by: Agent | None,
    at: datetime,
    when: datetime | None = None,
) -> list[Member]:
    """Raises as `roster.end`."""
    return [roster.end(town, one, by=by, at=at, when=when) for one in member_ids]


@transaction.atomic
def let_send(
    town: Town, member_id: int, *, may_send_as: bool, by: Agent | None, at: datetime
) -> Member:
    """Whether the member writes as the shared box, from now on: a new row, for the old one stays on record.

    Raises: NoSuchThing.
    """
    member = _open(town, member_id, at=at)
    if member.may_send_as == may_send_as:
        return member
    until = member.until
    roster.end(town, member.pk, by=by, at=at)
    return roster.add(
        town,
        member.shared_id,
        member.person_id,
        may_send_as=may_send_as,
        since=at,
        until=until,
        by=by,
        at=at,
    )


@transaction.atomic
def stay(town: Town, member_id: int, *, by: Agent | None, at: datetime) -> Member:
    """An end that has not come yet is called off. Raises: NoSuchThing."""
    member = _open(town, member_id, at=at)
    member.until, member.ended_by = None, None
    member.save(update_fields=["until", "ended_by"])
    nudges.kick(member.person, at=at)
    detail = f"{member.shared.display_name}\N{NO-BREAK SPACE}: {member.person.display_name}"
    about = ("mailbox", member.shared_id)
    journal.write(town, journal.Kind.ROSTER_ADDED, at=at, by=by, about=about, detail=detail)
    return member


def _open(town: Town, member_id: int, *, at: datetime) -> Member:
    rows = Member.objects.of(town).select_related("shared", "person__address", "person__town")
    member = rows.select_for_update(of=("self",)).filter(pk=member_id).first()
    if member is None or (member.until is not None and member.until <= at):
        raise NoSuchThing(member_id)
    return member
