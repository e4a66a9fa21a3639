"""The segmenter against a reference that knows the alphabet from its code chart and the texts by construction."""

import random
import re
from functools import lru_cache

import pytest
from hypothesis import given, strategies as st

from beffroi.kit.gsm import (
    Encoding,
    TooLong,
    decode_gsm,
    encode,
    header,
    measure,
    normal,
    parts_of,
    split,
)
from beffroi.kit.gsm_repair import repair

# TS 23.038, 6.2.1, by code point: the letters and signs that are not ASCII, then the ASCII ones that are in it.
BEYOND_ASCII = {
    0x40: 0x00, 0xA3: 0x01, 0x24: 0x02, 0xA5: 0x03, 0xE8: 0x04, 0xE9: 0x05, 0xF9: 0x06, 0xEC: 0x07, 0xF2: 0x08,
    0xC7: 0x09, 0x0A: 0x0A, 0xD8: 0x0B, 0xF8: 0x0C, 0x0D: 0x0D, 0xC5: 0x0E, 0xE5: 0x0F, 0x394: 0x10, 0x5F: 0x11,
    0x3A6: 0x12, 0x393: 0x13, 0x39B: 0x14, 0x3A9: 0x15, 0x3A0: 0x16, 0x3A8: 0x17, 0x3A3: 0x18, 0x398: 0x19,
    0x39E: 0x1A, 0xC6: 0x1C, 0xE6: 0x1D, 0xDF: 0x1E, 0xC9: 0x1F, 0xA4: 0x24, 0xA1: 0x40, 0xC4: 0x5B, 0xD6: 0x5C,
    0xD1: 0x5D, 0xDC: 0x5E, 0xA7: 0x5F, 0xBF: 0x60, 0xE4: 0x7B, 0xF6: 0x7C, 0xF1: 0x7D, 0xFC: 0x7E, 0xE0: 0x7F,
}  # fmt: skip
AS_IN_ASCII = re.compile(r"[ !\"#%&'()*+,\-./0-9:;<=>?A-Za-z]")
TWO_SEPTETS = re.compile(r"[\x0c^{}\\\[~\]|€]")

# What a random text is made of: each piece must stay whole.
LIGHT = [*"abcdefghij eèéàùABCÉÇ0123456789.,!?'\n", "€", "[", "]", "^"]
HEAVY = [*"êâîôûëçœ’«»…–ÀÊ\u00a0", "😀", "🇫🇷", "👍🏽", "👩‍👩‍👧", "q̃", "❤️", "𝒳"]


@lru_cache
def septets(sign: str) -> int:
    """0 when the sign is not in the alphabet."""
    if TWO_SEPTETS.fullmatch(sign):
        return 2
    return int(ord(sign) in BEYOND_ASCII or AS_IN_ASCII.fullmatch(sign) is not None)


@lru_cache
def words(piece: str) -> int:
    return sum(1 + (ord(sign) > 0xFFFF) for sign in piece)


def reference(pieces: list[str]) -> tuple[str, int, list[str]]:
    """(alphabet, units, parts), by adding up the pieces that the text was made of."""
    light = all(len(piece) == 1 and septets(piece) for piece in pieces)
    weights = [septets(piece) if light else words(piece) for piece in pieces]
    alone, joined = (160, 153) if light else (70, 67)
    if sum(weights) <= alone:
        return "GSM-7" if light else "UCS-2", sum(weights), ["".join(pieces)] if pieces else []
    starts, used = [0], 0
    for place, weight in enumerate(weights):
        if used + weight > joined:
            starts.append(place)
            used = 0
        used += weight
    ends = [*starts[1:], len(pieces)]
    parts = ["".join(pieces[start:end]) for start, end in zip(starts, ends, strict=True)]
    return "GSM-7" if light else "UCS-2", sum(weights), parts


def random_pieces(draw: random.Random) -> list[str]:
    if draw.random() < 0.5:
        return draw.choices(LIGHT, k=draw.choice((20, 150, 160, 306, 400)) - draw.randrange(20))
    return draw.choices(LIGHT + HEAVY, k=draw.choice((20, 60, 70, 134, 200)) - draw.randrange(20))


@pytest.mark.slow
def test_a_hundred_thousand_random_texts_are_cut_as_the_reference_cuts_them():
    draw = random.Random(20_261_122)
    for _ in range(100_000):
        pieces = random_pieces(draw)
        alphabet, units, parts = reference(pieces)
        text = "".join(pieces)
        assert split(text) == parts
        if draw.random() < 0.1:
            measured = measure(text)
            assert (measured.encoding, measured.units, measured.parts) == (
                alphabet,
                units,
                len(parts),
            )


