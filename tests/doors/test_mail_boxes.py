"""Courrier > Boîtes: what the secretary of a commune sees and does."""

import pytest

from beffroi.backoffice.mail.words import room
from tests.rooms.mailhosting import scene

HERE = "/mairie/arcachon/courrier/"


@pytest.fixture
def desk(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def domain(town):
    return scene.a_live_domain(town, "mairie-arcachon.example")


def words(response):
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ")


def test_without_a_domain_the_page_leads_to_choosing_one(desk):
    assert "/mairie/arcachon/courrier/domaines/" in words(desk.get(HERE)).split("empty")[1]

    desk.post(f"{HERE}domaines/choisir/", {"name": "Mairie-Arcachon.example"})

    assert "Aucune boîte pour le moment" in words(desk.get(HERE))


def test_boxes_are_found_by_name_kind_and_state(desk, town, domain):
    scene.a_box(town, domain, "maire", display_name="Camille Dubourg")
    scene.a_box(town, domain, "urbanisme", kind="commission")

    def shown(**asked):
        page = words(desk.get(HERE, asked))
        return ["Camille Dubourg" in page, "urbanisme@" in page]

    assert shown() == [True, True]
    assert shown(q="dubourg") == [True, False]
    assert shown(genre="commission") == [False, True]
    assert shown(etat="archived") == [False, False]


def test_room_is_said_in_the_units_of_every_day():
    said = [room(mib).replace("\N{NO-BREAK SPACE}", " ") for mib in (512, 5 * 1024, 1536)]

    assert said == ["512 Mo", "5 Go", "1,5 Go"]
