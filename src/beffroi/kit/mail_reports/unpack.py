"""The report inside a message: found by what it is, not by what it is called, and expanded within bounds."""

import gzip
import io
import zipfile
import zlib
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import IO

MAX_EXPANDED_BYTES = 8 * 1024 * 1024  # Google's daily report of a large sender stays under 1 MB
_MAX_PARTS = 50
_CHUNK = 64 * 1024


class NoReport(Exception):
    """The message holds none, or it is one that may not be opened; the message says which."""


def documents(raw: bytes) -> list[bytes]:
    """XML or JSON, expanded. Raises: NoReport."""
    message = BytesParser(policy=policy.default).parsebytes(raw)
    found = [_expanded(payload) for payload in _payloads(message)]
    wanted = [text for text in found if text.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in {b"<", b"{"}]
    if not wanted:
        raise NoReport("no report in it")
    return wanted


def _payloads(message: EmailMessage) -> list[bytes]:
    payloads: list[bytes] = []
    for number, part in enumerate(message.walk()):
        if number > _MAX_PARTS:
            raise NoReport("too many parts")
        if part.is_multipart() or part.get_content_type() in {"text/plain", "text/html"}:
            continue
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            payloads.append(payload)
    return payloads


def _expanded(payload: bytes) -> bytes:
    """Raises: NoReport."""
    try:
        if payload.startswith(b"\x1f\x8b"):
            return _bounded(gzip.GzipFile(fileobj=io.BytesIO(payload)))
        if payload.startswith(b"PK\x03\x04"):
            return _only_file(payload)
    except (
        OSError,
        EOFError,
        zlib.error,
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
    ) as bad:
        raise NoReport("it cannot be expanded") from bad
    return payload


def _only_file(payload: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(payload)) as archive:
        names = archive.infolist()
        if len(names) != 1:
            raise NoReport("an archive of several files")
        with archive.open(names[0]) as file:
            return _bounded(file)


def _bounded(file: gzip.GzipFile | IO[bytes]) -> bytes:
    """What the archive says of its own size is not believed."""
    text = bytearray()
    while piece := file.read(_CHUNK):
        text += piece
        if len(text) > MAX_EXPANDED_BYTES:
            raise NoReport("too large once expanded")
    return bytes(text)
