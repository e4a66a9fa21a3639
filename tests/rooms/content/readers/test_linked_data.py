"""Events and screenings told to machines: schema.org, OpenAgenda."""

import json

from beffroi.content.facts import MAX_DATES
from beffroi.content.readers import openagenda, schema_org
from beffroi.content.words import Flaw, Kind
from tests.rooms.content.readers.shelf import PARIS, SITE, at, beginnings, bytes_of, flaws


def test_screenings_of_one_film_are_one_entry_however_its_title_is_typed():
    reading = schema_org.read(bytes_of("cinema.html"), zone=PARIS, address=SITE)

    (film,) = reading.found
    assert (reading.title, film.venue, film.place.street) == (
        "Cinéma Le Rex",
        "Cinéma Le Rex",
        "3 place Haute",
    )
    assert (film.kind, film.title, film.summary) == (
        Kind.FILM,
        "L'Été des mouettes",
        "Trois sœurs, une plage.",
    )
    assert film.picture.alt == "Trois femmes face à la mer"
    first, second = film.occurrences
    assert (first.begins_at, first.version, first.price, first.link) == (
        at("2026-03-05 09:05"),
        "VF",
        "6,50\N{NO-BREAK SPACE}€",
        f"{SITE}reserver/1",
    )
    assert (second.begins_at, second.version, second.is_cancelled) == (
        at("2026-03-06 20:30"),
        "VOSTFR 3D",
        True,
    )
    assert flaws(reading) == [Flaw.BAD_DATE]


def test_events_of_a_page_with_a_broken_script_are_read_all_the_same():
    reading = schema_org.read(bytes_of("agenda.html"), zone=PARIS, address=f"{SITE}agenda/")

    concert, workshop = reading.found
    (days,) = concert.occurrences
    assert (days.begins_at, days.ends_at, days.price) == (
        at("2026-06-21"),
        at("2026-06-23"),
        "gratuit",
    )
    assert (concert.venue, concert.place.city) == ("Kiosque", "Arcachon")
    assert beginnings(workshop) == ["2026-06-24 14:00", "2026-07-01 14:00"]
    assert workshop.occurrences[0].price == "5\N{NO-BREAK SPACE}€"
    assert workshop.place.longitude == -1.17
    assert flaws(reading) == [Flaw.UNREADABLE, Flaw.NO_ALT, Flaw.NO_DATE, Flaw.NO_TITLE]


def test_events_that_all_name_the_agenda_as_their_page_stay_apart():
    script = [
        {"@type": "Event", "name": name, "startDate": "2026-05-01", "url": "/agenda/"}
        for name in "ab"
    ]
    page = f'<script type="application/ld+json">{json.dumps(script)}</script>'.encode()

    reading = schema_org.read(page, zone=PARIS, address=f"{SITE}agenda/")

    assert [found.title for found in reading.found] == ["a", "b"]


def test_an_agenda_s_export_is_read_in_french_with_its_dates_place_and_booking():
    reading = openagenda.read(
        bytes_of("openagenda.json"),
        zone=PARIS,
        address="https://api.openagenda.com/v2/agendas/1/events?key=k",
    )

    party, ball = reading.found
    assert (reading.title, party.title, party.key) == ("Agenda d’Exemple", "Fête du port", "123")
    assert party.html.startswith("<h2>Programme</h2><p><strong>Joutes</strong> <a href=")
    assert "onerror=" not in party.html.replace("&lt;img src=x onerror=", "")
    assert beginnings(party) == ["2026-07-14 14:00", "2026-07-15 14:00"]
    assert party.occurrences[0].ends_at == at("2026-07-14 18:00")
    assert (party.occurrences[0].link, party.occurrences[0].price) == (
        "https://billets.example/3",
        "Entrée libre",
    )
    assert (party.venue, party.place.street, party.place.insee_code) == (
        "Port",
        "Quai Neuf",
        "33009",
    )
    assert (party.place.email, party.place.phones) == ("fete@exemple.example", ("05 56 22 00 00",))
    assert party.place.access == "Accessible\N{NO-BREAK SPACE}: handicap moteur"
    assert party.link == "https://openagenda.com/agenda-exemple/events/fete-du-port"
    assert ball.is_cancelled
    assert all(date.is_cancelled for date in ball.occurrences)
    assert flaws(reading) == [Flaw.NO_ALT, Flaw.NO_DATE]
    assert reading.next_page.endswith("key=k&after%5B%5D=1790000000000&after%5B%5D=123")


def test_more_dates_than_an_agenda_may_have_are_cut():
    timings = [
        {"begin": f"2026-05-01T{n // 60:02}:{n % 60:02}:00+02:00"} for n in range(MAX_DATES + 5)
    ]
    document = json.dumps({"total": 1, "events": [{"uid": 1, "title": "x", "timings": timings}]})

    reading = openagenda.read(document.encode(), zone=PARIS)

    assert len(reading.found[0].occurrences) == MAX_DATES
    assert flaws(reading) == [Flaw.TOO_MANY_DATES]


def test_a_page_without_events_is_empty_and_one_that_is_broken_is_said():
    assert flaws(schema_org.read(b"<html><p>x", zone=PARIS)) == [Flaw.NOTHING_INSIDE]
    broken = b'<script type="application/ld+json">{"@type": </script>'
    assert flaws(schema_org.read(broken, zone=PARIS)) == [Flaw.UNREADABLE]
    assert flaws(openagenda.read(b'{"a": 1}', zone=PARIS)) == [Flaw.UNREADABLE]
    assert flaws(openagenda.read(b'{"total": 0, "events": []}', zone=PARIS)) == [
        Flaw.NOTHING_INSIDE
    ]
