"""A CAP alert of somebody else becomes a message of the town: when an agent asks, and as long as it lives."""

from datetime import timedelta

import pytest

from beffroi.alerts.models import Alert, AlertMessage
from beffroi.alerts.queries import alerts, received
from beffroi.alerts.services import chain, emergency, relaying
from beffroi.alerts.services.facts import NotAllowed, TooLate
from beffroi.alerts.services.following import follow
from beffroi.alerts.texts import read
from beffroi.alerts.words import AlertKind, Basis, MessageKind, MessageState
from beffroi.campaigns.queries import campaigns
from beffroi.campaigns.queries.contents import content_of
from beffroi.campaigns.services import chain as campaign_chain, sending
from beffroi.kit import cap
from tests.cast import NOON
from tests.rooms.alerts import scene
from tests.rooms.alerts.scene import a_cap

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("residents")]
UPDATE, CANCEL = cap.MessageType.UPDATE, cap.MessageType.CANCEL
SOON = NOON + timedelta(hours=1)


@pytest.fixture
def came(town, agent, officer, follow_feed):
    """An alert of a feed, as the board shows it."""
    follow_feed(a_cap(name="A"))
    return received.received(town, at=NOON).get()


@pytest.fixture
def told(town, officer, came):
    """What the town told its residents of it."""
    message = relaying.prepare(town, came.pk, by=officer, at=NOON)
    return emergency.send_prepared(
        town, message.pk, seen_hash=message.content_hash, by=officer, at=NOON
    )


def newest(town):
    return AlertMessage.objects.of(town).order_by("-pk")[0]


def test_the_draft_holds_the_official_words_the_advice_the_area_and_the_times(town, officer, came):
    message = relaying.prepare(town, came.pk, by=officer, at=NOON)

    words = read(message.content)
    assert words.subject == "Alerte\N{NO-BREAK SPACE}: Vent violent, orange"
    for part in ("Météo-France annonce", "Gironde", "130 km/h", "Rentrez ce que le vent emporte"):
        assert part in words.body
    assert "Du mardi 24 novembre à 12\N{NO-BREAK SPACE}h au mardi" in words.body
    assert message.valid_until == came.expires
    assert (message.alert.kind, message.alert.colour) == (AlertKind.RECEIVED, scene.ORANGE)
    assert scene.left(town) == []


def test_it_enters_the_usual_chain_and_the_alert_learns_that_it_left(
    town, agent, colleague, officer, came
):
    message = relaying.prepare(town, came.pk, by=agent, at=NOON)
    campaign = campaigns.campaign(town, message.campaign_id or 0)
    assert campaign is not None
    assert (campaign.created_by, campaign.is_alert) == (agent, True)

    submitted = campaign_chain.submit(town, campaign.pk, by=agent, at=NOON)
    content = content_of(town, submitted).sha256()
    campaign_chain.approve(town, campaign.pk, seen_hash=content, by=colleague, at=NOON)
    sending.send(town, campaign.pk, by=agent, at=NOON)
    assert chain.settle(town, at=NOON) == 1

    message.refresh_from_db()
    assert (message.state, message.basis) == (MessageState.SENT, Basis.CHAIN)
    document = scene.read_alert(message.cap.encode())
    assert document.infos[0].event == "Orange Wind Warning"
    assert document.infos[0].severity == cap.Severity.SEVERE


def test_asking_twice_gives_the_same_draft(town, agent, officer, came):
    first = relaying.prepare(town, came.pk, by=officer, at=NOON)

    assert relaying.prepare(town, came.pk, by=agent, at=NOON) == first
    assert Alert.objects.of(town).count() == 1


def test_an_update_proposes_what_to_say_next_and_rings(town, told, follow_feed):
    follow_feed(a_cap(name="B", kind=UPDATE, follows="A", headline="Vent violent, rouge"))

    message = newest(town)
    assert (message.alert, message.kind, message.state) == (
        told.alert,
        MessageKind.UPDATES,
        MessageState.PREPARED,
    )
    assert message.campaign_id
    assert "Suite de l’alerte" in read(message.content).subject
    assert len(scene.rung(town)) == 1
    assert [one.identifier for one in received.received(town, at=NOON)] == ["B"]


