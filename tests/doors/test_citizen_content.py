"""What residents read of the town: news, agenda, directories, cinema, practical pages, search; several towns at once."""

import json
import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import icalendar
import pytest
import time_machine

from beffroi.citizen.doors import PUBLIC_SECONDS
from beffroi.content.facts import Hours, Occurrence, Place, Text
from beffroi.content.services import contributors, entries
from beffroi.content.words import Category, Kind, Stage
from beffroi.towns import services as towns
from tests.cast import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PHARMACY = Place(
    street="3 cours Lamarque",
    postal_code="33120",
    city="Arcachon",
    latitude=44.658,
    longitude=-1.166,
    phones=("05 56 83 00 00",),
    hours=(Hours(weekday=1, opens_min=540, closes_min=1170),),
)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def put(town, kind, title, **text):
    entry = entries.create(town, kind, Text(title=title, **text), by=None, at=NOON)
    return entries.publish(town, entry.pk, by=None, at=NOON)


@pytest.fixture
def full(town):
    put(town, Kind.NEWS, "La piscine rouvre", html="<p>Enfin <strong>ouverte</strong>.</p>")
    put(
        town, Kind.EVENT, "Loto des pompiers", venue="Salle des fêtes",
        occurrences=(Occurrence(begins_at=NOON + 8 * HOUR, ends_at=NOON + 11 * HOUR),),
    )  # fmt: skip
    put(town, Kind.PLACE, "Pharmacie de la Plage", category=Category.HEALTH, place=PHARMACY)
    put(
        town, Kind.FILM, "Le Cercle rouge",
        occurrences=(Occurrence(begins_at=NOON + DAY, version="VF"),),
    )  # fmt: skip
    put(town, Kind.PAGE, "Demander un logement", category=Category.HOUSING, html="<p>Ici.</p>")
    return town


PAGES = {
    "": ("La piscine rouvre", "Loto des pompiers", "Cinéma", "Logement"),
    "actualites/": ("La piscine rouvre",),
    "actualites/la-piscine-rouvre/": ("Enfin <strong>ouverte</strong>.",),
    "agenda/": ("Aujourd’hui, mardi 24 novembre", "de 20 h à 23 h"),
    "agenda/2026-11/": ("Loto des pompiers",),
    "agenda/loto-des-pompiers/": ("Ajouter à mon calendrier", "Salle des fêtes"),
    "annuaire/": ("Santé",),
    "annuaire/sante/": ("Ouvert", "jusqu’à 19 h 30", 'href="tel:0556830000"'),
    "annuaire/sante/ouvert/": ("Pharmacie de la Plage",),
    "annuaire/sante/pharmacie-de-la-plage/": ("9 h – 19 h 30", "Voir sur une carte", "fermé"),
    "cinema/": ("Le Cercle rouge", "mercredi 25", "VF"),
    "cinema/le-cercle-rouge/": ("12 h",),
    "pratique/": ("Demander un logement",),
    "pratique/demander-un-logement/": ("Ici.",),
    "numeros-utiles/": ('href="tel:112"', 'href="sms:114"'),
    "recherche/?q=farmacie": ("Pharmacie de la Plage", "« pharmacie »"),
    "hors-ligne/": ("Pas de réseau",),
}


def words(response):
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("path", PAGES)
def test_each_page_says_what_it_must_and_is_for_everybody(full, path, client):
    page = client.get(f"/{full.slug}/{path}")

    assert page.status_code == 200
    assert {word for word in PAGES[path] if word not in words(page)} == set()
    assert "public" in page["Cache-Control"]
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize(
    "path",
    [
        "actualites/rien/", "actualites/page/2/", "actualites/page/0/", "actualites/theme/rien/",
        "agenda/2026-13/", "agenda/1950-01/", "annuaire/commerces/", "annuaire/menus/",
        "annuaire/commerces/pharmacie-de-la-plage/", "cinema/rien/", "pratique/rien/",
        f"photos/{'a' * 64}.webp", "proposer/" + "x" * 32 + "/",
    ],
)  # fmt: skip
def test_what_is_not_there_is_said_so(full, path, client):
    assert client.get(f"/{full.slug}/{path}").status_code == 404


