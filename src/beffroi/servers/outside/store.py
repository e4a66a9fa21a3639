"""What was received, on disk: every envelope for ever in one log, the messages themselves within a bound."""

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from pathlib import Path

SEGMENT_BYTES = 32 * 1024 * 1024
SEGMENTS_KEPT = 8
_HEADERS = BytesHeaderParser(policy=policy.compat32)


@dataclass(frozen=True, kw_only=True, slots=True)
class Envelope:
    """One message for one recipient, as the log keeps it."""

    n: int
    at: float
    """Unix time."""
    sender: str
    recipient: str
    subject: str
    message_id: str
    size_bytes: int
    segment: int
    offset: int


class Store:
    """Safe to call from several threads. A message is on disk before `add` returns."""

    def __init__(self, folder: Path, *, segment_bytes: int = SEGMENT_BYTES) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder, self._segment_bytes = folder, segment_bytes
        self._lock = threading.Lock()
        self._envelopes = list(_read_log(folder / "envelopes.jsonl"))
        self._log = os.open(
            folder / "envelopes.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600
        )
        if not _ends_whole(folder / "envelopes.jsonl"):
            os.write(self._log, b"\n")
        self._segment = max((e.segment for e in self._envelopes), default=0)
        self._body = self._open_segment()

    def add(self, *, sender: str, recipient: str, raw: bytes, at: float) -> Envelope:
        headers = _HEADERS.parsebytes(raw.partition(b"\r\n\r\n")[0])
        with self._lock:
            offset = os.fstat(self._body).st_size
            if offset > self._segment_bytes:
                offset = self._next_segment()
            os.write(self._body, raw)
            envelope = Envelope(
                n=len(self._envelopes) + 1,
                at=at,
                sender=sender,
                recipient=recipient,
                subject=_decoded(str(headers.get("Subject", ""))),
                message_id=str(headers.get("Message-ID", "")).strip(),
                size_bytes=len(raw),
                segment=self._segment,
                offset=offset,
            )
            os.write(self._log, json.dumps(asdict(envelope)).encode("ascii") + b"\n")
            self._envelopes.append(envelope)
        return envelope

    @property
    def count(self) -> int:
        return len(self._envelopes)

    def since(self, n: int) -> list[Envelope]:
        """Everything after number `n`, oldest first."""
        with self._lock:
            return self._envelopes[max(n, 0) :]

    def search(self, words: str, *, skip: int, limit: int) -> tuple[list[Envelope], bool]:
        """Newest first, those whose recipient or subject holds `words`; and whether there are more."""
        wanted = words.casefold()
        with self._lock:
            everything = self._envelopes[::-1]
        found: list[Envelope] = []
        for envelope in everything:
            if wanted and wanted not in f"{envelope.recipient} {envelope.subject}".casefold():
                continue
            if skip:
                skip -= 1
                continue
            if len(found) == limit:
                return found, True
            found.append(envelope)
        return found, False

    def envelope(self, n: int) -> Envelope | None:
        return self._envelopes[n - 1] if 0 < n <= len(self._envelopes) else None

    def raw(self, envelope: Envelope) -> bytes | None:
        """The whole message; None once it has made room for newer ones."""
        try:
            with self._segment_path(envelope.segment).open("rb") as file:
                file.seek(envelope.offset)
                return file.read(envelope.size_bytes)
        except FileNotFoundError:
            return None

    def message(self, envelope: Envelope) -> EmailMessage | None:
        raw = self.raw(envelope)
        if raw is None:
            return None
        return BytesParser(policy=policy.default).parsebytes(raw)

    def close(self) -> None:
        os.close(self._log)
        os.close(self._body)

    def _segment_path(self, number: int) -> Path:
        return self._folder / f"messages-{number:06}.bin"

    def _open_segment(self) -> int:
        path = self._segment_path(self._segment)
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def _next_segment(self) -> int:
        os.close(self._body)
        self._segment += 1
        self._body = self._open_segment()
        for path in sorted(self._folder.glob("messages-*.bin"))[:-SEGMENTS_KEPT]:
            path.unlink()
        return 0


def _read_log(path: Path) -> Iterator[Envelope]:
    """A half-written last line (power cut) is left out."""
    if not path.exists():
        return
    for line in path.read_bytes().splitlines():
        try:
            yield Envelope(**json.loads(line))
        except ValueError:
            continue


def _ends_whole(path: Path) -> bool:
    """False when a power cut left half a line."""
    written = path.read_bytes()[-1:]
    return written in {b"", b"\n"}


def _decoded(subject: str) -> str:
    """RFC 2047 words as text; what cannot be read is shown as it came."""
    try:
        return str(make_header(decode_header(subject)))
    except (ValueError, LookupError):
        return subject
