"""SMPP 3.4 on the wire: what is written, what is read. Source: SMPP Protocol Specification v3.4, issue 1.2."""

import struct
from collections.abc import Iterator, Mapping
from typing import NamedTuple

HEADER = struct.Struct(">IIII")
MAX_PDU_BYTES = 70_000
"""message_payload carries up to 64 KiB; more is noise."""

ENQUIRE_LINK = 0x15
UNBIND = 0x06
BIND_TRANSCEIVER = 0x09
SUBMIT_SM = 0x04
DELIVER_SM = 0x05
GENERIC_NACK = 0x8000_0000
RESPONSE = 0x8000_0000

OK = 0x00
INVALID_DESTINATION = 0x0B
QUEUE_FULL = 0x14
SUBMIT_FAILED = 0x45
THROTTLED = 0x58

UDH_PRESENT = 0x40
RECEIPT_BITS = 0x3C
"""5.2.12: which of these is set tells a receipt from what a person wrote."""
RECEIPT = 0x04

RECEIPTED_ID, STATE, NETWORK_ERROR, PAYLOAD = 0x001E, 0x0427, 0x0423, 0x0424
SAR_REFERENCE, SAR_TOTAL, SAR_PLACE = 0x020C, 0x020E, 0x020F
TON_INTERNATIONAL, TON_NETWORK, TON_ALPHANUMERIC = 1, 3, 5
NPI_NONE, NPI_ISDN = 0, 1
GSM_CODING, UCS2_CODING = 0, 8
LONGEST_SHORT_CODE = 8


class Malformed(Exception):
    """These bytes are no PDU: the connection is of no more use."""


class Pdu(NamedTuple):
    command: int
    status: int
    sequence: int
    body: bytes


class Short(NamedTuple):
    """A submit_sm or deliver_sm, read."""

    source: bytes
    source_ton: int
    destination: bytes
    esm_class: int
    data_coding: int
    registered: int
    text: bytes
    tlvs: Mapping[int, bytes]


def frame(command: int, sequence: int, body: bytes = b"", *, status: int = OK) -> bytes:
    return HEADER.pack(16 + len(body), command, status, sequence) + body


def frames(buffer: bytearray) -> Iterator[Pdu]:
    """Takes every whole PDU out of `buffer`. Raises: Malformed."""
    position = 0
    try:
        while len(buffer) - position >= HEADER.size:
            length, command, status, sequence = HEADER.unpack_from(buffer, position)
            if not HEADER.size <= length <= MAX_PDU_BYTES:
                raise Malformed
            if len(buffer) - position < length:
                break
            body = bytes(buffer[position + HEADER.size : position + length])
            position += length
            yield Pdu(command, status, sequence, body)
    finally:
        del buffer[:position]


def c_string(body: bytes, position: int) -> tuple[bytes, int]:
    """The text up to its zero, and where the next field starts. Raises: Malformed."""
    end = body.find(b"\0", position)
    if end < 0:
        raise Malformed
    return body[position:end], end + 1


def bind_body(*, system_id: str, password: str, system_type: str) -> bytes:
    fields = (system_id, password, system_type)
    return b"".join(f.encode("latin-1", "replace") + b"\0" for f in fields) + b"\x34\0\0\0"


def bind_fields(body: bytes) -> tuple[bytes, bytes]:
    """system_id and password. Raises: Malformed."""
    system_id, position = c_string(body, 0)
    return system_id, c_string(body, position)[0]


def source(sender: bytes) -> bytes:
    """TON, NPI and address of whoever sends: a name, a short code or a number."""
    digits = sender.lstrip(b"+")
    if not digits.isdigit():
        return bytes((TON_ALPHANUMERIC, NPI_NONE)) + sender + b"\0"
    if len(digits) <= LONGEST_SHORT_CODE:
        return bytes((TON_NETWORK, NPI_NONE)) + digits + b"\0"
    return bytes((TON_INTERNATIONAL, NPI_ISDN)) + digits + b"\0"


def validity(ttl_s: int) -> bytes:
    """7.1.1.2: a relative time, at most 99 days."""
    days, rest = divmod(min(ttl_s, 99 * 86_400), 86_400)
    hours, rest = divmod(rest, 3_600)
    return b"0000%02d%02d%02d%02d000R\0" % (days, hours, *divmod(rest, 60))


def submit_head(sender: bytes) -> bytes:
    """Everything of a submit_sm before the number."""
    return b"\0" + source(sender) + bytes((TON_INTERNATIONAL, NPI_ISDN))


def submit_tail(
    text: bytes, *, data_coding: int, headed: bool, ttl_s: int, priority: int = 0
) -> bytes:
    """Everything after the number."""
    return b"".join(
        (
            b"\0",
            bytes((UDH_PRESENT if headed else 0, 0, priority)),
            b"\0",
            validity(ttl_s),
            bytes((1, 0, data_coding, 0, len(text))),
            text,
        )
    )


def deliver_body(
    *,
    sender: bytes,
    recipient: bytes,
    text: bytes,
    esm_class: int = 0,
    data_coding: int = GSM_CODING,
    tlvs: Mapping[int, bytes] | None = None,
) -> bytes:
    optional = [struct.pack(">HH", tag, len(v)) + v for tag, v in (tlvs or {}).items()]
    return b"".join(
        (
            b"\0",
            source(sender),
            source(recipient),
            bytes((esm_class, 0, 0)),
            b"\0\0",
            bytes((0, 0, data_coding, 0, len(text))),
            text,
            *optional,
        )
    )


def read_short(body: bytes) -> Short:
    """Raises: Malformed."""
    try:
        _, at = c_string(body, 0)
        source_ton = body[at]
        sender, at = c_string(body, at + 2)
        destination, at = c_string(body, at + 2)
        esm_class = body[at]
        _, at = c_string(body, at + 3)
        _, at = c_string(body, at)
        registered, data_coding, length = body[at], body[at + 2], body[at + 4]
    except IndexError as cut:
        raise Malformed from cut
    start = at + 5
    tlvs = dict(_tlvs(body, start + length))
    text = body[start : start + length] or tlvs.get(PAYLOAD, b"")
    return Short(sender, source_ton, destination, esm_class, data_coding, registered, text, tlvs)


def _tlvs(body: bytes, position: int) -> Iterator[tuple[int, bytes]]:
    while len(body) - position >= 4:
        tag, length = struct.unpack_from(">HH", body, position)
        yield tag, body[position + 4 : position + 4 + length]
        position += 4 + length
