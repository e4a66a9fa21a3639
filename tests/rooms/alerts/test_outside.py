"""What comes from others: Météo-France with the town's key, feeds of CAP. Real servers on loopback."""

import json

import pytest

from beffroi.alerts import rotation
from beffroi.alerts.models import AlertMessage, Feed, Followed, ReceivedAlert, Watch
from beffroi.alerts.queries import received as received_queries, settings as queries
from beffroi.alerts.services import drills, feeds, polling, settings
from beffroi.alerts.services.facts import NoSuchThing
from beffroi.alerts.words import Trouble
from beffroi.delivery import keys
from beffroi.delivery.models import Message
from beffroi.gateways import weather
from beffroi.kit import cap
from tests.cast import NOON
from tests.gateways.websites import giving, serving
from tests.rooms.alerts import scene
from tests.rooms.alerts.scene import a_cap

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("residents")]
STORM = weather.read_publication(drills.steps()[1])


def polled(town, carte, textes):
    with serving(cartevigilance__encours=carte, textesvigilance__encours=textes) as here:
        return polling.poll(town, at=NOON, service=here, allow_loopback=True)


def test_a_town_without_a_key_asks_nothing(town):
    assert polling.poll(town, at=NOON, service="http://127.0.0.1:9") is False
    assert queries.watching(town).asked_at is None


def test_with_the_key_the_bulletin_is_followed(town, agent):
    settings.set_key(town, "k", by=None, at=NOON)

    assert polled(town, giving(STORM.map), giving(STORM.texts))

    watching = queries.watching(town)
    assert (watching.answered_at, watching.failure) == (NOON, "")
    assert Followed.objects.of(town).exists()
    assert "130 km/h" in AlertMessage.objects.of(town).get().content


@pytest.mark.parametrize("answer", [giving(b"{}"), giving(b"", status=500), giving(b"[" * 100_000)])
def test_what_cannot_be_used_is_said_and_changes_nothing(town, answer):
    settings.set_key(town, "k", by=None, at=NOON)

    assert polled(town, answer, giving(b"{}")) is False

    assert queries.watching(town).failure
    assert not Followed.objects.of(town).exists()


def test_no_bulletin_is_an_answer(town):
    settings.set_key(town, "k", by=None, at=NOON)
    nothing = giving(json.dumps({"message": "no matching blob"}).encode(), status=404)

    assert polled(town, nothing, nothing)


def test_the_key_lies_sealed_and_follows_a_rotation(town):
    settings.set_key(town, "la-clé-de-la-ville", by=None, at=NOON)
    row = Watch.objects.of(town).get()

    assert "la-clé-de-la-ville".encode() not in bytes(row.sealed_key or b"")
    assert rotation.in_use() == {row.key_id}
    assert rotation.reseal(keys.ring()) == 0


def test_an_alert_of_others_is_kept_once_and_rings_but_sends_nothing(town, officer, follow_feed):
    assert follow_feed(a_cap(), times=2) == [1, 0]

    (received,) = received_queries.received(town, at=NOON)
    assert (received.colour, received.phenomenon) == (scene.ORANGE, scene.WIND)
    rung = Message.objects.of(town).filter(reference=f"received:{received.pk}")
    assert rung.count() == 1
    assert scene.left(town) == []


def test_what_is_elsewhere_an_exercise_or_hostile_is_passed_over(town, officer, follow_feed):
    hostile = b"<!DOCTYPE alert><alert/>"

    found = follow_feed(
        a_cap("Landes"), a_cap(status=cap.Status.EXERCISE), hostile, a_cap("Littoral Gironde")
    )

    assert found == [1]
    assert ReceivedAlert.objects.of(town).count() == 1


def test_words_that_cannot_be_sent_on_hold_up_no_other_alert(town, officer, follow_feed):
    hostile = a_cap(headline="https://slot.invalid/preferences/")

    assert follow_feed(a_cap("Littoral Gironde"), hostile) == [1]

    assert ReceivedAlert.objects.of(town).count() == 1


def test_a_document_that_is_gone_holds_up_no_older_one(town, officer, follow_feed):
    follow_feed(a_cap(), None)

    assert ReceivedAlert.objects.of(town).count() == 1
    assert Feed.objects.of(town).get().failure == Trouble.NO_ANSWER


def test_a_moderate_alert_rings_nobody(town, officer, follow_feed):
    follow_feed(a_cap(severity=cap.Severity.MODERATE))

    assert not Message.objects.of(town).filter(reference__startswith="received:").exists()


def test_a_feed_that_cannot_be_read_says_so(town):
    with serving(feed=giving(b"<rss/>")) as here:
        row = feeds.add(town, f"{here}/feed", "Gironde", by=None, at=NOON)
        assert feeds.visit(town, row.pk, at=NOON, allow_loopback=True) == 0

    assert Feed.objects.of(town).get().failure == Trouble.UNUSABLE


def test_another_town_s_feed_is_not_there(town, other_town, agent):
    row = feeds.add(other_town, "https://feeds.example/x", "Bouches-du-Rhône", by=None, at=NOON)

    assert feeds.visit(town, row.pk, at=NOON) == 0
    with pytest.raises(NoSuchThing):
        feeds.remove(town, row.pk, by=agent, at=NOON)
