"""The figures of a period are those of the rows, and of no others."""

from datetime import timedelta

import pytest
from django.utils import timezone

from beffroi.alerts.models import Alert, AlertMessage
from beffroi.alerts.words import (
    AlertKind,
    Basis,
    ColourChoice,
    MessageKind,
    MessageState,
    PhenomenonChoice,
)
from beffroi.audience.models import Subscriber, Subscription, Theme
from beffroi.audience.services import themes
from beffroi.audience.words import Origin, Status
from beffroi.bilan import services
from beffroi.bilan.periods import Period
from beffroi.bilan.queries.report import report
from beffroi.delivery.words import Channel, Lane
from beffroi.money.services import charges
from tests.cast import NOON
from tests.rooms.money import scene

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate(NOON)
THIS_WEEK = Period(first=TODAY - timedelta(days=6), last=TODAY)
A_WEEK = timedelta(days=7)


def an_alert(town, *, is_drill=False, state=MessageState.SENT):
    alert = Alert.objects.create_in(
        town,
        kind=AlertKind.VIGILANCE,
        is_drill=is_drill,
        headline="Vent violent",
        phenomenon=PhenomenonChoice.WIND,
        colour=ColourChoice.ORANGE,
        opened_at=NOON,
        ended_at=NOON,
    )
    AlertMessage.objects.create_in(
        town,
        alert=alert,
        kind=MessageKind.OPENS,
        state=state,
        content="{}",
        content_hash="0" * 64,
        prepared_at=NOON,
        sent_at=NOON,
        basis=Basis.CHAIN,
    )
    return alert


def a_subscriber(town, *, origin=Origin.WEB, since=NOON, left_at=None):
    return Subscriber.objects.create_in(
        town,
        status=Status.LEFT if left_at else Status.ACTIVE,
        origin=origin,
        created_at=since,
        confirmed_at=since,
        left_at=left_at,
    )


def test_what_was_sent_is_counted_by_channel(town):
    letter = scene.enqueue(town, 10, reference="campaign:1")
    scene.settle(town, letter, accepted=6, bounced=2, refused=1, suppressed=1)
    sms = scene.enqueue(town, 10, channel=Channel.SMS, reference="campaign:1")
    scene.settle(town, sms, delivered=7, accepted=2, unknown=1)
    found = report(town, THIS_WEEK)

    email, by_sms = found.by(Channel.EMAIL), found.by(Channel.SMS)
    assert (email.campaigns, email.sent, email.delivered, email.bounced) == (1, 8, None, 2)
    assert (by_sms.campaigns, by_sms.sent, by_sms.delivered) == (1, 9, 7)
    assert [(m.channel, m.sent) for m in found.months] == [(Channel.EMAIL, 8), (Channel.SMS, 9)]


def test_codes_tests_and_exercises_are_no_sendings(town):
    drill = an_alert(town, is_drill=True)
    for reference, lane in (
        ("code", Lane.TRANSACTIONAL),
        ("essai:4", Lane.TRANSACTIONAL),
        (f"alert:{drill.pk}", Lane.ALERT),
    ):
        scene.settle(town, scene.enqueue(town, 5, reference=reference, lane=lane), accepted=5)
    found = report(town, THIS_WEEK)

    assert [line.sent for line in found.sends] == [0, 0, 0]
    assert found.alert_count == 0


def test_codes_cost_all_the_same(town):
    scene.enqueue(town, 5, reference="code", lane=Lane.TRANSACTIONAL)
    charges.collect(town, at=NOON)

    assert report(town, THIS_WEEK).before_tax == 100


def test_alerts_are_told_by_colour_and_phenomenon(town):
    an_alert(town)
    an_alert(town)
    an_alert(town, state=MessageState.DROPPED)
    [line] = report(town, THIS_WEEK).alerts

    assert (line.phenomenon, line.colour, line.count) == ("Vent violent", "Orange", 2)


def test_subscribers_are_those_there_at_the_end(town):
    a_subscriber(town, since=NOON - 2 * A_WEEK)
    a_subscriber(town, origin=Origin.PAPER)
    a_subscriber(town, origin=Origin.IMPORT, since=NOON - 2 * A_WEEK, left_at=NOON)
    a_subscriber(town, since=NOON + A_WEEK)
    found = report(town, THIS_WEEK)

    assert (found.people.at_start, found.people.at_end) == (2, 2)
    assert (found.people.joined, found.people.left) == (1, 1)
    assert [(line.origin, line.subscribers, line.joined) for line in found.origins] == [
        (Origin.WEB, 1, 0),
        (Origin.PAPER, 1, 1),
        (Origin.IMPORT, 0, 0),
    ]


def test_a_theme_counts_whoever_wanted_it_at_the_end(town):
    themes.open_town(town, at=NOON - 2 * A_WEEK)
    theme = Theme.objects.of(town).order_by("position").first()
    for until in (None, NOON - A_WEEK, NOON + A_WEEK):
        person = a_subscriber(town, since=NOON - 2 * A_WEEK)
        Subscription.objects.create_in(
            town,
            subscriber=person,
            theme=theme,
            since=NOON - 2 * A_WEEK,
            until=until,
            origin=Origin.WEB,
        )
    [line] = report(town, THIS_WEEK).themes

    assert (line.name, line.subscribers, line.campaigns) == (theme.name, 2, 0)


def test_paper_is_told_from_the_town_s_own_figures_or_not_at_all(town, administrator):
    assert report(town, THIS_WEEK).paper is None
    for letters in (0, 800):
        services.set_paper(
            town, letters_per_sending=letters, sheets_per_letter=2, by=administrator, at=NOON
        )
    paper = report(town, THIS_WEEK).paper

    assert (paper.letters_per_sending, paper.sheets) == (800, 0)


def test_another_town_s_figures_stay_its_own(town, other_town):
    scene.settle(town, scene.enqueue(town, 10, reference="campaign:1"), accepted=10)
    an_alert(town)
    a_subscriber(town)
    found = report(other_town, THIS_WEEK)

    assert (found.by(Channel.EMAIL).sent, found.alert_count, found.people.at_end) == (0, 0, 0)


def test_days_outside_the_period_do_not_count(town):
    scene.settle(town, scene.enqueue(town, 10, reference="campaign:1"), accepted=10)

    assert report(town, THIS_WEEK.before).by(Channel.EMAIL).sent == 0
