"""Names, scans and lines of files: sealed under the house's keyring, each bound to its town and its use."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO

from beffroi.audience.facts import PersonName
from beffroi.delivery import keys
from beffroi.kit.names import fold
from beffroi.towns.models import Town

NAME, SCAN, LINE, FILE, ADDRESS, NETWORK = (
    b"name",
    b"scan",
    b"line",
    b"file",
    b"address",
    b"network",
)
PIECE_BYTES = 256 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Sealed:
    bytes: bytes
    key_id: int


def bound_to(town_id: int, use: bytes) -> bytes:
    """What the sealed bytes are tied to: they open nowhere else."""
    return b"audience:%d:" % town_id + use


class Sealer:
    """Seals many things of one town: the keyring is looked at once."""

    def __init__(self, town: Town) -> None:
        self._town_id, self._ring = town.pk, keys.ring()

    def seal(self, use: bytes, plain: bytes) -> Sealed:
        sealed = self._ring.seal(plain, bound_to=bound_to(self._town_id, use))
        return Sealed(bytes=sealed, key_id=self._ring.current)

    def fingerprint(self, use: bytes, plain: bytes) -> bytes:
        """Under the current keys."""
        return self._ring.fingerprint(plain, bound_to=bound_to(self._town_id, use))


def seal(town: Town, use: bytes, plain: bytes) -> Sealed:
    return Sealer(town).seal(use, plain)


def unseal(town_id: int, use: bytes, sealed: bytes, key_id: int) -> bytes:
    ring = keys.ring_with(key_id)
    return ring.unseal(bytes(sealed), key_id=key_id, bound_to=bound_to(town_id, use))


def pieces(town: Town, use: bytes, body: bytes) -> Iterator[Sealed]:
    """A file in pieces that a row can hold."""
    sealer = Sealer(town)
    for start in range(0, len(body), PIECE_BYTES):
        yield sealer.seal(use, body[start : start + PIECE_BYTES])


def whole(town: Town, use: bytes, kept: Iterable[tuple[bytes | memoryview, int]]) -> BytesIO:
    """The pieces in their order, with the key of each, opened: the file in clear, in memory."""
    file = BytesIO()
    for piece, key_id in kept:
        file.write(unseal(town.pk, use, bytes(piece), key_id))
    file.seek(0)
    return file


def fingerprint(town: Town, use: bytes, plain: bytes) -> bytes:
    """Under the current keys."""
    return Sealer(town).fingerprint(use, plain)


def fingerprints(town: Town, use: bytes, plain: bytes) -> list[bytes]:
    """Under every generation on the ring, to find rows that a rotation has not reached yet."""
    ring = keys.ring()
    return [
        ring.fingerprint(plain, bound_to=bound_to(town.pk, use), key_id=key_id)
        for key_id in ring.generations
    ]


def pack_name(name: PersonName) -> bytes:
    return json.dumps([name.first_name, name.family_name], ensure_ascii=False).encode()


def unpack_name(packed: bytes) -> PersonName:
    first, family = json.loads(packed)
    return PersonName(first_name=first, family_name=family)


def family_plain(name: PersonName) -> bytes:
    """What the keyed hash of a family name is made of; empty when there is nothing to find it by."""
    return fold(name.family_name).encode()
