"""How long a text is as an SMS, and how it leaves: GSM 7-bit alphabet or UCS-2, in one part or several.

Source: 3GPP TS 23.038 (6.2.1, alphabet and its extension) and TS 23.040 (9.2.3.24.1, concatenation).
"""

import enum
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from beffroi.kit.gsm_repair import repair

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
ESCAPE = 0x1B
EXTENSION = {
    "\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F,
    "[": 0x3C, "~": 0x3D, "]": 0x3E, "|": 0x40, "€": 0x65,
}  # fmt: skip
MAX_PARTS = 255  # TS 23.040, 9.2.3.24.1: one octet

_BYTES = {sign: bytes([code]) for code, sign in enumerate(BASIC) if code != ESCAPE}
_BYTES |= {sign: bytes([ESCAPE, code]) for sign, code in EXTENSION.items()}
_EXTENDED = {code: sign for sign, code in EXTENSION.items()}
_ALL_GSM = re.compile(f"[{re.escape(''.join(_BYTES))}]*")
_ESCAPED = re.compile(f"[{re.escape(''.join(EXTENSION))}]")
_HALF_PAIR = re.compile("[\ud800-\udfff]")
# The marks, joiners and tones that telephones put behind a sign: a subset of Unicode's annex 29.
_EXTENDS = (
    "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u20d0-\u20f0\ufe00-\ufe0f\ufe20-\ufe2f"
    "\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f"
)
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
_AS_SEEN = re.compile(f"{_FLAG}|.[{_EXTENDS}]*(?:\u200d.[{_EXTENDS}]*)*\u200d?", re.DOTALL)
_ONE_UNIT_EACH = re.compile(f"[^\u200d{_EXTENDS}\U00010000-\U0010ffff]*")


class Encoding(enum.StrEnum):
    GSM = "GSM-7"
    UCS2 = "UCS-2"

    @property
    def alone(self) -> int:
        """Units that one part holds: septets, or 16-bit words."""
        return 160 if self is Encoding.GSM else 70

    @property
    def joined(self) -> int:
        """Units that each of several parts holds beside its header."""
        return 153 if self is Encoding.GSM else 67


class TooLong(Exception):
    """More than 255 parts: no telephone would put it together."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Costly:
    """A character that alone makes the whole text UCS-2."""

    character: str
    positions: tuple[int, ...]
    """In the text as `normal` gives it."""
    repaired: str
    """What the one-click repair makes of it; the same character when it cannot help."""
    changes_spelling: bool
    """The repair drops an accent or a cedilla: the town's choice."""

    @property
    def count(self) -> int:
        return len(self.positions)


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """What the coach shows. Of an empty text: no part."""

    encoding: Encoding
    units: int
    """Septets, or 16-bit words in UCS-2."""
    parts: int
    left: int
    """Units still free in the last part."""
    costly: tuple[Costly, ...]


def normal(text: str) -> str:
    """The text as it leaves: composed letters, one newline sign, no half of a surrogate pair."""
    whole = _HALF_PAIR.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))
    return unicodedata.normalize("NFC", whole)


def encoding_of(text: str) -> Encoding:
    return Encoding.GSM if _ALL_GSM.fullmatch(text) else Encoding.UCS2


def measure(text: str) -> Measure:
    """How much `text` weighs, and what makes it heavy."""
    text = normal(text)
    encoding = encoding_of(text)
    pieces = [_weight(piece, encoding) for piece in split(text)]
    room = encoding.alone if len(pieces) < 2 else encoding.joined
    return Measure(
        encoding=encoding,
        units=sum(pieces),
        parts=len(pieces),
        left=room - pieces[-1] if pieces else room,
        costly=_costly(text),
    )


def parts_of(text: str) -> int:
    """How many SMS are paid for."""
    return len(split(text))


def split(text: str) -> list[str]:
    """The text of each part, each as full as can be without cutting a character as a reader sees it."""
    text = normal(text)
    encoding = encoding_of(text)
    if _weight(text, encoding) <= encoding.alone:
        return [text] if text else []
    return _split_gsm(text) if encoding is Encoding.GSM else _split_ucs2(text)


def encode(text: str) -> tuple[Encoding, list[bytes]]:
    """The user data of each part without header: one septet per byte (SMPP's default alphabet), or UTF-16BE.

    Raises: TooLong.
    """
    parts = split(text)
    if len(parts) > MAX_PARTS:
        raise TooLong(len(parts))
    encoding = encoding_of("".join(parts))
    if encoding is Encoding.GSM:
        return encoding, [b"".join(map(_BYTES.__getitem__, part)) for part in parts]
    return encoding, [part.encode("utf-16-be") for part in parts]


def header(*, reference: int, total: int, place: int) -> bytes:
    """User data header of the part number `place` of `total`, with an 8-bit reference."""
    return bytes((5, 0, 3, reference & 0xFF, total, place))


def decode_gsm(data: bytes) -> str:
    """One septet per byte; an escape before an unknown sign is a space, as TS 23.038 wants it."""
    signs, escaped = [], False
    for code in data:
        if code == ESCAPE and not escaped:
            escaped = True
        elif escaped:
            signs.append(_EXTENDED.get(code, " "))
            escaped = False
        else:
            signs.append(BASIC[code] if code < len(BASIC) else "\N{REPLACEMENT CHARACTER}")
    return "".join(signs)


def _weight(text: str, encoding: Encoding) -> int:
    if encoding is Encoding.GSM:
        return len(text) + len(_ESCAPED.findall(text))
    return len(text.encode("utf-16-le")) // 2


def _split_gsm(text: str) -> list[str]:
    """Cuts a copy in which every sign counts one septet; the escape sign, which no text holds, marks pairs."""
    escape, room = chr(ESCAPE), Encoding.GSM.joined
    septets = _ESCAPED.sub(lambda sign: escape + sign[0], text)
    parts, start = [], 0
    while start < len(septets):
        end = start + room
        if end < len(septets) and septets[end - 1] == escape:
            end -= 1
        parts.append(septets[start:end].replace(escape, ""))
        start = end
    return parts


def _split_ucs2(text: str) -> list[str]:
    room = Encoding.UCS2.joined
    if _ONE_UNIT_EACH.fullmatch(text):
        return [text[start : start + room] for start in range(0, len(text), room)]
    parts, part, filled = [], "", 0
    for atom, weight in _atoms(text):
        if filled + weight > room:
            parts.append(part)
            part, filled = "", 0
        part += atom
        filled += weight
    return [*parts, part]


def _atoms(text: str) -> Iterator[tuple[str, int]]:
    """Characters as a reader sees them and their units; a tower of marks that fits in no part falls apart."""
    room = Encoding.UCS2.joined
    for atom in _AS_SEEN.findall(text):
        weight = 1 if len(atom) == 1 and atom < "\U00010000" else _weight(atom, Encoding.UCS2)
        if weight <= room:
            yield atom, weight
        else:
            yield from ((sign, _weight(sign, Encoding.UCS2)) for sign in atom)


def _costly(text: str) -> tuple[Costly, ...]:
    places: dict[str, list[int]] = defaultdict(list)
    for place, sign in enumerate(text):
        if sign not in _BYTES:
            places[sign].append(place)
    return tuple(_explained(sign, tuple(where)) for sign, where in places.items())


def _explained(sign: str, positions: tuple[int, ...]) -> Costly:
    without_choice = repair(sign, circumflexes=False)
    repaired = repair(sign, circumflexes=True)
    return Costly(
        character=sign,
        positions=positions,
        repaired=repaired,
        changes_spelling=repaired != without_choice,
    )
