from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from lxml import etree

from beffroi.kit.cap import (
    Alert,
    Area,
    Awareness,
    BadAlert,
    Category,
    Certainty,
    Info,
    MessageType,
    Pair,
    Reference,
    Response,
    Scope,
    Severity,
    Status,
    Urgency,
    awareness,
    read_alert,
    read_feed,
    require_valid,
    write_alert,
)
from beffroi.kit.vigilance import Colour, Phenomenon

CANADIAN = (Path(__file__).parent / "samples/cap/cap11-fr-CA-extrait.xml").read_bytes()
NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)
STORM = Info(
    event="vent violent",
    urgency=Urgency.EXPECTED,
    severity=Severity.SEVERE,
    certainty=Certainty.LIKELY,
    categories=(Category.MET,),
    onset=NOON,
    areas=(Area(description="Arcachon", geocodes=(Pair(name="INSEE", value="33009"),)),),
)
ALERT = Alert(
    identifier="beffroi.arcachon.12",
    sender="mairie@arcachon.example",
    sent=NOON,
    status=Status.EXERCISE,
    message_type=MessageType.ALERT,
    infos=(STORM,),
)

texts = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn", "Zs", "Zl", "Zp")), min_size=1, max_size=40
).filter(lambda text: text == text.strip())
maybe = texts | st.just("")
names = st.from_regex(r"[a-zA-Z0-9@.:_-]{1,30}", fullmatch=True)
zones = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
moments = st.datetimes(
    datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=zones | st.just(UTC)
).map(lambda moment: moment.replace(microsecond=0))
pairs = st.lists(st.builds(Pair, name=texts, value=maybe), max_size=2).map(tuple)
points = st.tuples(st.floats(-90, 90, allow_nan=False), st.floats(-180, 180, allow_nan=False))
polygons = st.lists(points, min_size=3, max_size=5).map(lambda found: (*found, found[0]))


def some(kind, **limits):
    return st.lists(st.sampled_from(kind), unique=True, **limits).map(tuple)


areas = st.builds(
    Area, description=texts, geocodes=pairs, polygons=st.lists(polygons, max_size=2).map(tuple)
)
infos = st.builds(
    Info,
    event=texts,
    urgency=st.sampled_from(Urgency),
    severity=st.sampled_from(Severity),
    certainty=st.sampled_from(Certainty),
    categories=some(Category, min_size=1, max_size=3),
    language=st.sampled_from(["fr-FR", "en", "oc"]),
    responses=some(Response, max_size=2),
    effective=moments | st.none(),
    onset=moments | st.none(),
    expires=moments | st.none(),
    sender_name=maybe,
    headline=maybe,
    description=maybe,
    instruction=maybe,
    web=st.just("") | names.map(lambda name: f"https://exemple.example/{name}"),
    contact=maybe,
    parameters=pairs,
    areas=st.lists(areas, max_size=2).map(tuple),
)
alerts = st.builds(
    Alert,
    identifier=names,
    sender=names,
    sent=moments,
    status=st.sampled_from(Status),
    message_type=st.sampled_from(MessageType),
    scope=st.sampled_from(Scope),
    note=maybe,
    references=st.lists(
        st.builds(Reference, sender=names, identifier=names, sent=moments), max_size=2
    ).map(tuple),
    infos=st.lists(infos, max_size=2).map(tuple),
)


@given(alerts)
def test_what_is_written_is_valid_and_reads_the_same(alert):
    written = write_alert(alert)

    require_valid(etree.fromstring(written))
    assert read_alert(written) == alert


def test_utc_is_written_as_the_standard_wants_it():
    assert b"<sent>2026-01-12T12:00:00-00:00</sent>" in write_alert(ALERT)
    paris = replace(ALERT, sent=NOON.astimezone(timezone(timedelta(hours=1))))
    assert b"<sent>2026-01-12T13:00:00+01:00</sent>" in write_alert(paris)


def test_characters_that_xml_cannot_hold_are_left_out():
    written = write_alert(replace(ALERT, note="a\x00b\x0bc\ufffe"))

    assert read_alert(written).note == "abc"


@pytest.mark.parametrize(
    "alert",
    [
        replace(ALERT, identifier="two words"),
        replace(ALERT, sender="a,b"),
        replace(ALERT, identifier=""),
        replace(ALERT, sent=datetime(2026, 1, 12)),
        replace(ALERT, infos=(replace(STORM, categories=()),)),
        replace(ALERT, infos=(replace(STORM, language="not a language"),)),
    ],
)
def test_nothing_leaves_that_the_standard_forbids(alert):
    with pytest.raises(BadAlert):
        write_alert(alert)


