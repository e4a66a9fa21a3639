"""A town of La Réunion, four hours ahead of UTC: what residents read, what agents type, when its messages leave."""

import re
from datetime import UTC, datetime

import pytest
import time_machine

from beffroi.content.facts import Hours, Occurrence, Place, Text
from beffroi.content.models import Entry, Occurrence as Row
from beffroi.content.services import entries
from beffroi.content.words import Category, Kind
from beffroi.towns import services, zones
from beffroi.towns.permissions import Role
from tests.cast import NOON, PASSWORD, a_town, an_agent
from tests.doors.contents import signed_in, words

EIGHT_IN_THE_EVENING = datetime(2026, 11, 24, 16, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon():
    """Noon in Paris, three o'clock in Saint-Denis."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def island(db):
    return a_town("97411", sender_address="mairie@saint-denis.example")


@pytest.fixture
def writer(island):
    return an_agent(island, "redaction", Role.WRITER)


def put(town, kind, title, **text):
    entry = entries.create(town, kind, Text(title=title, **text), by=None, at=NOON)
    return entries.publish(town, entry.pk, by=None, at=NOON)


def test_residents_read_the_hours_of_their_island_and_others_theirs(island, town, client):
    when = (Occurrence(begins_at=EIGHT_IN_THE_EVENING),)
    shop = Place(hours=(Hours(weekday=1, opens_min=15 * 60, closes_min=16 * 60),))
    for one in (island, town):
        put(one, Kind.EVENT, "Le bal", occurrences=when)
        put(one, Kind.PLACE, "Le snack", category=Category.SHOP, place=shop)

    def read(one, path):
        return client.get(f"/{one.slug}/{path}").content.decode().replace("\xa0", " ")

    assert "à 20 h" in read(island, "agenda/")
    assert "à 17 h" in read(town, "agenda/")
    assert "jusqu’à 16 h" in read(island, "annuaire/commerces/")
    assert "jusqu’à 16 h" not in read(town, "annuaire/commerces/")
    assert zones.here().key == "Europe/Paris"


def test_what_an_agent_types_is_meant_by_the_clock_of_the_town(island, writer):
    desk = signed_in(writer)
    here = f"/mairie/{island.slug}/contenus/"
    said = {"kind": "event", "title": "Le bal", "when": "now", "do": "publish"}
    said |= {"venue": "Barachois", "date-0-day": "2026-11-24", "date-0-hour": "20:00"}

    desk.post(f"{here}nouveau/", said)

    row = Row.objects.of(island).get()
    assert row.begins_at == EIGHT_IN_THE_EVENING
    entry = Entry.objects.of(island).get()
    assert 'value="20:00"' in desk.get(f"{here}{entry.pk}/ecrire/").content.decode()


def test_the_operator_sees_the_zone_and_corrects_it(island, client):
    operator = services.create_agent(
        email="op@house.example", full_name="Opale", at=NOON, password=PASSWORD, is_operator=True
    )
    client.force_login(operator)
    here = f"/exploitant/collectivites/{island.slug}/"
    shown = client.get(here).content.decode()
    assert re.search(r'value="Indian/Reunion"\s+selected', shown)

    page = client.post(f"{here}heure/", {"time_zone": "Indian/Mayotte"}, follow=True)
    assert "vit à l’heure de Indian/Mayotte" in words(page)
    island.refresh_from_db()
    assert island.time_zone == "Indian/Mayotte"

    client.post(f"{here}heure/", {"time_zone": "Indian/Reunion"})
    client.post(f"{here}heure/", {"time_zone": "Mars/Olympus"})
    island.refresh_from_db()
    assert island.time_zone == ""
