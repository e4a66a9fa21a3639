"""Signed, opaque references in links, return paths and codes. Nothing has to be stored to check them."""

import base64
import binascii
import enum
import hashlib
import hmac
import struct
from collections.abc import Callable

_LINK = struct.Struct(">BQI")  # kind, object, part
_LINK_HEAD = struct.Struct(">BQ")
_VERP_HEAD = struct.Struct(">Q")
_VERP = struct.Struct(">QI")
_PART = struct.Struct(">I")
LINK_MAC_BYTES = 11  # 88 bits: 24 bytes in all, 32 characters of base64 without padding
VERP_MAC_BYTES = 8  # 64 bits: 20 bytes in all, 40 hexadecimal digits
CALLBACK_MAC_BYTES = 24  # 192 bits, 32 characters: it is guessed at no limited rate
VERP_PREFIX = "r-"
REPORT_PREFIX, LOOP_PREFIX = "rapports-", "essai-"
DOMAIN_MAC_BYTES = 6  # 48 bits: a forged one adds a report that nobody sent, to one town's figures
CODE_DIGITS = 6
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


class Kind(enum.IntEnum):
    """What a link does; a token of one kind never passes for another."""

    UNSUBSCRIBE = 1
    PREFERENCES = 2
    CONFIRM = 3


class BadToken(Exception):
    """Forged, damaged, of another kind or of another town."""


class Series:
    """Tokens that differ by their last part only: what they share is hashed once."""

    def __init__(
        self,
        key: bytes,
        about: bytes,
        head: bytes,
        *,
        mac_bytes: int,
        written: Callable[[bytes], bytes],
    ) -> None:
        self._head, self._written = head, written
        self._begun = hashlib.blake2b(about + head, key=key, digest_size=mac_bytes)

    def token(self, part: int) -> bytes:
        tail = _PART.pack(part)
        mac = self._begun.copy()
        mac.update(tail)
        return self._written(self._head + tail + mac.digest())


def links(key: bytes, kind: Kind, *, town_id: int, number: int) -> Series:
    """The `link_token` of every part."""
    return Series(
        key,
        b"link%d.0." % town_id,
        _LINK_HEAD.pack(kind, number),
        mac_bytes=LINK_MAC_BYTES,
        written=_url_safe,
    )


def link_token(
    key: bytes, kind: Kind, *, town_id: int, number: int, part: int, salt: int = 0
) -> bytes:
    """32 URL-safe characters. `salt` is signed and not carried: the reader must know it."""
    body = _LINK.pack(kind, number, part)
    return _url_safe(body + _mac(key, b"link%d.%d." % (town_id, salt) + body, LINK_MAC_BYTES))


def open_link(token: str, kind: Kind) -> tuple[int, int]:
    """(number, part) as the token claims; `check_link` must follow. Raises: BadToken."""
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError, ValueError) as damaged:
        raise BadToken from damaged
    if len(raw) != _LINK.size + LINK_MAC_BYTES or raw[0] != kind:
        raise BadToken
    _, number, part = _LINK.unpack(raw[: _LINK.size])
    return number, part


def check_link(key: bytes, token: str, kind: Kind, *, town_id: int, salt: int = 0) -> None:
    """Raises: BadToken."""
    number, part = open_link(token, kind)
    true = link_token(key, kind, town_id=town_id, number=number, part=part, salt=salt)
    if not hmac.compare_digest(true, token.encode("ascii")):
        raise BadToken


def verp_locals(key: bytes, *, message_id: int) -> Series:
    """The local parts of a message's return paths; case does not matter in them (RFC 5321, 2.4)."""
    return Series(
        key,
        b"verp.",
        _VERP_HEAD.pack(message_id),
        mac_bytes=VERP_MAC_BYTES,
        written=lambda raw: b"r-" + binascii.b2a_hex(raw),
    )


def verp_local(key: bytes, *, message_id: int, seq: int) -> bytes:
    return verp_locals(key, message_id=message_id).token(seq)


def read_verp(key: bytes, local: str) -> tuple[int, int]:
    """(message, seq) of a return path of ours. Raises: BadToken."""
    if not local.lower().startswith(VERP_PREFIX):
        raise BadToken
    try:
        raw = binascii.a2b_hex(local[len(VERP_PREFIX) :])
    except (binascii.Error, ValueError) as damaged:
        raise BadToken from damaged
    if len(raw) != _VERP.size + VERP_MAC_BYTES:
        raise BadToken
    message_id, seq = _VERP.unpack(raw[: _VERP.size])
    true = verp_local(key, message_id=message_id, seq=seq)
    if not hmac.compare_digest(true, local.lower().encode()):
        raise BadToken
    return message_id, seq


def domain_local(key: bytes, prefix: str, *, domain_id: int) -> str:
    """The local part of an address of ours about a domain: « rapports-12-9f86d081884c »."""
    mac = _mac(key, f"{prefix}{domain_id}".encode(), DOMAIN_MAC_BYTES)
    return f"{prefix}{domain_id}-{mac.hex()}"


def read_domain_local(key: bytes, prefix: str, local: str) -> int:
    """The domain. Raises: BadToken."""
    number, _, _ = local.lower().removeprefix(prefix).partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise BadToken
    true = domain_local(key, prefix, domain_id=int(number))
    if not hmac.compare_digest(true.encode(), local.lower().encode("utf-8", "replace")):
        raise BadToken
    return int(number)


def six_digits(key: bytes, *, town_id: int, message_id: int, seq: int) -> bytes:
    """The code a resident types back; the caller limits attempts and age."""
    mac = _mac(key, b"code%d.%d.%d" % (town_id, message_id, seq), 8)
    return b"%06d" % (int.from_bytes(mac, "big") % 10**CODE_DIGITS)


def callback_secret(key: bytes, provider: str) -> str:
    """What a provider shows when it tells us something: 32 URL-safe characters, its own."""
    mac = _mac(key, b"callback." + provider.encode(), CALLBACK_MAC_BYTES)
    return base64.urlsafe_b64encode(mac).decode("ascii")


def check_callback(key: bytes, secret: str, *, provider: str) -> None:
    """Raises: BadToken."""
    true = callback_secret(key, provider)
    if not hmac.compare_digest(true.encode(), secret.encode("utf-8", "replace")):
        raise BadToken


def _url_safe(raw: bytes) -> bytes:
    return binascii.b2a_base64(raw, newline=False).translate(_URL_SAFE)


def _mac(key: bytes, message: bytes, size_bytes: int) -> bytes:
    """Keyed BLAKE2b (RFC 7693, 2.1): a MAC by design, at half the cost of HMAC-SHA256."""
    return hashlib.blake2b(message, key=key, digest_size=size_bytes).digest()
