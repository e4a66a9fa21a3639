"""Who is on duty, and how they are rung."""

from datetime import datetime, timedelta

from django.db import transaction

from beffroi.alerts.models import Duty
from beffroi.alerts.services.facts import BadTimes, NobodyToRing, NoSuchThing
from beffroi.delivery.services import contact_points
from beffroi.delivery.words import Channel
from beffroi.towns import journal, queries as towns
from beffroi.towns.models import Agent, Town

LONGEST = timedelta(days=92)


@transaction.atomic
def add(
    town: Town,
    agent_id: int,
    *,
    starts_at: datetime,
    ends_at: datetime,
    email: str = "",
    phone: str = "",
    by: Agent | None,
    at: datetime,
) -> Duty:
    """Raises: NoSuchThing, BadTimes, NobodyToRing; NotAnAddress and NotAPhone of the kit."""
    member = towns.member(town, agent_id)
    if member is None:
        raise NoSuchThing(agent_id)
    if not starts_at < ends_at <= starts_at + LONGEST or ends_at <= at:
        raise BadTimes(ends_at)
    if not (email or phone):
        raise NobodyToRing(agent_id)
    row = Duty.objects.create_in(
        town,
        agent=member.agent,
        starts_at=starts_at,
        ends_at=ends_at,
        email_point_id=_point(town, Channel.EMAIL, email, at=at),
        phone_point_id=_point(town, Channel.SMS, phone, at=at),
    )
    _note(row, by=by, at=at)
    return row


@transaction.atomic
def remove(town: Town, duty_id: int, *, by: Agent, at: datetime) -> None:
    """Raises: NoSuchThing."""
    row = Duty.objects.of(town).select_related("agent").filter(pk=duty_id).first()
    if row is None:
        raise NoSuchThing(duty_id)
    _note(row, by=by, at=at)
    row.delete()


def _point(town: Town, channel: Channel, address: str, *, at: datetime) -> int | None:
    return contact_points.find_or_create(town, channel, address, at=at) if address else None


def _note(row: Duty, *, by: Agent | None, at: datetime) -> None:
    about = ("duty", row.pk)
    journal.write(
        row.town, journal.Kind.DUTY_CHANGED, at=at, by=by, about=about, detail=row.agent.full_name
    )
