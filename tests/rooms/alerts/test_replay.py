"""A past day of the town's own vigilance, played again as an exercise."""

from datetime import date, timedelta

import pytest

from beffroi.alerts import bulletins
from beffroi.alerts.models import Alert, AlertMessage, SeenPublication
from beffroi.alerts.queries import alerts, history
from beffroi.alerts.services import drills, emergency
from beffroi.alerts.services.facts import NoSuchThing
from beffroi.alerts.services.following import follow
from beffroi.alerts.words import MessageKind
from beffroi.gateways import weather
from beffroi.kit import cap
from beffroi.kit.vigilance import domains_of, levels
from tests.rooms.alerts import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("residents")]
THE_DAY = date(2026, 11, 24)
A_WEEK_LATER = scene.MORNING + timedelta(days=7)


@pytest.fixture
def past(town, agent):
    """Orange in the morning, red at noon, green in the evening; and a quiet day after it."""
    follow(town, scene.a_bulletin(p1=3, words="Rafales de 130 km/h."), at=scene.MORNING)
    follow(town, scene.a_bulletin(at=scene.later(6), p1=4), at=scene.later(6))
    for hours in (12, 36):
        follow(town, scene.a_bulletin(at=scene.later(hours)), at=scene.later(hours))


def test_the_days_that_can_be_played_again_are_those_that_were_not_green(town, past):
    (day,) = history.days(town, at=A_WEEK_LATER)

    assert (day.day, day.colour, day.publications) == (THE_DAY, scene.RED, 3)
    assert history.days(town, at=scene.later(14)) == []


def test_it_is_played_publication_by_publication_and_reaches_volunteers_only(town, officer, past):
    drill = drills.start(town, by=officer, at=A_WEEK_LATER, day=THE_DAY)
    before = alerts.open_alerts(town).count()

    drills.play(town, drill.pk, at=A_WEEK_LATER)
    message = AlertMessage.objects.of(town).get(alert__drill=drill)
    assert "130 km/h" in message.content
    assert "1er décembre" in message.content
    assert message.campaign_id is None
    emergency.send_prepared(
        town, message.pk, seen_hash=message.content_hash, by=officer, at=A_WEEK_LATER
    )
    for minute in range(1, 4):
        drills.play(town, drill.pk, at=A_WEEK_LATER + timedelta(minutes=minute))

    drill.refresh_from_db()
    assert (drill.step, drill.finished_at is not None) == (3, True)
    kinds = AlertMessage.objects.of(town).filter(alert__drill=drill).order_by("pk")
    assert [one.kind for one in kinds] == [
        MessageKind.OPENS,
        MessageKind.UPDATES,
        MessageKind.ENDS,
    ]
    assert max(one.recipients for one in scene.left(town)) == 1  # of two residents
    message.refresh_from_db()
    assert scene.read_alert(message.cap.encode()).status == cap.Status.EXERCISE
    assert alerts.open_alerts(town).count() == before
    assert not Alert.objects.of(town).filter(drill=drill, ended_at=None).exists()


def test_a_day_of_which_nothing_is_kept_is_not_played(town, officer, past):
    with pytest.raises(NoSuchThing):
        drills.start(town, by=officer, at=A_WEEK_LATER, day=date(2026, 11, 20))


def test_only_what_concerns_the_town_is_kept_and_it_says_the_same():
    storm = weather.read_publication(drills.steps()[1])
    domains = domains_of("33", with_coast=True)

    kept = bulletins.extract(storm, domains)

    whole, part = bulletins.read(storm).publication, bulletins.read(kept).publication
    assert levels(part.map, domains) == levels(whole.map, domains)
    for phenomenon in levels(whole.map, domains):
        assert part.wording(domains, phenomenon) == whole.wording(domains, phenomenon)
    assert levels(bulletins.read(bulletins.extract(storm, ("13",))).publication.map, domains) == {}


def test_a_drill_leaves_nothing_to_play_again(town, officer):
    drill = drills.start(town, by=officer, at=A_WEEK_LATER)
    drills.play(town, drill.pk, at=A_WEEK_LATER)

    assert set(SeenPublication.objects.of(town).values_list("map", flat=True)) == {""}