@pytest.mark.parametrize("path", [path for path in PAGES if "recherche" not in path and path])
def test_an_empty_town_says_what_to_do_and_never_fails(town, path, client):
    assert client.get(f"/{town.slug}/{path}").status_code in (200, 404)
    assert "Recevoir les messages" in client.get(f"/{town.slug}/").content.decode()


def test_an_event_goes_into_a_calendar(full, client):
    one = icalendar.Calendar.from_ical(
        client.get(f"/{full.slug}/agenda/loto-des-pompiers.ics").content
    )
    whole = icalendar.Calendar.from_ical(client.get(f"/{full.slug}/agenda/agenda.ics").content)

    (event,) = one.walk("VEVENT")
    assert (event["summary"], event["dtstart"].dt) == ("Loto des pompiers", NOON + 8 * HOUR)
    assert event["location"] == "Salle des fêtes"
    assert [event["uid"] for event in whole.walk("VEVENT")] == [event["uid"]]


def test_under_the_town_s_own_name_feeds_and_calendars_name_it_and_an_event_stays_the_same_one(
    full, client, settings
):
    settings.ALLOWED_HOSTS = ["*"]
    towns.give_host(full, "app.arcachon.fr", by=None, at=NOON)
    own, shared = {"Host": "app.arcachon.fr"}, {"Host": "127.0.0.1:8000"}
    calendar, news = f"/{full.slug}/agenda/agenda.ics", f"/{full.slug}/actualites/"

    def told(headers):
        (event,) = icalendar.Calendar.from_ical(client.get(calendar, headers=headers).content).walk(
            "VEVENT"
        )
        rss = client.get(f"{news}rss.xml", headers=headers).content.decode()
        sheet = client.get(f"{news}feed.json", headers=headers).json()
        agenda = client.get(f"/{full.slug}/agenda/", headers=headers).content.decode()
        (webcal,) = re.findall(r"webcal://[^\"]+", agenda)
        links = {str(event["url"]), sheet["home_page_url"], sheet["items"][0]["url"], webcal}
        hosts = {urlsplit(link).hostname for link in links | set(re.findall("<link>([^<]+)", rss))}
        return hosts, str(event["uid"])

    assert told(own)[0] == {"app.arcachon.fr"}
    assert told(shared)[0] == {"127.0.0.1"}
    assert told(own)[1] == told(shared)[1]


@pytest.mark.parametrize(
    "path",
    [
        "actualites/rss.xml", "actualites/atom.xml", "actualites/feed.json", "agenda/agenda.ics",
        "agenda/loto-des-pompiers.ics", "messages/rss.xml", "messages/atom.xml", "recherche/?q=loto", "agenda/",
    ],
)  # fmt: skip
def test_feeds_calendars_and_search_are_as_fresh_as_pages(full, path, client):
    kept = client.get(f"/{full.slug}/{path}")["Cache-Control"]

    assert f"max-age={PUBLIC_SECONDS}" in kept.split(", ")


def test_on_a_public_holiday_nothing_is_said_to_be_open(full, client, noon):
    a_tuesday = datetime(2028, 8, 15, 10, tzinfo=UTC)  # Assumption
    told = "Jour férié : appelez avant de vous déplacer"

    for path in ("", "ouvert/", "pharmacie-de-la-plage/"):
        noon.move_to(a_tuesday - 7 * DAY)
        before = words(client.get(f"/{full.slug}/annuaire/sante/{path}"))
        noon.move_to(a_tuesday)
        page = words(client.get(f"/{full.slug}/annuaire/sante/{path}"))

        assert "jusqu’à 19 h 30" in before and told not in before
        assert told in page and "jusqu’à 19 h 30" not in page
        assert "Pharmacie de la Plage" in page


def test_a_search_says_when_an_event_is_and_that_another_is_over(full, client):
    put(
        full, Kind.EVENT, "Loto des anciens",
        occurrences=(Occurrence(begins_at=NOON - 30 * DAY, ends_at=NOON - 30 * DAY + HOUR),),
    )  # fmt: skip

    page = words(client.get(f"/{full.slug}/recherche/?q=lotos"))

    assert "mardi 24 novembre, de 20 h à 23 h" in page
    assert page.index("Loto des pompiers") < page.index("passé") < page.index("Loto des anciens")


