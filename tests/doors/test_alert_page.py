"""What residents see during an alert: public, ready, the same for everyone; and its CAP document."""

import gzip

import pytest

from beffroi.alerts.services import emergency
from beffroi.citizen.views import alerts as view
from beffroi.kit import cap
from tests import cast
from tests.cast import NOON
from tests.rooms.alerts import scene

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_ready():
    view.forget()


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


def test_an_exercise_is_told_apart(client, town, sent):
    message = sent(is_drill=True)

    text = client.get(f"/{town.slug}/alerte/").content.decode()
    assert "Aucune alerte en cours" in text
    assert "EXERCICE" in text
    document = client.get(f"/{town.slug}/alertes/{message.alert_id}.cap")
    assert cap.read_alert(document.content).status == "Exercise"


def test_a_peak_is_answered_from_ready_bytes(client, town, django_assert_num_queries):
    address = f"/{town.slug}/alerte/"
    first = client.get(address)

    with django_assert_num_queries(0):
        packed = client.get(address, headers={"accept-encoding": "gzip"})
        same = client.get(address, headers={"if-none-match": first["ETag"]})

    assert gzip.decompress(packed.content) == first.content
    assert same.status_code == 304
    assert first["Cache-Control"] == "public, max-age=5"


def test_after_a_few_seconds_it_is_made_anew(client, town, sent, monkeypatch):
    monkeypatch.setattr(view, "FRESH_S", -1.0)
    client.get(f"/{town.slug}/alerte/")
    sent()

    assert "Alerte en cours" in client.get(f"/{town.slug}/alerte/").content.decode()


def test_another_town_s_alert_is_not_there(client, town, other_town, sent):
    message = sent()

    assert client.get(f"/{other_town.slug}/alertes/{message.alert_id}.cap").status_code == 404
    assert client.get("/nulle-part/alerte/").status_code == 404
