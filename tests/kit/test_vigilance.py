import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from beffroi.kit.vigilance import (
    BadBulletin,
    Colour,
    Level,
    Phenomenon,
    Publication,
    Transition,
    changes,
    domains_of,
    levels,
    read_map,
    read_wordings,
    timelines,
)

REAL = (Path(__file__).parent / "samples/vigilance/carte-2026-08-26-extrait.json").read_bytes()
SIX = datetime(2026, 1, 12, 5, tzinfo=UTC)
MIDNIGHT = datetime(2026, 1, 12, 23, tzinfo=UTC)  # in Paris, in winter
GIRONDE = domains_of("33", with_coast=True)


def spell(begin, end, colour):
    return {"begin_time": begin.isoformat(), "end_time": end.isoformat(), "color_id": colour}


def phenomenon(number, *spells, highest=None):
    return {
        "phenomenon_id": number,
        "phenomenon_max_color_id": highest or max((s["color_id"] for s in spells), default=1),
        "timelaps_items": list(spells),
    }


def period(echeance, begin, end, **domains):
    return {
        "echeance": echeance,
        "begin_validity_time": begin.isoformat(),
        "end_validity_time": end.isoformat(),
        "timelaps": {
            "domain_ids": [
                {"domain_id": name.removeprefix("d"), "phenomenon_items": items}
                for name, items in domains.items()
            ]
        },
    }


def raw_map(*periods, at=SIX):
    product = {"warning_type": "vigilance", "update_time": at.isoformat(), "periods": list(periods)}
    return json.dumps({"product": product}).encode()


def level(number, colour, begin=SIX, end=MIDNIGHT):
    return Level(phenomenon=Phenomenon(number), colour=Colour(colour), begin=begin, end=end)


def test_a_real_map_is_read_whether_its_numbers_are_strings_or_not():
    bulletin = read_map(REAL)

    found = levels(bulletin, ["35"])
    assert bulletin.updated_at == datetime(2026, 8, 26, 4, 0, 28, tzinfo=UTC)
    assert found[Phenomenon.STORMS] == Level(
        phenomenon=Phenomenon.STORMS,
        colour=Colour.ORANGE,
        begin=datetime(2026, 8, 26, 18, tzinfo=UTC),
        end=datetime(2026, 8, 26, 22, tzinfo=UTC),
    )
    assert bulletin.ignored == ()


def test_today_and_tomorrow_become_one_line_without_a_seam_at_midnight():
    lines = {line.phenomenon: line.spells for line in timelines(read_map(REAL), ["14"])}

    assert [(s.begin.hour, s.end.hour, s.colour) for s in lines[Phenomenon.STORMS]] == [
        (4, 14, Colour.GREEN),
        (14, 2, Colour.YELLOW),
        (2, 12, Colour.GREEN),
        (12, 19, Colour.YELLOW),
        (19, 22, Colour.GREEN),
    ]


def test_floods_without_hours_hold_for_the_whole_period():
    floods = phenomenon("4", highest="3")

    found = levels(read_map(raw_map(period("J", SIX, MIDNIGHT, d33=[floods]))), GIRONDE)

    assert found == {Phenomenon.FLOODS: level(4, 3)}


def test_tomorrow_may_be_absent():
    wind = phenomenon("1", spell(SIX, MIDNIGHT, 2))

    assert levels(read_map(raw_map(period("J", SIX, MIDNIGHT, d33=[wind]))), GIRONDE) == {
        Phenomenon.WIND: level(1, 2)
    }


def test_the_coast_counts_with_its_department_and_the_graver_wins():
    waves = phenomenon("9", spell(SIX, MIDNIGHT, 3))
    calm = phenomenon("9", spell(SIX, MIDNIGHT, 1))
    raw = raw_map(period("J", SIX, MIDNIGHT, d33=[calm], d3310=[waves]))

    assert levels(read_map(raw), GIRONDE)[Phenomenon.WAVES].colour == Colour.ORANGE
    assert levels(read_map(raw), domains_of("33", with_coast=False)) == {}


def test_an_unknown_period_or_phenomenon_is_ignored_and_said():
    wind, new = phenomenon("1", spell(SIX, MIDNIGHT, 2)), phenomenon("12", highest=4)
    later = period("J2", MIDNIGHT, MIDNIGHT + timedelta(days=1), d33=[wind])

    bulletin = read_map(raw_map(period("J", SIX, MIDNIGHT, d33=[wind, new]), later))

    assert bulletin.ignored == ("phénomène 12", "échéance J2")
    assert levels(bulletin, GIRONDE).keys() == {Phenomenon.WIND}