def test_feeds_carry_whole_texts(full, client):
    rss = ET.fromstring(client.get(f"/{full.slug}/actualites/rss.xml").content)
    sheet = json.loads(client.get(f"/{full.slug}/actualites/feed.json").content)

    assert "<strong>ouverte</strong>" in str(rss.findtext(".//item/description"))
    assert sheet["version"] == "https://jsonfeed.org/version/1.1"
    assert sheet["items"][0]["url"].endswith("/actualites/la-piscine-rouvre/")


def test_a_cancelled_event_is_shown_as_such(town, client):
    put(
        town, Kind.EVENT, "Bal", is_cancelled=True,
        occurrences=(Occurrence(begins_at=NOON + DAY),),
    )  # fmt: skip

    assert "Annulé" in client.get(f"/{town.slug}/agenda/").content.decode()
    sheet = client.get(f"/{town.slug}/agenda/agenda.ics").content
    assert b"STATUS:CANCELLED" in sheet


def test_several_towns_are_read_on_one_page_and_none_leaks_into_another(full, other_town, client):
    put(other_town, Kind.NEWS, "Le Vieux-Port en fête")

    both = words(client.get(f"/ensemble/{full.slug}+{other_town.slug}/"))

    assert "La piscine rouvre" in both and "Le Vieux-Port en fête" in both
    assert "Vieux-Port" not in words(client.get(f"/{full.slug}/"))
    assert client.get(f"/ensemble/{full.slug}+nulle-part/").status_code == 404
    assert client.get(f"/{other_town.slug}/actualites/la-piscine-rouvre/").status_code == 404
    chosen = client.get("/", {"commune": [full.slug, other_town.slug]})
    assert chosen["Location"] == f"/ensemble/{full.slug}+{other_town.slug}/"


def test_a_commune_that_is_not_here_yet_is_named(full, other_town, client):
    page = words(client.get("/", {"q": "gujan mestras"}))

    assert "Gujan-Mestras" in page and "Pas encore ici" in page


def test_an_association_writes_by_its_secret_link(town, agent, client):
    row, secret = contributors.invite(town, "Les Amis du lac", "", by=agent, at=NOON)
    door = f"/{town.slug}/proposer/{secret}/"

    assert client.post(door, {"title": "Loto", "text": ""}).status_code == 200
    wrong = client.post(door, {"title": "Loto", "text": "x", "ends": "2026-12-01T20:00"})
    sent = client.post(
        door, {"title": "Loto", "text": "Venez\n\nnombreux", "begins": "2026-12-01T20:00"}
    )

    assert "Donnez aussi le début" in words(wrong)
    assert "C’est reçu" in words(client.get(sent["Location"]))
    (entry,) = row.entries.all()
    assert (entry.stage, entry.kind, entry.body) == (
        Stage.PROPOSED, Kind.EVENT, "<p>Venez</p><p>nombreux</p>",
    )  # fmt: skip
    assert client.get(f"/{town.slug}/agenda/").content.decode().count("Loto") == 0
    assert "no-store" in client.get(door)["Cache-Control"]
    assert re.search(r"Loto <span[^>]*>la mairie le relit", words(client.get(door)))

    _, other = contributors.invite(town, "La Chorale", "", by=agent, at=NOON)
    assert "Loto" not in words(client.get(f"/{town.slug}/proposer/{other}/"))

    entries.publish(town, entry.pk, by=agent, at=NOON)

    page = client.get(door)
    assert re.search(r"Loto</a> <span[^>]*>en ligne", words(page))
    (path,) = re.findall(rf'href="(/{town.slug}/agenda/[^"]+)">Loto', page.content.decode())
    assert "Source : Les Amis du lac" in words(client.get(path))
    entries.withdraw(town, entry.pk, by=agent, at=NOON)
    assert re.search(r"Loto <span[^>]*>pas en ligne", words(client.get(door)))


def test_the_first_view_of_each_page_fits_its_budget(full, client):
    """14,000 bytes with the style in it: one round trip on a slow network (RFC 6928)."""
    for path in PAGES:
        page = client.get(f"/{full.slug}/{path}", headers={"Accept-Encoding": "gzip"})
        head = sum(len(name) + len(value) + 4 for name, value in page.headers.items())

        assert page["Content-Encoding"] == "gzip"
        assert len(page.content) + head < 14_000, path
        assert not re.search(rb'<link rel="stylesheet"', page.content)
