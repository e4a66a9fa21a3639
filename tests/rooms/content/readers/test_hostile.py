"""Whatever the bytes, a reader hands over a reading, soon."""

import json
import random
import time

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from beffroi.content.facts import Reading
from beffroi.content.readers import (
    dila,
    discover,
    feed,
    finess,
    gathering,
    ical,
    json_feed,
    openagenda,
    pages,
    schema_org,
    sheet,
    wordpress,
)
from beffroi.content.words import Flaw, Kind
from tests.rooms.content.readers.shelf import FILES, PARIS, SITE, at, flaws


def _ical(document):
    return ical.read(document, zone=PARIS, since=at("2026-01-01"), until=at("2027-01-01"))


def _sheet(document):
    return sheet.read(document, zone=PARIS, kind=Kind.EVENT)


READERS = {
    "xml": lambda document: feed.read(document, zone=PARIS, address=SITE),
    "ics": _ical,
    "html": lambda document: schema_org.read(document, zone=PARIS, address=SITE),
    "csv": _sheet,
    "json": lambda document: json_feed.read(document, zone=PARIS, address=SITE),
    "wordpress": lambda document: wordpress.read(document, zone=PARIS, address=SITE),
    "openagenda": lambda document: openagenda.read(document, zone=PARIS, address=SITE),
    "dila": lambda document: dila.read(document, zone=PARIS),
    "finess": lambda document: finess.read(document, zone=PARIS),
}
SEEDS = [path.read_bytes() for path in sorted(FILES.iterdir()) if path.suffix != ".md"]
ODD = [
    b"\x00",
    b"\xff\xfe",
    b"<![CDATA[",
    b"]]>",
    b"&#0;",
    b"\\ud800",
    b"1e999",
    b"-",
    b"9" * 30,
    b"{",
    b"[",
    b'"',
    b":",
]


@settings(max_examples=60, deadline=5_000, suppress_health_check=list(HealthCheck))
@given(st.integers(), st.sampled_from(SEEDS))
def test_a_document_damaged_anywhere_makes_no_reader_raise(seed, document):
    chance = random.Random(seed)
    damaged = bytearray(document)
    for _ in range(chance.randint(1, 8)):
        start = chance.randrange(len(damaged) + 1)
        damaged[start : start + chance.randint(0, 40)] = chance.choice([b"", *ODD])
    discover.recognise(bytes(damaged))
    discover.discover(bytes(damaged), address=SITE)

    for read in READERS.values():
        assert isinstance(read(bytes(damaged)), Reading)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "items",
                    "events",
                    "timings",
                    "begin",
                    "location",
                    "title",
                    "rendered",
                    "url",
                    "id",
                    "@type",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=80, deadline=5_000, suppress_health_check=list(HealthCheck))
@given(JSON, st.sampled_from(["items", "events", "service", "results"]))
def test_json_of_any_shape_makes_no_reader_raise(value, name):
    for document in (json.dumps(value), json.dumps({name: value}), json.dumps({name: [value]})):
        for reader in ("json", "wordpress", "openagenda", "dila", "finess"):
            assert isinstance(READERS[reader](document.encode("utf-8", "replace")), Reading)
        page = f'<script type="application/ld+json">{document}</script>'
        assert isinstance(READERS["html"](page.encode("utf-8", "replace")), Reading)


