"""What residents see during an alert: public, ready, the same for everyone; and its CAP document."""

import psycopg
import pytest
from django.db import connection

from beffroi.alerts.models import AlertMessage
from beffroi.alerts.queries.alerts import is_alarmed
from beffroi.alerts.services import chain, emergency
from beffroi.alerts.services.following import follow
from beffroi.campaigns.queries.contents import content_of
from beffroi.campaigns.services import chain as campaign_chain, sending
from beffroi.kit import cap
from beffroi.towns import editions
from tests import cast
from tests.cast import NOON
from tests.doors.test_town_pages import as_the_web_server, words
from tests.rooms.alerts import scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(town, agent):
    scene.some_residents(town, volunteers=1)
    officer = cast.an_agent(town, "officer", cast.Role.DUTY)

    def send(*, is_drill=False):
        text = scene.a_text(town, agent, "Éloignez-vous de la digue")
        return emergency.send_emergency(
            town,
            text.pk,
            seen_hash=scene.hash_of(text),
            by=officer,
            at=NOON,
            is_drill=is_drill,
        )

    return send


def test_the_page_says_that_nothing_happens_when_nothing_does(client, town):
    page = client.get(f"/{town.slug}/alerte/")

    assert "Aucune alerte en cours" in page.content.decode()
    assert not page.cookies


def test_an_alert_is_on_the_page_and_in_its_cap_document(client, town, sent):
    message = sent()

    assert (
        "Éloignez-vous de la digue, et restez"
        in client.get(f"/{town.slug}/alerte/").content.decode()
    )
    document = client.get(f"/{town.slug}/alertes/{message.alert_id}.cap")
    assert document["Content-Type"] == "application/cap+xml; charset=utf-8"
    alert = cap.read_alert(document.content)
    assert (alert.status, alert.infos[0].areas[0].description) == ("Actual", "Arcachon")


def test_every_page_leads_to_a_real_alert_and_to_no_exercise(client, town, sent):
    sent(is_drill=True)
    assert "Alerte en cours" not in client.get(f"/{town.slug}/messages/").content.decode()

    sent()
    assert "Alerte en cours" in client.get(f"/{town.slug}/messages/").content.decode()


def test_whoever_reads_several_towns_is_led_to_the_alert_of_each(client, town, other_town, sent):
    both = f"/ensemble/{town.slug}+{other_town.slug}/"
    sent(is_drill=True)
    pages = [words(client.get(page)) for page in ("/", both)]
    assert not any("alerte en cours" in page for page in pages)

    sent()
    with as_the_web_server():
        for page in ("/", both, f"/?q={town.postal_codes[0]}"):
            told = words(client.get(page))
            assert f'href="/{town.slug}/alerte/">Arcachon : alerte en cours' in told, page
            assert f"/{other_town.slug}/alerte/" not in told, page
        assert "Alerte en cours" in words(client.get(f"/{town.slug}/nulle/part/"))


@pytest.mark.django_db(transaction=True)
def test_web_servers_are_told_when_an_alert_begins_and_when_it_ends(town, agent, colleague):
    """It was opened long before: it begins for residents when the alert learns that the town’s chain sent its message."""
    scene.some_residents(town)
    officer = cast.an_agent(town, "officer", cast.Role.DUTY)
    follow(town, scene.a_bulletin(p1=3), at=scene.MORNING)
    draft = AlertMessage.objects.of(town).get()
    assert draft.campaign_id
    campaign = campaign_chain.submit(town, draft.campaign_id, by=agent, at=NOON)
    seen = content_of(town, campaign).sha256()
    campaign_chain.approve(town, campaign.pk, seen_hash=seen, by=colleague, at=NOON)
    sending.send(town, campaign.pk, by=agent, at=NOON)

    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as server:
        server.execute(f"LISTEN {editions.CHANNEL}")
        chain.settle(town, at=NOON)
        assert [one.payload for one in server.notifies(timeout=5, stop_after=1)] == [town.slug]
        assert is_alarmed(town)
        emergency.end(town, draft.alert_id, by=officer, at=NOON)
        assert [one.payload for one in server.notifies(timeout=5, stop_after=1)] == [town.slug]
        assert not is_alarmed(town)


def test_while_an_alert_runs_no_exercise_says_that_there_is_nothing_to_do(client, town, sent):
    sent(is_drill=True)
    assert "rien à faire" in client.get(f"/{town.slug}/alerte/").content.decode()

    sent()
    text = client.get(f"/{town.slug}/alerte/").content.decode()
    assert "et restez" in text
    assert "rien à faire" not in text
    assert "EXERCICE" not in text


def test_an_exercise_is_told_apart(client, town, sent):
    message = sent(is_drill=True)

    text = client.get(f"/{town.slug}/alerte/").content.decode()
    assert "Aucune alerte en cours" in text
    assert "EXERCICE" in text
    document = client.get(f"/{town.slug}/alertes/{message.alert_id}.cap")
    assert cap.read_alert(document.content).status == "Exercise"


def test_another_town_s_alert_is_not_there(client, town, other_town, sent):
    message = sent()

    assert client.get(f"/{other_town.slug}/alertes/{message.alert_id}.cap").status_code == 404
    assert client.get("/nulle-part/alerte/").status_code == 404
