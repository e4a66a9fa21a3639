"""Who is reached by which channel: checked person by person against rules written a second time, plainly."""

import random
from dataclasses import dataclass
from datetime import timedelta

import pytest

from beffroi.audience import reach
from beffroi.audience.channels import Spread, among, bit, bits
from beffroi.audience.models import Subscriber, Subscription
from beffroi.audience.words import Origin
from beffroi.delivery.services import stops
from beffroi.delivery.words import Channel, StopReason
from tests.cast import NOON
from tests.rooms.audience import scene


@dataclass
class Person:
    """One subscriber as the oracle sees them."""

    points: dict[Channel, int]
    choice: int
    paused: bool
    stopped: set[Channel]

    def wants(self, channel):
        return channel in among(self.choice)

    def usable(self, channel):
        has_it = channel in self.points and channel not in self.stopped
        return self.wants(channel) and has_it and not self.paused

    def cheapest(self):
        return next((c for c in (Channel.PUSH, Channel.EMAIL, Channel.SMS) if self.usable(c)), None)


@pytest.fixture
def crowd(open_town, themes):
    chance = random.Random(3)
    people = []
    for _ in range(60):
        having = [channel for channel in Channel if chance.random() < 0.7]
        choice = chance.randrange(1, 8)
        row, points = scene.a_person(open_town, themes[:1], having=having, choice=choice)
        paused = chance.random() < 0.2
        Subscriber.objects.of(open_town).filter(pk=row.pk).update(
            paused_until=NOON + timedelta(days=3) if paused else None
        )
        stopped = {channel for channel in points if chance.random() < 0.2}
        for channel in stopped:
            reason = chance.choice((StopReason.UNSUBSCRIBED, StopReason.BOUNCED))
            stops.stop(open_town, points[channel], reason=reason, at=NOON)
        people.append(Person(points, choice, paused, stopped))
    return people


@pytest.mark.parametrize("channel", Channel)
def test_every_chosen_channel_reaches_exactly_those_who_can_be(open_town, themes, crowd, channel):
    reached = set(reach.recipients(open_town, [themes[0].id], channel=channel, at=NOON))

    assert reached == {one.points[channel] for one in crowd if one.usable(channel)}


def test_the_cheapest_spread_reaches_each_person_once(open_town, themes, crowd):
    for channel in Channel:
        reached = set(
            reach.recipients(
                open_town, [themes[0].id], channel=channel, spread=Spread.CHEAPEST, at=NOON
            )
        )
        assert reached == {one.points[channel] for one in crowd if one.cheapest() == channel}


@pytest.mark.parametrize("channel", Channel)
def test_the_count_says_why_each_of_the_others_is_not_reached(open_town, themes, crowd, channel):
    count = reach.count_with_exclusions(
        open_town, [themes[0].id], channel=channel, spread=Spread.CHEAPEST, at=NOON
    )
    wanting = [one for one in crowd if one.wants(channel)]

    assert count.recipients == sum(one.cheapest() == channel for one in wanting)
    assert count.paused == sum(one.paused for one in wanting)
    assert count.without == sum(channel not in one.points for one in wanting if not one.paused)
    assert count.cheaper == sum(
        one.usable(channel) and one.cheapest() != channel for one in wanting
    )
    assert count.recipients + count.cheaper + count.excluded == len(wanting)


def test_a_theme_that_somebody_wants_by_e_mail_only_sends_them_no_sms(open_town, themes):
    row, points = scene.a_person(open_town, themes[:1], choice=bit(Channel.EMAIL))
    Subscription.objects.create_in(
        open_town,
        subscriber=row,
        theme_id=themes[1].id,
        since=NOON,
        origin=Origin.WEB,
        channels=bits([Channel.SMS]),
    )

    first = reach.recipients(open_town, [themes[0].id], channel=Channel.SMS, at=NOON)
    both = reach.recipients(open_town, [theme.id for theme in themes], channel=Channel.SMS, at=NOON)

    assert list(first) == []
    assert list(both) == [points[Channel.SMS]]


def test_a_drill_reaches_volunteers_and_nobody_else(open_town, themes):
    _, points = scene.a_person(open_town, themes[:1], drills=True, choice=bit(Channel.EMAIL))
    scene.a_person(open_town, themes)

    assert list(reach.drill_recipients(open_town, channel=Channel.SMS, at=NOON)) == [
        points[Channel.SMS]
    ]