def test_an_update_before_anybody_was_told_renews_the_draft(town, officer, came, follow_feed):
    first = relaying.prepare(town, came.pk, by=officer, at=NOON)

    follow_feed(a_cap(name="B", kind=UPDATE, follows="A", description="Rafales de 160 km/h."))

    first.refresh_from_db()
    message = newest(town)
    assert (first.state, message.kind) == (MessageState.DROPPED, MessageKind.OPENS)
    assert "160 km/h" in message.content
    assert campaigns.campaign(town, first.campaign_id or 0) is None


@pytest.mark.parametrize(
    "end",
    [
        a_cap(name="B", kind=CANCEL, follows="A"),
        a_cap(name="B", kind=CANCEL, follows="A", says_why=False),
        a_cap("Landes", name="B", kind=UPDATE, follows="A"),
    ],
    ids=["cancelled", "cancelled without a word", "elsewhere now"],
)
def test_the_end_of_what_residents_were_told_of_is_proposed_and_wakes_nobody(
    town, told, follow_feed, end
):
    follow_feed(end, at=SOON)

    message = newest(town)
    assert (message.alert, message.kind) == (told.alert, MessageKind.ENDS)
    assert "Météo-France" in message.content or "meteoalarm" in message.content
    assert "Vent violent, orange" in message.content
    assert message.alert.ended_at == SOON
    assert scene.rung(town) == []
    assert not received.received(town, at=SOON).exists()


def test_nobody_is_told_of_the_end_of_what_they_were_never_told_of(
    town, officer, came, follow_feed
):
    waiting = relaying.prepare(town, came.pk, by=officer, at=NOON)

    follow_feed(a_cap(name="B", kind=CANCEL, follows="A"))

    waiting.refresh_from_db()
    assert waiting.state == MessageState.DROPPED
    assert not alerts.waiting(town).exists()
    assert not alerts.open_alerts(town).exists()


def test_an_end_that_came_before_its_beginning_leaves_nothing_to_do(town, officer, follow_feed):
    follow_feed(
        a_cap(name="B", kind=CANCEL, follows="A"), a_cap(name="C", kind=UPDATE, follows="A")
    )

    follow_feed(a_cap(name="A"))

    assert [one.identifier for one in received.received(town, at=NOON)] == ["C"]


def test_a_feed_cannot_end_the_alert_of_another_sender(town, told, follow_feed):
    forged = a_cap(name="B", kind=CANCEL, follows="A").replace(
        b"<sender>meteoalarm@example", b"<sender>pirate@example"
    )

    follow_feed(forged)

    assert newest(town) == told
    assert alerts.open_alerts(town).exists()


def test_what_is_past_or_replaced_makes_no_message(town, officer, came, follow_feed):
    with pytest.raises(TooLate):
        relaying.prepare(town, came.pk, by=officer, at=NOON + timedelta(hours=7))
    follow_feed(a_cap(name="B", kind=UPDATE, follows="A"))

    with pytest.raises(TooLate):
        relaying.prepare(town, came.pk, by=officer, at=NOON)


def test_who_neither_sends_alerts_nor_writes_prepares_nothing(town, clerk, came):
    with pytest.raises(NotAllowed):
        relaying.prepare(town, came.pk, by=clerk, at=NOON)


def test_the_vigilance_of_the_same_phenomenon_stays_a_thread_of_its_own(town, officer, came):
    relaying.prepare(town, came.pk, by=officer, at=NOON)

    follow(town, scene.a_bulletin(p1=3), at=NOON)

    kinds = Alert.objects.of(town).values_list("kind", flat=True)
    assert set(kinds) == {AlertKind.RECEIVED, AlertKind.VIGILANCE}
    assert received.already_followed(town, came) is not None


def test_an_alert_in_another_encoding_is_kept_legible(town, officer, follow_feed):
    latin = a_cap().decode().replace("utf-8", "iso-8859-1").replace("UTF-8", "iso-8859-1")

    follow_feed(latin.encode("iso-8859-1"))

    one = received.received(town, at=NOON).get()
    assert received.notice_of(town, one).source == "Météo-France"
