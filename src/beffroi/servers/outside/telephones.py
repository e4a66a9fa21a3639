"""Every telephone of the outside world: what each received and answered, its parts put together, on disk."""

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from beffroi.kit import smpp
from beffroi.kit.gsm import decode_gsm

KEPT = 50_000
"""Messages that stay in memory; older ones are in the file only."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """One message as a telephone shows it."""

    n: int
    at: float
    """Unix time at which its last part came."""
    number: str
    """The telephone, in E.164."""
    other: str
    """Whom it hears from, or answers."""
    text: str
    parts: int = 1
    mine: bool = False
    """Written on this telephone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    number: str
    sender: str
    text: str
    at: float
    reference: int = 0
    total: int = 1
    place: int = 1

    @classmethod
    def read(cls, short: smpp.Short, *, at: float) -> Self:
        header, data = _without_header(short)
        reference, total, place = header[3:6] if header[:3] == b"\5\0\3" else (0, 1, 1)
        ucs2 = short.data_coding == smpp.UCS2_CODING
        return cls(
            number="+" + short.destination.decode("ascii", "replace"),
            sender=short.source.decode("latin-1"),
            text=data.decode("utf-16-be", "replace") if ucs2 else decode_gsm(data),
            at=at,
            reference=reference,
            total=total,
            place=place,
        )


class Telephones:
    """Safe to call from several threads. A whole message is in the file before `add` returns."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / "texts.jsonl"
        self._lock = threading.Lock()
        self._texts = list(_read(path))[-KEPT:]
        self._last = self._texts[-1].n if self._texts else 0
        self._waiting: dict[tuple[str, str, int, int], dict[int, Part]] = {}
        self._log = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        if path.read_bytes()[-1:] not in {b"", b"\n"}:
            os.write(self._log, b"\n")  # a power cut left half a line

    def add(self, part: Part) -> Text | None:
        """The whole message once its last part is there."""
        if part.total > 1:
            key = (part.number, part.sender, part.reference, part.total)
            parts = self._waiting.setdefault(key, {})
            parts[part.place] = part
            if len(parts) < part.total:
                return None
            del self._waiting[key]
            text = "".join(parts[place].text for place in sorted(parts))
        else:
            text = part.text
        return self._keep(
            at=part.at, number=part.number, other=part.sender, text=text, parts=part.total
        )

    def answer(self, *, number: str, to: str, text: str, at: float) -> Text:
        return self._keep(at=at, number=number, other=to, text=text, mine=True)

    @property
    def count(self) -> int:
        return self._last

    def since(self, n: int) -> list[Text]:
        """Everything after number `n` that is still in memory, oldest first."""
        with self._lock:
            return [text for text in self._texts if text.n > n]

    def one(self, n: int) -> Text | None:
        with self._lock:
            return next((text for text in reversed(self._texts) if text.n == n), None)

    def exchanged(self, text: Text) -> list[Text]:
        """All that this telephone and this other wrote to each other, oldest first."""
        between = (text.number, text.other)
        with self._lock:
            return [each for each in self._texts if (each.number, each.other) == between]

    def search(self, words: str, *, skip: int, limit: int) -> tuple[list[Text], bool]:
        """Newest first, those whose number, sender or text holds `words`; and whether there are more."""
        wanted = words.casefold()
        digits = wanted.replace(" ", "").removeprefix("0")
        with self._lock:
            everything = self._texts[::-1]
        found = [
            text
            for text in everything
            if wanted in f"{text.text} {text.other}".casefold()
            or (digits.isdigit() and digits in text.number)
        ]
        return found[skip : skip + limit], len(found) > skip + limit

    def close(self) -> None:
        os.close(self._log)

    def _keep(
        self, *, at: float, number: str, other: str, text: str, parts: int = 1, mine: bool = False
    ) -> Text:
        with self._lock:
            self._last += 1
            kept = Text(
                n=self._last, at=at, number=number, other=other, text=text, parts=parts, mine=mine
            )
            os.write(self._log, json.dumps(asdict(kept)).encode("ascii") + b"\n")
            self._texts.append(kept)
            if len(self._texts) > 2 * KEPT:
                del self._texts[:KEPT]
        return kept


def _without_header(short: smpp.Short) -> tuple[bytes, bytes]:
    """The user data header, its length first, and what follows it."""
    if not short.esm_class & smpp.UDH_PRESENT or not short.text:
        return b"", short.text
    end = short.text[0] + 1
    return short.text[:end], short.text[end:]


def _read(path: Path) -> Iterator[Text]:
    """A half-written last line (power cut) is left out."""
    if not path.exists():
        return
    for line in path.read_bytes().splitlines():
        try:
            yield Text(**json.loads(line))
        except (ValueError, TypeError):
            continue
