"""What a site offers, from its home page; what a document is, from its bytes."""

import pytest

from beffroi.content.readers.discover import discover, recognise
from beffroi.content.words import Format
from tests.rooms.content.readers.shelf import FILES, SITE, bytes_of


def test_a_home_page_tells_its_feeds_and_calendars_the_most_useful_first():
    found = discover(bytes_of("accueil-wordpress.html"), address=SITE)

    assert [(one.format, one.address) for one in found if one.is_announced] == [
        (Format.WORDPRESS, f"{SITE}wp-json/wp/v2/posts?_embed=1&per_page=20"),
        (Format.OPENAGENDA, "https://openagenda.com/ville-exemple"),
        (Format.ICAL, f"{SITE}agenda.ics"),
        (Format.FEED, f"{SITE}feed/"),
        (Format.SHEET, f"{SITE}documents/associations.csv"),
    ]
    assert found[3].title == "Ville d’Exemple » Flux"
    assert not any(
        one.address.startswith("javascript:") or "comments" in one.address for one in found
    )


def test_a_page_that_holds_events_is_a_source_itself():
    (agenda, *guesses) = discover(bytes_of("cinema.html"), address=f"{SITE}cinema/")

    assert (agenda.format, agenda.address) == (Format.SCHEMA_ORG, f"{SITE}cinema/")
    assert all(not one.is_announced for one in guesses)


def test_the_header_of_a_page_and_the_name_of_its_software_tell_too():
    header = '<https://www.exemple.example/?rest_route=/>; rel="https://api.w.org/"'
    (posts, *_) = discover(b"<html><p>x", address=SITE, link_header=header)
    assert posts.address == f"{SITE}?rest_route=/wp/v2/posts&_embed=1&per_page=20"

    (spip,) = discover(b'<meta name="generator" content="SPIP 4.2">', address=SITE)
    assert (spip.address, spip.is_announced) == (f"{SITE}spip.php?page=backend", False)
    assert discover(b"", address=SITE) == ()


@pytest.mark.parametrize(
    ("name", "format_"),
    [
        ("wordpress-rss2.xml", Format.FEED),
        ("wordpress-atom.xml", Format.FEED),
        ("wordpress-rss1.xml", Format.FEED),
        ("spip.xml", Format.FEED),
        ("drupal.xml", Format.FEED),
        ("rss091.xml", Format.FEED),
        ("feed.json", Format.JSON_FEED),
        ("wordpress-posts.json", Format.WORDPRESS),
        ("agenda.ics", Format.ICAL),
        ("outlook.ics", Format.ICAL),
        ("cinema.html", Format.SCHEMA_ORG),
        ("agenda.html", Format.SCHEMA_ORG),
        ("accueil-wordpress.html", None),
        ("openagenda.json", Format.OPENAGENDA),
        ("cinema.csv", Format.SHEET),
        ("dila-service.json", Format.DILA),
        ("dila-api.json", Format.DILA),
        ("finess-ancien.csv", Format.FINESS),
        ("finess-nouveau.json", Format.FINESS),
        ("README.md", None),
    ],
)
def test_each_document_is_recognised(name, format_):
    assert recognise((FILES / name).read_bytes()) == format_


def test_a_sheet_with_commas_is_known_by_what_the_server_says():
    assert recognise(bytes_of("associations.csv")) is None
    assert recognise(bytes_of("associations.csv"), "text/csv") == Format.SHEET
