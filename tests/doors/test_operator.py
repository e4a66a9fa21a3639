"""The operator closes a town, and opens it again."""

from datetime import timedelta

import pytest
import time_machine

from beffroi.campaigns.services import clock
from beffroi.campaigns.words import Stage
from beffroi.delivery.queries.strays import strays
from beffroi.delivery.services import returns
from beffroi.towns import services
from beffroi.towns.models import JournalEntry
from tests.cast import NOON, PASSWORD
from tests.doors.test_town_pages import as_the_web_server, words
from tests.rooms.campaigns import scene

HERE = "/exploitant/collectivites/arcachon/"


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def operator(client, db):
    agent = services.create_agent(
        email="op@house.example", full_name="Opale", at=NOON, password=PASSWORD, is_operator=True
    )
    client.force_login(agent)
    return client


def close(operator, name="arcachon"):
    return operator.post(HERE, {"name": name}, follow=True)


def test_closing_asks_for_the_name_and_says_what_it_does(operator, town):
    page = operator.get(HERE)
    assert "Rien n’est effacé" in words(page)

    refused = close(operator, name="Bordeaux")

    assert "Écrivez exactement « Arcachon »" in words(refused)
    town.refresh_from_db()
    assert town.closed_at is None


def test_a_closed_town_is_gone_for_everybody_and_comes_back_as_it_was(
    operator, town, administrator
):
    with as_the_web_server():
        page = close(operator)
        assert "Arcachon est fermée" in words(page)
        assert "Fermée" in words(operator.get("/exploitant/"))
        assert "Fermée" in words(operator.get("/exploitant/ouvrir/", {"q": "arcachon"}))
        assert operator.get("/arcachon/").status_code == 404

        reopened = operator.post(f"{HERE}rouvrir/", follow=True)
        assert "Arcachon est rouverte" in words(reopened)
    operator.force_login(administrator)

    assert operator.get("/mairie/arcachon/").status_code == 200
    kinds = list(JournalEntry.objects.of(town).values_list("kind", flat=True)[:2])
    assert kinds == ["town.reopened", "town.closed"]


def test_agents_of_a_closed_town_do_not_enter(operator, client, town, administrator):
    close(operator)
    client.force_login(administrator)

    assert client.get("/mairie/arcachon/").status_code == 404


def test_nothing_that_was_scheduled_leaves_a_closed_town(operator, town, agent, colleague):
    scene.some_subscribers(town)
    content = scene.a_text(town, scheduled_at=NOON + timedelta(hours=1))
    campaign = scene.approved(town, agent, colleague, content)
    close(operator)

    assert clock.tick(at=NOON + timedelta(hours=2)) == 0

    campaign.refresh_from_db()
    assert campaign.stage == Stage.SCHEDULED


def test_the_public_notice_names_the_director_and_the_host(client, town, administrator):
    before = words(client.get("/arcachon/mentions-legales/"))
    town.publication_director, town.host = "Camille Dubourg, maire", "Syndicat numérique, Bordeaux"
    town.save()

    after = words(client.get("/arcachon/mentions-legales/"))

    assert "le maire ou le président" in before
    assert "publication : Camille Dubourg, maire." in after
    assert "Syndicat numérique, Bordeaux" in after


def test_a_stray_report_is_listed_read_and_deleted(operator):
    returns.receive(b"Subject: ?\n\nBonjour", envelope_recipient="x@ailleurs.example", at=NOON)
    number = strays()[0].id
    listed = operator.get("/exploitant/retours/")
    assert "Rien n’y désigne un envoi" in words(listed)
    assert "Bonjour" not in words(listed)

    read = operator.post(f"/exploitant/retours/{number}/")
    assert "Bonjour" in words(read)
    assert read["Cache-Control"] == "no-store"
    after = words(operator.post(f"/exploitant/retours/{number}/supprimer/", follow=True))

    assert "Aucun retour égaré" in after
    assert "Opale · Retour égaré lu" in after
