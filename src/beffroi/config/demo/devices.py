"""Telephones and browsers of the demonstration: some residents chose SMS and notifications too.

Their numbers are of those that ARCEP keeps for fiction; the devices are those of the outside world.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

from django.conf import settings

from beffroi.audience.channels import bits
from beffroi.audience.models import Subscriber, Subscription
from beffroi.audience.words import Status
from beffroi.delivery import bulk
from beffroi.delivery.services import contact_points
from beffroi.delivery.words import Channel
from beffroi.servers.outside import push_devices
from beffroi.towns.models import Town

ONE_IN_FOR_SMS, ONE_IN_FOR_PUSH = 3, 8
VOLUNTEERS = 12
"""People who said that exercises may reach them."""
_GIVE: dict[Channel, LiteralString] = {
    Channel.SMS: "UPDATE audience_subscriber s SET phone_point_id = given.point"
    " FROM unnest(%b::bigint[], %b::bigint[]) AS given(person, point)"
    " WHERE s.id = given.person AND s.town_id = %b",
    Channel.PUSH: "UPDATE audience_subscriber s SET push_point_id = given.point"
    " FROM unnest(%b::bigint[], %b::bigint[]) AS given(person, point)"
    " WHERE s.id = given.person AND s.town_id = %b",
}
_STEP = 17  # prime to 9,900: the numbers look less like a list


def hand_out(town: Town, *, at: datetime) -> None:
    """From today on, so that the past is what it was."""
    people = list(
        Subscriber.objects.of(town)
        .filter(status=Status.ACTIVE, phone_point=None, push_point=None)
        .order_by("pk")
    )
    with_sms = people[::ONE_IN_FOR_SMS]
    numbers = [number_of(place) for place in range(len(with_sms))]
    _give(town, with_sms, Channel.SMS, numbers, at=at)
    if settings.BEFFROI_PUSH_HOSTS:
        with_push = people[1::ONE_IN_FOR_PUSH]
        root = f"http://{settings.BEFFROI_PUSH_HOSTS[0]}"
        names = [f"appareil-{place}" for place in range(1, len(with_push) + 1)]
        devices = [push_devices.subscription(name, root=root) for name in names]
        _give(town, with_push, Channel.PUSH, devices, at=at)
    volunteers = [person.pk for person in with_sms[:VOLUNTEERS]]
    Subscriber.objects.of(town).filter(pk__in=volunteers).update(wants_drills=True)


def number_of(place: int) -> str:
    """From 06 39 98 00 00 to 06 39 98 98 99; those that end the range misbehave on purpose."""
    return f"+3363998{place * _STEP % 9_900:04}"


def _give(
    town: Town,
    people: Sequence[Subscriber],
    channel: Channel,
    addresses: Sequence[str],
    *,
    at: datetime,
) -> None:
    points = contact_points.find_or_create_many(town, channel, addresses, at=at)
    ids = [person.pk for person in people]
    bulk.execute(_GIVE[channel], [ids, points, town.pk])
    open_rows = Subscription.objects.of(town).filter(subscriber__in=ids, until=None)
    open_rows.update(channels=bits((Channel.EMAIL, channel)))
