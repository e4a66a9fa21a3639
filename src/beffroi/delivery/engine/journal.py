"""The journal on the worker's disk: what began to leave and what became of it, before any commit.

One file per claim, made before the first byte leaves and removed after the commit that makes it useless. One
unsynced `write()` per message: the kernel keeps it when the process dies. For a power cut, the chunk's `reached`
bounds the doubt. What the next hop calls a delivery stands in records of its own, just before the one that accepts it.
"""

import fcntl
import os
import struct
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

_RECORD = struct.Struct(">QIBH")
LOCK_WAIT_S = 10.0
MAX_CODE = 32_767
"""What a PostgreSQL smallint holds: SMPP's vendor statuses go beyond, and are kept whole in the event."""


class Mark(IntEnum):
    BEGUN = 1
    ACCEPTED = 2
    REFUSED = 3
    RETRY = 4
    AMBIGUOUS = 5
    NAMED = 6
    """A reference of so many bytes follows."""


class AlreadyRunning(Exception):
    """Another process works under this worker's name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Notes:
    """What a journal says: the last mark and reply code of each seq that began, and its references."""

    marks: dict[int, tuple[Mark, int]] = field(default_factory=dict)
    references: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def in_doubt(self) -> set[int]:
        doubtful = {Mark.BEGUN, Mark.AMBIGUOUS}
        return {seq for seq, (mark, _) in self.marks.items() if mark in doubtful}


NOBODY: tuple[int, Sequence[str]] = (0, ())


class Journal:
    """The open journal of one claim. `write` may be called from several threads."""

    def __init__(self, folder: Path, claim: uuid.UUID, message_id: int) -> None:
        self._path = _path(folder, claim)
        self._message_id = message_id
        self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def write(
        self, *records: tuple[int, Mark, int], named: tuple[int, Sequence[str]] = NOBODY
    ) -> None:
        """One system call for (seq, mark, code) records, with the references of one seq before them."""
        pack, message_id = _RECORD.pack, self._message_id
        raw = b"".join([pack(message_id, seq, mark, code) for seq, mark, code in records])
        if named is not NOBODY:
            raw = self._names(*named) + raw
        os.write(self._file, raw)

    def _names(self, seq: int, references: Sequence[str]) -> bytes:
        names = [reference.encode("utf-8") for reference in references]
        return b"".join(
            _RECORD.pack(self._message_id, seq, Mark.NAMED, len(name)) + name for name in names
        )

    def sync(self) -> None:
        os.fsync(self._file)

    def remove(self) -> None:
        """Its claim is settled in the database."""
        os.close(self._file)
        self._path.unlink(missing_ok=True)


class Place:
    """This installation's journals on this machine, since this boot."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self._name = name
        self._place = _text_once(folder / "place")
        self._boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")[:8]
        self._lock = -1

    @property
    def worker(self) -> str:
        """Who claims: place, boot and name."""
        return f"{self._place}:{self._boot}:{self._name}"

    def lock(self) -> None:
        """Takes the name for as long as this process lives. Raises: AlreadyRunning."""
        self._lock = os.open(self._lock_path(self._name), os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + LOCK_WAIT_S
        while not _try_lock(self._lock):
            if time.monotonic() > deadline:
                raise AlreadyRunning(self._name)
            time.sleep(0.05)

    def unlock(self) -> None:
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def is_dead(self, worker: str) -> bool:
        """Sure that this worker lives no more: it worked here, and nobody holds its name."""
        place, _, rest = worker.partition(":")
        boot, _, name = rest.partition(":")
        if place != self._place or name == self._name:
            return False
        if boot != self._boot:
            return True
        with _opened(self._lock_path(name)) as file:
            return _try_lock(file)

    def is_mine(self, worker: str) -> bool:
        """Claimed under this very name, by this process or by one that died."""
        place, _, rest = worker.partition(":")
        return place == self._place and rest.partition(":")[2] == self._name

    def knows_all(self, worker: str) -> bool:
        """Whether the journals here tell all that this worker did: same disk, no power cut since."""
        return worker.startswith(f"{self._place}:{self._boot}:")

    def notes(self, claim: uuid.UUID) -> Notes:
        """What the journal of this claim says; no journal: nothing had begun."""
        try:
            raw = _path(self.folder, claim).read_bytes()
        except FileNotFoundError:
            return Notes()
        return read(raw)

    def forget(self, claim: uuid.UUID) -> None:
        _path(self.folder, claim).unlink(missing_ok=True)

    def _lock_path(self, name: str) -> Path:
        return self.folder / f"{name}.lock"


def read(raw: bytes) -> Notes:
    """What a journal's bytes say; a last record that was cut short says nothing."""
    marks: dict[int, tuple[Mark, int]] = {}
    references: dict[int, tuple[str, ...]] = {}
    position, size = 0, _RECORD.size
    while position + size <= len(raw):
        _, seq, mark, code = _RECORD.unpack_from(raw, position)
        position += size
        if mark != Mark.NAMED:
            marks[seq] = (Mark(mark), code)
        elif position + code <= len(raw):
            name = raw[position : position + code].decode("utf-8")
            references[seq] = (*references.get(seq, ()), name)
            position += code
    return Notes(marks=marks, references=references)


def _path(folder: Path, claim: uuid.UUID) -> Path:
    return folder / f"{claim.hex}.journal"


def _text_once(path: Path) -> str:
    """A random name kept in a file; two processes may start together."""
    draft = path.with_name(f".{path.name}.{os.urandom(6).hex()}")
    draft.write_text(os.urandom(8).hex(), encoding="ascii")
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text(encoding="ascii")


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield file
    finally:
        os.close(file)


def _try_lock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
