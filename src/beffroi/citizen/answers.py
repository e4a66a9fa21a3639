"""An answer for everybody, ready to leave: compressed once, its headers made once, for whoever asks next."""

import gzip
import hashlib
import re
from dataclasses import dataclass

Headers = list[tuple[str, str]]

MAX_BYTES = 512 * 1024
"""Of one answer; larger ones (nothing that a page is made of) are Django's each time."""
TOO_SHORT = 200
"""Bytes that compression would not make fewer."""
_TEXT = re.compile(r"text/|application/(json|manifest\+json|xml|[a-z.+-]+\+xml)|image/svg")
_OURS = frozenset({"etag", "content-length", "vary", "connection", "date"})
_SAME = frozenset({"cache-control", "content-security-policy", "expires", "x-content-type-options"})
"""What a 304 repeats (RFC 9110, 15.4.5)."""
_DIRECTIVES = re.compile(r"[\s,]+")
_SECRET = frozenset({"no-store", "private", "no-cache"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The lists are handed to the web server as they are; nobody changes them."""

    plain: Headers
    plain_body: list[bytes]
    packed: Headers
    packed_body: list[bytes]
    same: Headers
    mark: str
    """The quoted part of its ETag: what `If-None-Match` must hold, weak or strong, alone or in a list."""
    made_of: tuple[Headers, bytes]

    @property
    def size_bytes(self) -> int:
        return len(self.plain_body[0]) + len(self.packed_body[0]) + 2_000  # its headers, about


def may_be_kept(status: str, headers: Headers) -> bool:
    """Whole, for everybody, small, and not meant for the one who asked: what a shared cache may keep (RFC 9111, 3)."""
    told = {name.lower(): value for name, value in headers}
    control = frozenset(_DIRECTIVES.split(told.get("cache-control", "").lower()))
    length = told.get("content-length", "")
    return (
        status.startswith("200")
        and "public" in control
        and not control & _SECRET
        and "set-cookie" not in told
        and "content-encoding" not in told
        and told.get("vary", "accept-encoding").lower() == "accept-encoding"
        and length.isdecimal()
        and int(length) <= MAX_BYTES
        and not _is_for_one(told)
    )


def never_changes(headers: Headers) -> bool:
    """Its address names its content."""
    return any(name.lower() == "cache-control" and "immutable" in value for name, value in headers)


def is_page(headers: Headers) -> bool:
    return any(n.lower() == "content-type" and v.startswith("text/html") for n, v in headers)


def ready(headers: Headers, body: bytes) -> Answer:
    """Both forms of an answer that may be kept."""
    told = {name.lower(): value for name, value in headers}
    kept = [(name, value) for name, value in headers if name.lower() not in _OURS]
    mark = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    named = [*kept, ("ETag", f"W/{mark}"), ("Vary", "Accept-Encoding")]
    plain = [*named, ("Content-Length", str(len(body)))]
    packed, packed_body = plain, body
    if len(body) > TOO_SHORT and _TEXT.match(told.get("content-type", "")):
        packed_body = gzip.compress(body, 9, mtime=0)
        length = ("Content-Length", str(len(packed_body)))
        packed = [*named, ("Content-Encoding", "gzip"), length]
    return Answer(
        plain=plain,
        plain_body=[body],
        packed=packed,
        packed_body=[packed_body],
        same=[pair for pair in named if pair[0].lower() in _SAME | {"etag", "vary"}],
        mark=mark,
        made_of=(headers, body),
    )


def _is_for_one(told: dict[str, str]) -> bool:
    """A page whose scripts carry a nonce was made for one visitor."""
    return "'nonce-" in told.get("content-security-policy", "") and told.get(
        "content-type", ""
    ).startswith("text/html")
