"""Audience: every share with what it is a share of and how it is counted; what is read; what is sought in vain."""

from datetime import timedelta

import pytest
import time_machine

from beffroi.content.facts import Searches, Views
from beffroi.content.models import Searched, Viewed
from beffroi.content.services import counting
from beffroi.delivery.words import Channel
from beffroi.towns import communes, services
from beffroi.towns.kinds import TownKind
from beffroi.towns.models import Town
from tests.cast import NOON, PASSWORD
from tests.doors.contents import HERE, signed_in, words
from tests.rooms.campaigns.scene import someone
from tests.rooms.content.test_entries import a_published

TODAY = NOON.date()
SOURCE = f"Insee, par Etalab (découpage administratif {communes.EDITION}, {communes.VINTAGE})"
LONG_AGO = TODAY - timedelta(days=200)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


def plain(response):
    return words(response).replace("\xa0", " ").replace("\u202f", " ")


def read(town, entry, *, times, day=TODAY):
    seen = Views(page="news_item", entry_id=entry.pk, views=times, visits=times // 2)
    counting.add(town, [seen], [], day=day)


def looked_for(town, asked, *, times, found=0, day=TODAY):
    counting.add(town, [], [Searches(words=asked, found=found, times=times)], day=day)


def test_a_share_stands_with_numerator_denominator_day_and_method(town, agent):
    for number in range(17):
        someone(town, number, Channel.EMAIL)
    desk = signed_in(agent)

    page, today = plain(desk.get(f"{HERE}audience/")), plain(desk.get("/mairie/arcachon/"))

    assert "17 abonnés pour 11 092 habitants, soit 0,2 %" in page
    assert "par e-mail 17 0,2 %" in page
    assert f"découpage administratif d’Etalab, version {communes.EDITION} de 2026" in page
    assert "pour 11 092 habitants, soit 0,2 %" in today
    assert "0,2 % des 11 092 habitants" in plain(desk.get(HERE))


def test_an_intercommunality_has_a_share_once_the_operator_gave_its_population(
    other_town, stranger, client
):
    Town.objects.filter(pk=other_town.pk).update(
        kind=TownKind.INTERCOMMUNALITY, insee_code="", population=0
    )
    other_town.refresh_from_db()
    for number in range(17):
        someone(other_town, number, Channel.EMAIL)
    desk = signed_in(stranger)
    here = f"/mairie/{other_town.slug}/contenus/audience/"
    assert "La population de référence n’est pas connue" in plain(desk.get(here))

    client.force_login(an_operator())
    page = f"/exploitant/collectivites/{other_town.slug}/"
    half = client.post(f"{page}population/", {"population": "68400"})
    assert "L’un ne va pas sans l’autre" in plain(half) and 'value="68400"' in half.content.decode()
    assert "tant qu’elle manque" in plain(client.get(page))
    said = {"population": "68400", "source": "Insee, populations légales 2023"}
    client.post(f"{page}population/", said)

    told = plain(desk.get(here))
    assert "17 abonnés pour 68 400 habitants, soit" in told
    assert "Il l’a lue dans : Insee, populations légales 2023" in told
    assert "Insee, populations légales 2023" in desk.get(f"{here}audience.csv").getvalue().decode()

    client.post(f"{page}population/", {})
    assert "La population de référence n’est pas connue" in plain(desk.get(here))


def test_a_commune_goes_back_to_the_list_when_its_correction_is_taken_out(town, client):
    client.force_login(an_operator())
    page = f"/exploitant/collectivites/{town.slug}/population/"
    client.post(page, {"population": "12000", "source": "Recensement de 2026"})
    town.refresh_from_db()
    assert (town.population, town.population_source) == (12_000, "Recensement de 2026")

    client.post(page, {})
    town.refresh_from_db()
    assert (town.population, town.population_source) == (11_092, "")


def an_operator():
    return services.create_agent(
        email="op@house.example", full_name="Opale", at=NOON, password=PASSWORD, is_operator=True
    )


def test_what_was_read_is_summed_over_thirty_days_and_a_year_and_is_no_share(town, agent):
    entry = a_published(town, agent, title="La piscine rouvre")
    read(town, entry, times=8)
    read(town, entry, times=30, day=LONG_AGO)

    shown = plain(signed_in(agent).get(f"{HERE}audience/"))

    assert "Visites depuis 30 jours 4 Pages ouvertes depuis 30 jours 8" in shown
    assert "Visites depuis 12 mois 19 Pages ouvertes depuis 12 mois 38" in shown
    assert "La piscine rouvre Actualité 38 8" in shown
    assert "Des visites ne sont pas des personnes" in shown


def test_a_rare_search_is_not_shown_nor_one_that_is_answered_by_now(town, agent, other_town):
    looked_for(town, "borne recharge", times=2, day=LONG_AGO)
    looked_for(town, "borne recharge", times=1)
    looked_for(town, "madame dupont", times=2)
    looked_for(town, "dechetterie", times=5, day=LONG_AGO)
    looked_for(town, "dechetterie", times=1, found=1)
    looked_for(other_town, "calanques", times=9)
    desk = signed_in(agent)

    for shown in (plain(desk.get(f"{HERE}audience/")), downloaded(desk)):
        assert "borne recharge" in shown
        for unsaid in ("dupont", "dechetterie", "calanques"):
            assert unsaid not in shown


def test_old_sums_are_forgotten_words_before_views(town, agent):
    entry = a_published(town, agent)
    for days in (0, 365, 370, 759, 765):
        read(town, entry, times=1, day=TODAY - timedelta(days=days))
        looked_for(town, "piscine", times=1, day=TODAY - timedelta(days=days))

    counting.forget(town, today=TODAY)

    assert Viewed.objects.of(town).count() == 4
    assert Searched.objects.of(town).count() == 2


def downloaded(desk):
    return b"".join(desk.get(f"{HERE}audience/audience.csv").streaming_content).decode()


def test_the_file_says_of_each_share_what_it_is_a_share_of(town, agent):
    someone(town, 1, Channel.EMAIL)

    lines = downloaded(signed_in(agent)).splitlines()

    assert lines[1] == f"Population légale;{SOURCE};11092;;;;"
    assert lines[2].replace("\xa0", " ") == f"Abonnés;;1;11092;0,0 %;;{TODAY.isoformat()}"
