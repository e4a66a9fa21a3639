"""Quiet hours and the evening's digest: who hears a notification when, and nobody twice."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils.timezone import localtime

from beffroi.audience import quiet
from beffroi.audience.channels import Rhythm, Spread, bit
from beffroi.audience.models import DigestLine, DigestTitle, Subscriber, Subscription
from beffroi.audience.services import browsers, digests, preferences
from beffroi.audience.words import Status
from beffroi.delivery.models import Delivery, Message
from beffroi.delivery.services import contact_points
from beffroi.delivery.words import Channel, Lane
from beffroi.towns import corrections, zones
from beffroi.towns.models import Town
from tests.cast import NOON
from tests.rooms.audience import scene

PUSH = bit(Channel.PUSH)
EVENING = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)  # 18:00 in Paris
NIGHT = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)  # 22:00 in Paris
MORNING = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)  # 8:00 in Paris


def a_person(town, themes, *, hours=(None, None), rhythm=Rhythm.NOW, **how):
    row, points = scene.a_person(town, themes, **{"having": [Channel.PUSH], "choice": PUSH, **how})
    Subscriber.objects.of(town).filter(pk=row.pk).update(quiet_from=hours[0], quiet_until=hours[1])
    Subscription.objects.of(town).filter(subscriber=row).update(rhythm=rhythm)
    return row, points[Channel.PUSH]


def plan(town, themes, *, at, lane=Lane.CAMPAIGN, **how):
    return quiet.plan(town, [theme.id for theme in themes], lane=lane, at=at, **how)


def keep(town, theme, reference="campaign:1", title="Marché de Noël", at=NOON):
    return digests.keep(
        town,
        [theme.id],
        reference=reference,
        title=title,
        page_url=f"https://ville.example/{reference}",
        at=at,
    )


def sent(town):
    """Contact points and text of each digest, the oldest first."""
    rows = Message.objects.of(town).filter(reference="digest").order_by("id")
    return [
        (
            set(
                Delivery.objects.of(town)
                .filter(message_id=row.pk)
                .values_list("contact_point_id", flat=True)
            ),
            row.text,
        )
        for row in rows
    ]


@pytest.mark.parametrize(
    ("hours", "hour", "ends"),
    [
        ((None, None), "12:00", None),
        ((None, None), "21:29", None),
        ((None, None), "21:30", "08:00+1"),
        ((None, None), "03:00", "08:00"),
        ((None, None), "08:00", None),
        ((time(13), time(15)), "14:00", "15:00"),
        ((time(13), time(15)), "22:00", None),
        ((time(22), None), "21:45", None),
        ((time(0), time(0)), "03:00", None),
    ],
)
def test_quiet_hours_end_when_they_say(hours, hour, ends):
    at = datetime.fromisoformat(f"2026-11-24T{hour}:00+01:00")
    expected = None
    if ends:
        day = "25" if ends.endswith("+1") else "24"
        expected = datetime.fromisoformat(f"2026-11-{day}T{ends[:5]}:00+01:00")

    assert quiet.quiet_until(Town(), hours, at=at) == expected


def test_the_town_s_own_hours_are_those_of_whoever_said_nothing(open_town, themes):
    _, usual = a_person(open_town, themes[:1])
    _, own = a_person(open_town, themes[:1], hours=(time(21), time(7)))
    open_town.quiet_from, open_town.quiet_until = time(20), time(9)

    told = plan(open_town, themes[:1], at=NIGHT)

    assert [set(later.recipients) for later in told.later] == [{own}, {usual}]
    assert [localtime(later.at).time() for later in told.later] == [time(7), time(9)]


def test_at_night_a_notification_waits_for_each_ones_morning(open_town, themes):
    _, usual = a_person(open_town, themes[:1])
    _, late = a_person(open_town, themes[:1], hours=(None, time(10)))
    _, never = a_person(open_town, themes[:1], hours=(time(0), time(0)))

    told = plan(open_town, themes[:1], at=NIGHT)

    assert set(told.now) == {never}
    assert [(later.at, set(later.recipients)) for later in told.later] == [
        (MORNING, {usual}),
        (MORNING + timedelta(hours=2), {late}),
    ]


@pytest.mark.parametrize("lane", [Lane.ALERT, Lane.EMERGENCY])
def test_safety_passes_through_quiet_hours_and_the_digest(open_town, themes, lane):
    _, usual = a_person(open_town, themes[:1])
    _, daily = a_person(open_town, themes[:1], rhythm=Rhythm.DAILY)

    told = plan(open_town, themes[:1], at=NIGHT, lane=lane)

    assert set(told.now) == {usual, daily}
    assert (told.later, set(told.digest)) == ((), set())


def test_one_theme_at_once_is_enough_for_a_message_of_two(open_town, themes):
    row, point = a_person(open_town, themes[:2], rhythm=Rhythm.DAILY)
    Subscription.objects.of(open_town).filter(subscriber=row, theme=themes[1].id).update(
        rhythm=Rhythm.NOW
    )

    assert set(plan(open_town, themes[:1], at=NOON).digest) == {point}
    assert set(plan(open_town, themes[:2], at=NOON).now) == {point}
    assert set(plan(open_town, themes[:2], at=NOON).digest) == set()


def test_whoever_has_a_cheaper_way_is_in_no_group_of_another(open_town, themes):
    a_person(open_town, themes[:1], having=[Channel.PUSH, Channel.SMS], choice=6)

    told = plan(open_town, themes[:1], at=NOON, spread=Spread.CHEAPEST)

    assert told.now.count() == 1


def test_the_evening_tells_each_person_the_titles_of_their_day_once(open_town, themes):
    _, both = a_person(open_town, themes[:2], rhythm=Rhythm.DAILY)
    _, one = a_person(open_town, themes[:1], rhythm=Rhythm.DAILY)
    a_person(open_town, themes[:2])
    kept = [
        keep(open_town, themes[0]),
        keep(open_town, themes[1], reference="campaign:2", title="Rue barrée"),
        keep(open_town, themes[0]),
    ]

    told = [digests.send(open_town, at=EVENING), digests.send(open_town, at=EVENING)]

    assert (kept, told) == ([2, 1, 2], [2, 0])
    assert sorted(sent(open_town), key=lambda one: len(one[1])) == [
        ({one}, "• Marché de Noël"),
        ({both}, "• Marché de Noël\n• Rue barrée"),
    ]
    assert not DigestLine.objects.of(open_town).exists()
    assert not DigestTitle.objects.of(open_town).exists()


def test_what_comes_after_the_hour_waits_for_tomorrow(open_town, themes):
    a_person(open_town, themes[:1], rhythm=Rhythm.DAILY)
    keep(open_town, themes[0], at=EVENING + timedelta(minutes=5))

    today = digests.send(open_town, at=EVENING + timedelta(minutes=10))
    tomorrow = digests.send(open_town, at=EVENING + timedelta(days=1))

    assert (today, tomorrow) == (0, 1)


def test_what_is_paused_waits_for_the_evening_after_it_goes_on(open_town, themes):
    a_person(open_town, themes[:1], rhythm=Rhythm.DAILY)
    keep(open_town, themes[0])
    digests.hold(open_town, reference="campaign:1")
    paused = digests.send(open_town, at=EVENING)
    digests.release(open_town, reference="campaign:1", at=EVENING + timedelta(hours=1))

    same_evening = digests.send(open_town, at=EVENING + timedelta(hours=2))
    tomorrow = digests.send(open_town, at=EVENING + timedelta(days=1))

    assert (paused, same_evening, tomorrow) == (0, 0, 1)


def test_before_the_hour_nothing_leaves(open_town, themes):
    a_person(open_town, themes[:1], rhythm=Rhythm.DAILY)
    keep(open_town, themes[0])

    digests.send_all(at=EVENING - timedelta(minutes=1))
    before = sent(open_town)
    digests.send_all(at=EVENING)

    assert (before, len(sent(open_town))) == ([], 1)


def test_evening_and_night_fall_by_the_clock_of_the_town(open_town, themes, agent):
    """Six in the evening at Saint-Denis is three in the afternoon in Paris."""
    corrections.set_time_zone(open_town, "Indian/Reunion", by=agent, at=NOON)
    there = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
    a_person(open_town, themes[:1], rhythm=Rhythm.DAILY)
    keep(open_town, themes[0])

    digests.send_all(at=there - timedelta(minutes=1))
    before = sent(open_town)
    digests.send_all(at=there)
    (quiet_until,) = [
        quiet.quiet_until(one, (None, None), at=there + timedelta(hours=4))
        for one in zones.each([open_town])
    ]

    assert (before, len(sent(open_town))) == ([], 1)
    assert quiet_until == datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


def test_whoever_left_meanwhile_hears_nothing(open_town, themes):
    row, _ = a_person(open_town, themes[:1], rhythm=Rhythm.DAILY)
    keep(open_town, themes[0])
    preferences.unsubscribe(open_town, row.pk, at=NOON)

    assert digests.send(open_town, at=EVENING) == 0


def test_a_long_day_is_cut_and_counted(open_town, themes):
    a_person(open_town, themes[:1], rhythm=Rhythm.DAILY)
    for n in range(digests.MAX_TITLES + 2):
        keep(open_town, themes[0], reference=f"campaign:{n}", title="Une nouvelle " * 20)

    digests.send(open_town, at=EVENING)

    assert sent(open_town)[0][1].endswith("\net 2 autres")


def test_a_browser_that_its_service_dropped_is_forgotten_at_night(open_town, themes):
    alone, point = a_person(open_town, themes[:1])
    known, device = a_person(open_town, themes[:1], having=[Channel.PUSH, Channel.EMAIL], choice=5)
    for gone in (point, device):
        contact_points.erase(open_town, gone, at=NOON)

    assert browsers.forget_gone(open_town, at=NOON) == 2

    alone.refresh_from_db()
    known.refresh_from_db()
    assert (alone.status, alone.push_point_id) == (Status.ERASED, None)
    assert (known.status, known.push_point_id) == (Status.ACTIVE, None)