def test_what_is_over_counts_no_more():
    noon = SIX + timedelta(hours=6)
    wind = phenomenon("1", spell(SIX, noon, 3), spell(noon, MIDNIGHT, 2))

    bulletin = read_map(raw_map(period("J", SIX, MIDNIGHT, d33=[wind]), at=noon))

    assert levels(bulletin, GIRONDE)[Phenomenon.WIND] == level(1, 2, begin=noon)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b'{"product": 3}',
        b'{"product": {}}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"product":' * 60 + b"1" + b"}" * 60,
        b'"' + b'\\"' * 200_000,
        b'{"product": ' + b"9" * 5_000 + b"}",
        b" " * (8 * 1024 * 1024 + 1),
        raw_map(),
        raw_map(period("J1", SIX, MIDNIGHT)),
        raw_map(period("J", SIX, MIDNIGHT), period("J", SIX, MIDNIGHT)),
        raw_map(period("J", MIDNIGHT, SIX)),
        raw_map(period("J", SIX, MIDNIGHT, d33=[phenomenon("1", spell(SIX, MIDNIGHT, 7))])),
        raw_map(period("J", SIX, MIDNIGHT, d33=[phenomenon("1", spell(MIDNIGHT, SIX, 2))])),
        raw_map(period("J", SIX, MIDNIGHT, d33=[phenomenon([1])])),
        raw_map(period("J", SIX, MIDNIGHT, d33=[phenomenon("1")] * 2)),
        raw_map(period("J", SIX, MIDNIGHT, d33=[{}] * 2_001)),
        raw_map(
            period("J", SIX, MIDNIGHT, d33=[phenomenon("1", *[spell(SIX, MIDNIGHT, 2)] * 101)])
        ),
        raw_map(period("J", SIX.replace(tzinfo=None), MIDNIGHT)),
        raw_map(period("J", SIX, MIDNIGHT)).replace(b"vigilance", b"cyclone"),
        raw_map(period("J", SIX, MIDNIGHT)).replace(b"2026-01-12T05", b"0001-01-01T00:00+23"),
    ],
)
def test_malformed_or_hostile_input_is_refused_with_a_reason(raw):
    with pytest.raises(BadBulletin) as refused:
        read_map(raw)

    assert str(refused.value)


@given(st.data())
def test_no_mutation_of_a_real_map_breaks_the_reader(data):
    document = json.loads(REAL)
    node = document
    while isinstance(node, dict | list) and node:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys))
        if data.draw(st.booleans()) or not isinstance(node[key], dict | list):
            node[key] = data.draw(
                st.none() | st.text() | st.integers() | st.floats() | st.just([]) | st.just({})
            )
            break
        node = node[key]
    try:
        bulletin = read_map(json.dumps(document).encode())
    except BadBulletin:
        return
    timelines(bulletin, ["35", "14", "FRA"])


PLACES = st.dictionaries(
    st.sampled_from(list(Phenomenon)),
    st.integers(2, 4),
    max_size=4,
).map(lambda found: {p: level(p, colour) for p, colour in found.items()})


@given(st.lists(PLACES, max_size=12))
def test_replaying_any_sequence_ends_where_the_last_publication_stands(sequence):
    known: dict = {}
    for after in sequence:
        for change in changes(known, after):
            assert change.before == known.get(change.phenomenon)
            if change.after is None:
                assert change.transition is Transition.ENDED
                del known[change.phenomenon]
            else:
                known[change.phenomenon] = change.after
        assert known == after
        assert changes(known, after) == ()


def test_each_transition_has_its_name():
    before = {Phenomenon(n): level(n, colour) for n, colour in [(1, 2), (2, 4), (3, 3), (5, 2)]}
    after = {Phenomenon(n): level(n, colour) for n, colour in [(1, 3), (2, 2), (5, 2), (9, 3)]}

    found = {change.phenomenon: change.transition for change in changes(before, after)}

    assert found == {
        Phenomenon.WIND: Transition.RAISED,
        Phenomenon.RAIN: Transition.LOWERED,
        Phenomenon.STORMS: Transition.ENDED,
        Phenomenon.WAVES: Transition.NEW,
    }


def test_moved_hours_of_the_same_colour_are_no_news():
    later = level(1, 3, begin=SIX + timedelta(hours=2))

    assert changes({Phenomenon.WIND: level(1, 3)}, {Phenomenon.WIND: later}) == ()


def wordings(*items, bloc_id="BULLETIN_DEPARTEMENTAL", domain_id="33"):
    bloc = {"domain_id": domain_id, "bloc_id": bloc_id, "bloc_items": list(items)}
    return read_wordings(json.dumps({"product": {"text_bloc_items": [bloc]}}).encode())


def passage(heading, hazard, *parts):
    return {
        "type_name": heading,
        "text_items": [
            {"hazard_code": hazard, "term_items": [{"subdivision_text": list(parts)}]},
        ],
    }


def test_the_official_words_are_kept_as_plain_text_by_phenomenon():
    found = wordings(
        passage(
            "Qualification",
            "1",
            {
                "underline_text": "Évolution :",
                "bold_text": "Vent",
                "text": ["Rafales de 120 km/h."],
            },
        ),
        passage("Conseils", 3, {"text": ["Abritez-vous."]}),
        passage("Situation", None, {"bold_text": "", "text": ["Dépression.", "Néant."]}),
    )
    publication = Publication(map=read_map(REAL), wordings=found)

    assert publication.wording(GIRONDE, Phenomenon.WIND) == (
        "Qualification\nÉvolution : Vent\nRafales de 120 km/h.\n\nSituation\nDépression."
    )
    assert publication.wording(("17",), Phenomenon.WIND) == ""


def test_no_texts_are_no_error():
    assert read_wordings(b'{"product": {}}') == ()
    assert read_wordings(b'{"product": {"text_bloc_items": []}}') == ()
    assert wordings(passage("Q", "1", {"text": ["Néant"]})) == ()
    assert wordings(passage("Q", "1", {"text": ["x"]}), bloc_id="BULLETIN_NATIONAL") == ()


@pytest.mark.parametrize(
    "raw",
    [
        b'{"product": {"text_bloc_items": {}}}',
        b'{"product": {"text_bloc_items": [1]}}',
        b'{"product": {"text_bloc_items": [{"bloc_id": []}]}}',
    ],
)
def test_malformed_texts_are_refused(raw):
    with pytest.raises(BadBulletin):
        read_wordings(raw)
