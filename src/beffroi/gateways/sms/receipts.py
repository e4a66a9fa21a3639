"""What an SMSC says in a deliver_sm: a receipt, in the standard's fields or its maker's words, or a person's answer."""

import contextlib
import enum
import re

from beffroi.gateways.parcels import Report, ReportKind
from beffroi.kit import smpp as pdu
from beffroi.kit.gsm import decode_gsm
from beffroi.kit.phones import NotAPhone, canonical_phone

_FIELD = re.compile(r"(?i)\b(id|stat|err)\s*:\s*([^\s]*)")
_STATES = {
    1: ReportKind.ON_ITS_WAY,  # enroute
    2: ReportKind.DELIVERED,
    3: ReportKind.FAILED,  # expired
    4: ReportKind.FAILED,  # deleted
    5: ReportKind.FAILED,  # undeliverable
    6: ReportKind.ON_ITS_WAY,  # accepted
    7: ReportKind.ON_ITS_WAY,  # unknown: proves nothing
    8: ReportKind.FAILED,  # rejected
}
_WORDS = {
    "DELIV": ReportKind.DELIVERED,
    "EXPIR": ReportKind.FAILED,
    "DELET": ReportKind.FAILED,
    "UNDEL": ReportKind.FAILED,
    "REJEC": ReportKind.FAILED,
    "FAILE": ReportKind.FAILED,
}
_BINARY = frozenset({0x02, 0x04})


class Ids(enum.Enum):
    """In which base a provider writes the identifier of a message."""

    SAME = "same"
    """As in the answer to submit_sm, whatever it is."""
    HEX = "hex"
    """Hexadecimal in the answer, decimal in the receipt."""
    DECIMAL = "decimal"
    """Decimal in the answer, hexadecimal in the receipt."""


def reference_of_answer(identifier: str, *, provider: str, ids: Ids) -> str:
    """How a delivery is called from the answer to its submit_sm."""
    return _reference(identifier, provider, 16 if ids is Ids.HEX else 10, ids)


def reference_of_receipt(identifier: str, *, provider: str, ids: Ids) -> str:
    return _reference(identifier, provider, 16 if ids is Ids.DECIMAL else 10, ids)


def read_receipt(short: pdu.Short, *, provider: str, ids: Ids) -> Report | None:
    """None when it names no message: nothing can be made of it."""
    words = {name.lower(): value for name, value in _FIELD.findall(_latin(short.text))}
    identifier = _latin(short.tlvs.get(pdu.RECEIPTED_ID, b"")).rstrip("\0") or words.get("id", "")
    if not identifier:
        return None
    return Report(
        _kind(short, words.get("stat", "")),
        provider,
        reference_of_receipt(identifier, provider=provider, ids=ids),
        _error(short, words.get("err", "")),
    )


def is_receipt(short: pdu.Short) -> bool:
    return bool(short.esm_class & pdu.RECEIPT_BITS)


def read_reply(short: pdu.Short, *, provider: str) -> Report:
    """A part of what a person wrote; see `place_of` when there are several."""
    return Report(
        ReportKind.REPLY,
        provider,
        "",
        sender=number_of(_latin(short.source)),
        to=_latin(short.destination),
        text=_text(short),
    )


def place_of(short: pdu.Short) -> tuple[int, int, int]:
    """(reference, total, place) of a part, 1 of 1 when it is alone."""
    header = _header(short)
    position = 1
    while position + 1 < len(header):
        kind, length = header[position], header[position + 1]
        value = header[position + 2 : position + 2 + length]
        if (kind, len(value)) in {(0, 3), (8, 4)}:
            return int.from_bytes(value[:-2], "big"), value[-2], value[-1]
        position += 2 + length
    tlvs = short.tlvs
    if pdu.SAR_TOTAL in tlvs and pdu.SAR_PLACE in tlvs:
        numbers = (tlvs.get(t, b"\0") for t in (pdu.SAR_REFERENCE, pdu.SAR_TOTAL, pdu.SAR_PLACE))
        reference, total, place = (int.from_bytes(number, "big") for number in numbers)
        return reference, total, place
    return 0, 1, 1


def _header(short: pdu.Short) -> bytes:
    """The user data header, its length first; empty when there is none."""
    if not short.esm_class & pdu.UDH_PRESENT or not short.text:
        return b""
    return short.text[: short.text[0] + 1]


def _text(short: pdu.Short) -> str:
    data = short.text[len(_header(short)) :]
    coding = short.data_coding & 0x0F
    if coding in _BINARY:
        return ""
    if coding == pdu.UCS2_CODING:
        return data.decode("utf-16-be", "replace")
    return decode_gsm(data) if coding == pdu.GSM_CODING else data.decode("latin-1")


def _reference(identifier: str, provider: str, base: int, ids: Ids) -> str:
    plain = identifier.strip().encode("ascii", "replace").decode("ascii")
    if ids is not Ids.SAME:
        with contextlib.suppress(ValueError):  # not a number after all: kept as it came
            plain = str(int(plain, base))
    return f"{provider}/{plain}"


def _kind(short: pdu.Short, word: str) -> ReportKind:
    state = short.tlvs.get(pdu.STATE, b"")
    if state:
        return _STATES.get(state[0], ReportKind.ON_ITS_WAY)
    return _WORDS.get(word[:5].upper(), ReportKind.ON_ITS_WAY)


def _error(short: pdu.Short, word: str) -> int:
    """The network's own code: two bytes after its kind, else decimal or hexadecimal text."""
    standard = short.tlvs.get(pdu.NETWORK_ERROR, b"")
    if len(standard) == 3:
        return int.from_bytes(standard[1:], "big")
    for base in (10, 16):
        try:
            return int(word, base)
        except ValueError:
            continue
    return 0


def _latin(raw: bytes) -> str:
    return raw.decode("latin-1")


def number_of(written: str) -> bytes:
    """E.164 where it can be; a short code or a name as it came."""
    for attempt in (f"+{written.lstrip('+0')}", written):
        try:
            return canonical_phone(attempt).encode("ascii")
        except NotAPhone:
            continue
    return written.encode("latin-1", "replace")