RSS = b"<rss version='2.0'><channel><item><title>x</title>%s</item></channel></rss>"
BOMBS = {
    "entities that grow": b"<!DOCTYPE r [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]>"
    + RSS % b"&b;",
    "a file of ours": b"<!DOCTYPE r [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
    + RSS % b"<description>&a;</description>",
    "depth": RSS % (b"<a>" * 100_000),
    "depth, well formed": RSS % (b"<a>" * 100_000 + b"</a>" * 100_000),
    "deep HTML": RSS % (b"<description><![CDATA[" + b"<div>" * 100_000 + b"]]></description>"),
    "lists in lists": RSS
    % (b"<description><![CDATA[" + b"<ul><li>" * 50_000 + b"]]></description>"),
    "ampersands": RSS % (b"<description>" + b"&" * 250_000 + b"</description>"),
    "brackets": b"<rss><" * 200_000,
    "deep JSON": b"[" * 1_000_000,
    "deep JSON, closed": b'{"items":' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    "a long number": b'{"items": [' + b"9" * 2_000_000 + b"]}",
    "attributes": b"<p " + b" ".join(b"a%d" % n for n in range(200_000)) + b">x</p>",
    "attributes of a feed": b"<rss %b>" % b" ".join(b"a%d='1'" % n for n in range(200_000))
    + b"</rss>",
    "spaces in a script": b'<script type="application/ld+json">{'
    + b" " * 1_000_000
    + b"x</script>",
    "dense articles": RSS.replace(b"<item>", b"<item><guid>%b</guid>")
    % (b"1", b"<description><![CDATA[" + b"<b>x</b>" * 12_000 + b"]]></description>"),
    "one long line": b"BEGIN:VCALENDAR\r\n" + b"a" * 2_000_000,
    "folds": b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:x"
    + b"\r\n x" * 300_000
    + b"\r\nEND:VEVENT\r\nEND:VCALENDAR",
    "calendars in calendars": b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" * 20_000,
    "quotes": b'a;"' * 500_000,
    "separators": b";" * 2_000_000 + b"\n",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_takes_no_time(name):
    """Ten seconds are far above what any takes on two cores; without the bounds, several take minutes or fail."""
    for reader, read in READERS.items():
        began = time.process_time()
        assert isinstance(read(BOMBS[name]), Reading)
        assert time.process_time() - began < 10, reader


def test_no_entity_is_ever_expanded_or_fetched():
    for name in ("entities that grow", "a file of ours"):
        reading = READERS["xml"](BOMBS[name])
        assert (flaws(reading), reading.found) == ([Flaw.UNREADABLE], ())


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "ftp://www.exemple.example/x",
        "file://www.exemple.example/etc/passwd",
        "data:text/html,x",
        "https://mairie@pirate.example/",
        "https://www.exemple.example/<script>",
        "https://[::1",
        "",
    ],
)
def test_a_link_that_leads_to_no_page_is_none(link):
    assert pages.absolute(link, SITE) == ""


def test_a_page_of_too_many_elements_or_attributes_is_not_built():
    many = b" ".join(b"a%d" % number for number in range(pages.MAX_ATTRIBUTES + 1))

    assert pages.parse(b"<p " + many.rpartition(b" ")[0] + b">x</p>") is not None
    assert pages.parse(b"<p " + many + b">x</p>") is None
    assert pages.parse(b"<br>" * (pages.MAX_ELEMENTS + 1)) is None


@pytest.mark.slow
def test_articles_are_cleaned_while_their_marks_are_few_then_their_words_alone_are_kept():
    article = (
        b"<item><guid>%d</guid><title>x</title><description><![CDATA[%b]]></description></item>"
    )
    dense = b"<em>a</em> " * 4_500
    document = b"<rss version='2.0'><channel>%b</channel></rss>" % b"".join(
        article % (number, dense) for number in range(20)
    )

    reading = READERS["xml"](document)

    cleaned = [one for one in reading.found if "<em>" in one.html]
    assert len(cleaned) * dense.count(b"<") <= gathering.MAX_MARKS
    assert len(reading.found) == 20 and cleaned
    assert all(one.html.startswith("<p>a a a") for one in reading.found if one not in cleaned)
    assert Flaw.HTML_CUT in flaws(reading)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYYEARDAY=" + ",".join(map(str, range(1, 366))),
        "FREQ=DAILY;BYHOUR=9,10,11;BYMINUTE=" + ",".join(map(str, range(60))),
    ],
)
def test_a_rule_of_countless_choices_is_not_followed(rule):
    document = (
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:x\r\nDTSTART:20260301T100000Z\r\n"
        f"RRULE:{rule}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )

    reading = READERS["ics"](document.encode())

    assert flaws(reading) == [Flaw.TOO_MANY_DATES]
    assert len(reading.found[0].occurrences) == 1


def test_a_calendar_of_countless_events_or_dates_is_too_large():
    event = b"BEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\n"
    for inside in (event * (ical.MAX_EVENTS + 1), b"RDATE:" + b"20260301," * ical.MAX_COMMAS * 2):
        document = b"BEGIN:VCALENDAR\r\n" + inside + b"END:VCALENDAR\r\n"
        assert flaws(READERS["ics"](document[: ical.MAX_BYTES])) == [Flaw.TOO_LARGE]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("\n//<![CDATA[\n", "\n//]]>\n"),
        ("<![CDATA[", "]]>"),
        ("<!--", "-->;"),
        ("// <!--", "// -->"),
    ],
)
def test_marks_of_old_pages_around_a_script_are_taken_away(before, after):
    thing = '{"@type": "Event", "name": "Bal", "startDate": "2026-12-05T20:00"}'
    page = f'<script type="application/ld+json">{before}{thing}{after}</script>'

    (found,) = READERS["html"](page.encode()).found

    assert found.title == "Bal"
