"""Reference data for a whole country: hundreds of megabytes read as a stream, packed or not, within bounds."""

import bz2
import gzip
import io
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import IO

import ijson

from beffroi.content.facts import Reading
from beffroi.content.readers import gathering
from beffroi.content.readers.gathering import Gathering
from beffroi.content.readers.values import Json
from beffroi.content.words import Flaw

Source = bytes | Path | IO[bytes]
MAX_BYTES = 4 * 1024**3
"""Unpacked; DILA's directory weighs 300 MB."""
MAX_RECORD = 4 * 1024 * 1024
"""Read without one record coming to its end."""
MAX_LINE = 64 * 1024
MAX_DEPTH = 60
HEAD = 64 * 1024
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_NOT_BRACKETS = bytes(sorted(set(range(256)) - set(b"[]{}")))
_STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
BROKEN = (
    ijson.JSONError,
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    *gathering.BROKEN,
)


class TooLarge(Exception):
    """A bomb, or nothing that a directory looks like."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Country:
    """One file, read for several communes at once."""

    by_insee: Mapping[str, Reading]
    """Those of which it holds something."""
    flaw: Flaw | None = None
    """The file could not be read to its end."""


def country(whole: Gathering, each: Mapping[str, Gathering], *, title: str) -> Country:
    flaws = {one.flaw for one in whole.remarks if not one.where}
    found = {code: into.reading(title=title) for code, into in each.items() if into.found}
    return Country(by_insee=found, flaw=next(iter(flaws), None))


@contextmanager
def remarking(into: Gathering) -> Iterator[None]:
    """A file that breaks while it is read gives what stood before the break, and a remark."""
    try:
        yield
    except TooLarge:
        into.remark(Flaw.TOO_LARGE)
    except BROKEN:
        into.remark(Flaw.UNREADABLE)


class _Depth:
    """How deep JSON is nested: the parser's own cost grows with its square."""

    def __init__(self) -> None:
        self._level = 0
        self._open_string = b""
        """A quote, if a string goes on in the next block; a backslash after it, if that ended on one."""

    def take(self, block: bytes) -> None:
        """Raises: TooLarge."""
        outside = _STRING.sub(b"", self._open_string + block)
        outside, quote, inside = outside.partition(b'"')
        is_escaping = (len(inside) - len(inside.rstrip(b"\\"))) % 2
        self._open_string = quote + b"\\" * is_escaping
        levels = accumulate(
            map(_STEP.__getitem__, outside.translate(None, _NOT_BRACKETS)), initial=self._level
        )
        for level in levels:
            if level > MAX_DEPTH:
                raise TooLarge
            self._level = level


class Metered:
    """What is read is counted: as a whole, and since the last record."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._depth: _Depth | None = None
        self._total = 0
        self._record = 0
        self._head = b""

    def head(self) -> bytes:
        """The beginning, which stays to be read."""
        if not self._head:
            self._head = self._file.read(HEAD)
        return self._head

    def read(self, size: int = -1) -> bytes:
        size = HEAD if size < 0 else size
        if self._head:
            block, self._head = self._head[:size], self._head[size:]
        else:
            block = self._file.read(size)
        self._count(len(block))
        if self._depth:
            self._depth.take(block)
        return block

    def watch_depth(self) -> None:
        self._depth = _Depth()

    def lines(self) -> Iterator[bytes]:
        """Over-long ones are cut in two."""
        rest = b""
        while block := self.read(HEAD):
            *whole, rest = (rest + block).split(b"\n")
            for line in whole:
                self.next_record()
                yield line
            if len(rest) > MAX_LINE:
                raise TooLarge
        if rest:
            yield rest

    def next_record(self) -> None:
        self._record = 0

    def _count(self, size: int) -> None:
        self._total += size
        self._record += size
        if self._total > MAX_BYTES or self._record > MAX_RECORD:
            raise TooLarge


def records(file: Metered, path: str) -> Iterator[Json]:
    """The members of the list at this path, one after the other."""
    file.watch_depth()
    for record in ijson.items(file, path, use_float=True):
        file.next_record()
        yield record


@contextmanager
def opened(source: Source, *, suffixes: tuple[str, ...]) -> Iterator[Metered]:
    """Of an archive, its first file with one of these endings. Raises: BROKEN."""
    if isinstance(source, Path):
        with source.open("rb") as file, _unpacked(file, suffixes) as plain:
            yield Metered(plain)
    elif isinstance(source, bytes):
        with _unpacked(io.BytesIO(source), suffixes) as plain:
            yield Metered(plain)
    else:
        with _unpacked(source, suffixes) as plain:
            yield Metered(plain)


@contextmanager
def _unpacked(file: IO[bytes], suffixes: tuple[str, ...]) -> Iterator[IO[bytes]]:
    if not file.seekable():
        yield file
        return
    head = file.read(512)
    file.seek(0)
    if head.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(file) as archive:
            name = next((n for n in archive.namelist() if n.lower().endswith(suffixes)), None)
            if name is None:
                raise ValueError("no such file in the archive")
            with archive.open(name) as member:
                yield member
    elif _is_packed(head) or head[257:262] == b"ustar":
        with _from_tar(file, head, suffixes) as plain:
            yield plain
    else:
        yield file


@contextmanager
def _from_tar(file: IO[bytes], head: bytes, suffixes: tuple[str, ...]) -> Iterator[IO[bytes]]:
    """A packed file may hold one document, or a tar of several."""
    packed = _opener(file, head)
    first = packed.read(512)
    packed.seek(0)
    if first[257:262] != b"ustar":
        yield packed
        return
    with tarfile.open(fileobj=packed, mode="r|") as archive:
        for member in archive:
            if member.isfile() and member.name.lower().endswith(suffixes):
                inner = archive.extractfile(member)
                if inner is not None:
                    yield inner
                    return
    raise ValueError("no such file in the archive")


def _opener(file: IO[bytes], head: bytes) -> IO[bytes]:
    if head.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=file)  # type: ignore[return-value] # reads as IO[bytes] does
    if head.startswith(b"BZh"):
        return bz2.BZ2File(file)
    return file


def _is_packed(head: bytes) -> bool:
    return head.startswith((b"\x1f\x8b", b"BZh"))


def list_path(head: bytes, names: tuple[str, ...]) -> str:
    """Where the list of records is: at the root, or under one of these names; empty if nowhere."""
    text = head.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if text.startswith("["):
        return "item"
    known = "|".join(map(re.escape, names))
    found = re.search(rf'"({known})"\s*:\s*\[', text)
    return f"{found[1]}.item" if found and text.startswith("{") else ""