def test_the_older_version_is_read_too():
    alert = read_alert(CANADIAN)

    assert alert.message_type is MessageType.UPDATE
    assert [reference.identifier for reference in alert.references] == [
        "CA-EC-CWTO-2011-138774",
        "CA-EC-CWTO-2011-138729",
    ]
    assert alert.sent == datetime(2011, 2, 8, 4, 52, tzinfo=UTC)
    assert alert.infos[0].headline == "alerte vent de tempête"
    assert len(alert.infos[0].areas[0].polygons[0]) == 9


def test_the_same_document_is_valid_in_the_newer_version():
    newer = CANADIAN.replace(b"cap:1.1", b"cap:1.2")

    assert replace(read_alert(newer), note="") == read_alert(CANADIAN)


ROOT = b'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">'
LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no xml",
        b"<alert/>",
        ROOT + b"</alert>",
        b"<!DOCTYPE alert>" + ROOT + b"</alert>",
        b'<!DOCTYPE alert [<!ENTITY l0 "lol">'
        + LAUGHS
        + b"]>"
        + ROOT
        + b"<note>&l9;</note></alert>",
        b'<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + ROOT + b"&x;</alert>",
        b'<!DOCTYPE alert SYSTEM "http://127.0.0.1:9/evil.dtd">' + ROOT + b"</alert>",
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE alert><alert/>'.encode("utf-16"),
        b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE alert+AD4-<alert/>',
        ROOT + b"<note>&undefined;</note></alert>",
        b"<a>" * 300 + b"</a>" * 300,
        ROOT + b"<code/>" * 20_001 + b"</alert>",
        ROOT + b" " * (1024 * 1024) + b"</alert>",
        ROOT
        + b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/></alert>',
    ],
)
def test_hostile_or_malformed_documents_are_refused(raw):
    with pytest.raises(BadAlert):
        read_alert(raw)


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        (b"Exercise", b"Maybe"),
        (b"-00:00</sent>", b"Z</sent>"),
        (b"T12:00:00-00:00</sent>", b"T12:00</sent>"),
        (b"<status>Exercise</status>", b""),
        (b"<category>Met</category>", b""),
        (b"<areaDesc>Arcachon</areaDesc>", b"<areaDesc>A</areaDesc><polygon>1,1 2,2</polygon>"),
        (
            b"<areaDesc>Arcachon</areaDesc>",
            b"<areaDesc>A</areaDesc><polygon>1,1 2,2 3,nan 1,1</polygon>",
        ),
        (b"<scope>Public</scope>", b"<scope>Public</scope><references>a,b</references>"),
    ],
)
def test_a_document_that_breaks_the_rules_is_refused(there, instead):
    written = write_alert(ALERT)
    assert there in written

    with pytest.raises(BadAlert):
        read_alert(written.replace(there, instead))


def test_meteoalarm_says_how_grave_and_what():
    told = (
        Pair(name="awareness_level", value="3; orange; Severe"),
        Pair(name="awareness_type", value="7; coastalevent"),
    )

    assert awareness(replace(STORM, parameters=told)) == Awareness(
        colour=Colour.ORANGE, phenomenon=Phenomenon.WAVES
    )
    assert awareness(replace(STORM, parameters=told[:1])) is None


FEED = b"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>MeteoAlarm</title>
<entry><id>urn:1</id><title>Orange Wind Warning</title><updated>2026-01-12T09:00:00Z</updated>
<link type="application/cap+xml" href="https://feeds.example/1.cap"/><link href="https://feeds.example/1"/></entry>
<entry><id>urn:2</id><title>no document</title><updated>2026-01-12T09:00:00Z</updated></entry>
</feed>"""


def test_a_feed_leads_to_its_documents():
    (entry,) = read_feed(FEED)

    assert (entry.id, entry.cap_url) == ("urn:1", "https://feeds.example/1.cap")
    assert entry.updated == datetime(2026, 1, 12, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw",
    [b"<rss/>", FEED.replace(b"<feed", b"<!DOCTYPE feed><feed"), FEED.replace(b"2026-01", b"x")],
)
def test_what_is_no_feed_is_refused(raw):
    with pytest.raises(BadAlert):
        read_feed(raw)
