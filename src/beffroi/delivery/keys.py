"""The keyring of this installation: a file beside the database, never in it."""

import hashlib
import os
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from beffroi.kit import sealing

LOOK_AGAIN_S = 1.0
"""A rotation writes the new ring, waits longer than this, and only then seals with it."""


@dataclass(slots=True)
class _Held:
    ring: sealing.Keyring
    path: Path
    mtime_ns: int
    looked_at: float


_held: _Held | None = None


def ring() -> sealing.Keyring:
    """The keyring as it is on disk, read again when the file has changed."""
    global _held
    path: Path = settings.CONTACT_KEYS_FILE
    clock = time.monotonic()
    if _held is not None and _held.path == path and clock - _held.looked_at < LOOK_AGAIN_S:
        return _held.ring
    if not path.exists():
        _create(path)
    mtime_ns = path.stat().st_mtime_ns
    if _held is not None and _held.path == path and _held.mtime_ns == mtime_ns:
        _held.looked_at = clock
        return _held.ring
    _held = _Held(
        ring=sealing.load(path.read_text(encoding="ascii")),
        path=path,
        mtime_ns=mtime_ns,
        looked_at=clock,
    )
    return _held.ring


def ring_with(key_id: int) -> sealing.Keyring:
    """The keyring, read again at once if it does not know `key_id` yet."""
    global _held
    if key_id not in ring().generations:
        _held = None
    return ring()


def replace(new: sealing.Keyring) -> None:
    """Puts a new ring in place of the old one, whole or not at all."""
    global _held
    path: Path = settings.CONTACT_KEYS_FILE
    draft = _draft(path, new)
    draft.replace(path)
    _held = None


def _create(path: Path) -> None:
    """Two processes may start together: whoever links first wins."""
    draft = _draft(path, sealing.new_keyring())
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _draft(path: Path, new: sealing.Keyring) -> Path:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    draft.touch(mode=0o600)
    with draft.open("w", encoding="ascii") as file:
        file.write(sealing.dump(new))
        file.flush()
        os.fsync(file.fileno())
    return draft


def token_key() -> bytes:
    """Signs links, codes and return paths."""
    return _token_key(settings.TOKEN_KEY)


@cache
def _token_key(secret: bytes) -> bytes:
    return hashlib.sha256(b"links" + secret).digest()


def bound_to(town_id: int, channel: int) -> bytes:
    """What a sealed address is tied to: it opens nowhere else."""
    return b"%d:%d" % (town_id, channel)
