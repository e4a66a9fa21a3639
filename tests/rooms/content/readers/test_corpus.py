"""Every sample goes through the reader of its format: the repository’s own, and the corpus beside it when it is there."""

import pytest

from beffroi.content.facts import Reading
from beffroi.content.readers import (
    dila,
    feed,
    finess,
    ical,
    json_feed,
    openagenda,
    schema_org,
    sheet,
    wordpress,
)
from beffroi.content.readers.discover import recognise
from beffroi.content.words import Flaw, Format, Kind
from tests.rooms.content.readers.shelf import CORPORA, FILES, PARIS, SITE, at

READ = {
    Format.FEED: lambda document: feed.read(document, zone=PARIS, address=SITE),
    Format.JSON_FEED: lambda document: json_feed.read(document, zone=PARIS, address=SITE),
    Format.WORDPRESS: lambda document: wordpress.read(document, zone=PARIS, address=SITE),
    Format.ICAL: lambda document: ical.read(
        document, zone=PARIS, since=at("2008-01-01"), until=at("2024-12-31")
    ),
    Format.SCHEMA_ORG: lambda document: schema_org.read(document, zone=PARIS, address=SITE),
    Format.OPENAGENDA: lambda document: openagenda.read(document, zone=PARIS, address=SITE),
    Format.SHEET: lambda document: sheet.read(document, zone=PARIS, kind=Kind.FILM),
    Format.DILA: lambda document: dila.read(document, zone=PARIS),
    Format.FINESS: lambda document: finess.read(document, zone=PARIS),
}
AWKWARD = {
    "bom_calendar.ics": [Flaw.NOTHING_INSIDE],
    "big_bad_calendar.ics": [Flaw.NO_TITLE],
    "broken_ical.ics": [Flaw.BAD_DATE],
    "issue_237_fail_to_parse_timezone_with_non_ascii_tzid.ics": [Flaw.NO_TITLE],
    "rfc_7986_image.ics": [Flaw.NO_TITLE, Flaw.NO_TITLE],
}
"""Which give nothing but a remark; every other gives something."""
NOT_OURS = {"open311", "cap", "vigilance", "ban"}
"""Other readers' business: they are recognised as nothing of this room."""
SAMPLES = [
    path
    for folder in (FILES, *CORPORA[:1])
    for path in sorted(folder.rglob("*"))
    if path.suffix in {".xml", ".json", ".ics", ".csv", ".html"}
]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_sample_gives_what_it_holds_or_says_why_not(path):
    document = path.read_bytes()
    format_ = recognise(document, "text/csv" if path.suffix == ".csv" else "")
    if format_ is None:
        assert path.parent.name in NOT_OURS or path.name in {
            "accueil-wordpress.html",
            "wp-json-categories.json",
        }
        return

    reading = READ[format_](document)

    assert isinstance(reading, Reading)
    assert reading.format == format_
    flaws = [remark.flaw for remark in reading.remarks]
    assert Flaw.UNREADABLE not in flaws or path.name == "agenda.html"
    if path.name in AWKWARD:
        assert (flaws, reading.found) == (AWKWARD[path.name], ())
    elif path.name != "associations.csv":  # read as films here: it holds none
        assert reading.found
    for found in reading.found:
        assert found.key
        assert found.title
        assert len(found.summary) <= 300
        assert "<img" not in found.html
        assert not found.link or found.link.startswith(("https://", "http://"))
        assert all(date.begins_at.tzinfo for date in found.occurrences)