@given(st.text(max_size=500))
def test_whatever_the_text_nothing_is_lost_and_each_part_fits(text):
    encoding, parts = encode(text)
    most = encoding.alone if len(parts) == 1 else encoding.joined
    assert "".join(split(text)) == normal(text)
    for part in parts:
        assert 0 < len(part) <= (most if encoding is Encoding.GSM else 2 * most)
        if encoding is Encoding.UCS2:
            assert part.decode("utf-16-be")  # raises on half a surrogate pair
        else:
            assert part[-1] != 0x1B


@given(st.lists(st.sampled_from([chr(code) for code in BEYOND_ASCII] + list("€[]{}aZ 9"))))
def test_the_bytes_are_those_of_the_code_chart(signs):
    text = normal("".join(signs))
    data = b"".join(encode(text)[1])
    assert decode_gsm(data) == text
    singles = bytes(BEYOND_ASCII[ord(sign)] for sign in signs if ord(sign) in BEYOND_ASCII)
    if all(ord(sign) in BEYOND_ASCII for sign in signs) and "\r\n" not in "".join(signs):
        assert data == singles


@pytest.mark.parametrize(
    ("text", "parts", "left"),
    [
        ("", 0, 160),
        ("a" * 160, 1, 0),
        ("a" * 161, 2, 145),
        ("a" * 159 + "€", 2, 145),
        ("a" * 152 + "€" + "a" * 10, 2, 141),
        ("é" * 70, 1, 90),
        ("ê" * 70, 1, 0),
        ("ê" * 71, 2, 63),
        ("ê" * 66 + "😀" + "ê" * 5, 2, 60),
    ],
)
def test_known_lengths(text, parts, left):
    measured = measure(text)
    assert (measured.parts, measured.left) == (parts, left)
    assert parts_of(text) == parts


def test_one_typographic_apostrophe_makes_three_parts_of_a_text_of_140_signs():
    text = "L’eau sera coupée demain. " + "x" * 114
    assert len(text) == 140
    measured = measure(text)
    assert (measured.parts, measured.encoding) == (3, Encoding.UCS2)
    (costly,) = measured.costly
    assert (costly.character, costly.positions, costly.repaired) == ("’", (1,), "'")
    assert measure(repair(text, circumflexes=False)).parts == 1


def test_the_coach_tells_a_sign_from_a_spelling_and_from_what_cannot_be_mended():
    costly = {each.character: each for each in measure("Fête à l’œil 😀 ça, çà").costly}
    assert costly["ê"].changes_spelling and costly["ê"].repaired == "e"
    assert costly["ç"].count == 2
    assert not costly["’"].changes_spelling and costly["œ"].repaired == "oe"
    assert costly["😀"].repaired == "😀" and not costly["😀"].changes_spelling


@pytest.mark.parametrize(
    ("text", "signs", "spelling"),
    [
        ("«\u00a0Fête de l’été\u00a0»…", '"Fête de l\'été"...', '"Fete de l\'été"...'),
        ("Œuvre, ŒUVRE, cœur – n°\u00a03", "Oeuvre, OEUVRE, coeur - no 3", None),
        ("Ça, À Noël, où", "Ça, À Noël, où", "Ça, A Noel, où"),
        ("20 °C 😀", "20 °C 😀", None),
    ],
)
def test_the_repair_keeps_spelling_unless_the_town_gives_it_up(text, signs, spelling):
    assert repair(text, circumflexes=False) == signs
    assert repair(text, circumflexes=True) == (spelling or signs)


@given(st.text(alphabet=[*"aé ", *HEAVY[:15]], max_size=200))
def test_repairing_twice_changes_nothing_and_french_always_fits(text):
    once = repair(text, circumflexes=True)
    assert repair(once, circumflexes=True) == once
    assert encode(once)[0] is Encoding.GSM


def test_letters_typed_in_two_strokes_and_windows_newlines_cost_nothing():
    assert measure("e\u0301te\u0301\r\n").units == 4
    assert measure("e\u0301").encoding is Encoding.GSM


def test_more_than_255_parts_are_refused():
    assert len(encode("a" * 153 * 255)[1]) == 255
    with pytest.raises(TooLong):
        encode("a" * 153 * 256)


def test_the_header_of_a_part_is_the_one_of_the_standard():
    assert header(reference=0x1A7, total=3, place=2) == bytes.fromhex("050003A70302")


def test_an_unknown_escape_is_a_space_and_a_stray_byte_is_shown_as_unknown():
    assert decode_gsm(b"\x1b\x41a\x1b\x65\xff") == " a€\N{REPLACEMENT CHARACTER}"
