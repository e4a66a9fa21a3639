"""What residents see during an alert: public, ready, the same for everyone; and its CAP document."""

import gzip
from types import SimpleNamespace

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import RequestFactory

from beffroi.alerts.services import emergency
from beffroi.citizen.ready import FRESH_S, ReadyPages
from beffroi.kit import cap
from tests import cast
from tests.cast import NOON
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


def asked(pages, path, **headers):
    """(status, headers, body) of a GET through the whole WSGI application."""
    told = []
    environ = RequestFactory().get(path, headers=headers).environ
    body = b"".join(pages(environ, lambda status, pairs: told.extend([status, dict(pairs)])))
    return told[0], told[1], body


@pytest.fixture
def clock():
    return SimpleNamespace(now=0.0)


@pytest.fixture
def pages(db, clock):
    # Connections outlive a request here: a test is one transaction.
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield ReadyPages(WSGIHandler(), clock=lambda: clock.now)
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


def test_a_peak_is_answered_from_ready_bytes(pages, town, django_assert_num_queries):
    address = f"/{town.slug}/alerte/"
    plain = asked(pages, address)
    first = asked(pages, address, accept_encoding="gzip")

    with django_assert_num_queries(0):
        again = asked(pages, address, accept_encoding="gzip")
        same = asked(pages, address, accept_encoding="gzip", if_none_match=first[1]["ETag"])

    assert again == first
    assert gzip.decompress(again[2]) == plain[2]
    assert (same[0], same[2]) == ("304 Not Modified", b"")
    assert "max-age=5" in first[1]["Cache-Control"]
    assert "Set-Cookie" not in first[1]


def test_after_a_few_seconds_it_is_made_anew(pages, town, sent, clock):
    address = f"/{town.slug}/alerte/"
    asked(pages, address)
    sent()

    assert "Aucune alerte en cours" in asked(pages, address)[2].decode()
    clock.now += FRESH_S + 0.1
    assert "Aucune alerte en cours" not in asked(pages, address)[2].decode()


def test_only_good_answers_to_plain_questions_are_kept(pages, town):
    assert asked(pages, "/nulle-part/alerte/")[0].startswith("404")
    assert asked(pages, f"/{town.slug}/alerte/?x=1")[0] == "200 OK"
    assert pages._kept == {}


def test_another_town_s_alert_is_not_there(client, town, other_town, sent):
    message = sent()

    assert client.get(f"/{other_town.slug}/alertes/{message.alert_id}.cap").status_code == 404
    assert client.get("/nulle-part/alerte/").status_code == 404
