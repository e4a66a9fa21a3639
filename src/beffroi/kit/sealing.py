"""Sealing of contact points: AES-256-GCM under a keyring, found again through a keyed hash.

A *generation* is one pair of keys: one seals, one makes fingerprints. Rows say which generation sealed them,
so that keys can be replaced while everything runs.
"""

import base64
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12  # NIST SP 800-38D, 5.2.1.1: 96 bits, random, far fewer than 2^32 seals per key
KEY_BYTES = 32
FINGERPRINT_BYTES = 16


class UnknownKey(Exception):
    """This generation of keys is not on the ring."""


class Unreadable(Exception):
    """The sealed bytes are not what this key, town and channel sealed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Generation:
    seal_key: bytes = field(repr=False)
    fingerprint_key: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Keyring:
    """The generations that can be opened, and the one that seals."""

    current: int
    generations: Mapping[int, Generation]
    _ciphers: dict[int, AESGCM] = field(default_factory=dict, repr=False, compare=False)

    def _cipher(self, key_id: int) -> AESGCM:
        if key_id not in self.generations:
            raise UnknownKey(key_id)
        return self._ciphers.setdefault(key_id, AESGCM(self.generations[key_id].seal_key))

    def seal(self, plain: bytes, *, bound_to: bytes) -> bytes:
        """Seals under the current generation; `bound_to` must be given again to open."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher(self.current).encrypt(nonce, plain, bound_to)

    def unseal(self, sealed: bytes, *, key_id: int, bound_to: bytes) -> bytes:
        """Raises: UnknownKey, Unreadable."""
        cipher = self._ciphers.get(key_id) or self._cipher(key_id)
        try:
            return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)
        except InvalidTag as tampered:
            raise Unreadable from tampered

    def fingerprint(self, plain: bytes, *, bound_to: bytes, key_id: int | None = None) -> bytes:
        """The keyed hash by which an address is found without being read."""
        generation = self.generations[self.current if key_id is None else key_id]
        message = len(bound_to).to_bytes(1, "big") + bound_to + plain
        return hmac.digest(generation.fingerprint_key, message, "sha256")[:FINGERPRINT_BYTES]

    def with_new_generation(self) -> "Keyring":
        """The same ring with one more generation, which does not seal yet."""
        key_id = max(self.generations, default=0) + 1
        new = Generation(seal_key=os.urandom(KEY_BYTES), fingerprint_key=os.urandom(KEY_BYTES))
        return Keyring(current=self.current, generations={**self.generations, key_id: new})

    def sealing_with_newest(self) -> "Keyring":
        """The same ring, whose newest generation seals from now on."""
        return Keyring(current=max(self.generations), generations=self.generations)

    def without(self, key_ids: set[int]) -> "Keyring":
        """The same ring without these generations; the current one always stays."""
        kept = {
            key_id: generation
            for key_id, generation in self.generations.items()
            if key_id == self.current or key_id not in key_ids
        }
        return Keyring(current=self.current, generations=kept)


def new_keyring() -> Keyring:
    return Keyring(current=0, generations={}).with_new_generation().sealing_with_newest()


def dump(ring: Keyring) -> str:
    """The ring as the text of its file."""
    return json.dumps(
        {
            "current": ring.current,
            "generations": {
                str(key_id): {
                    "seal_key": base64.b64encode(generation.seal_key).decode(),
                    "fingerprint_key": base64.b64encode(generation.fingerprint_key).decode(),
                }
                for key_id, generation in ring.generations.items()
            },
        },
        indent=1,
    )


def load(text: str) -> Keyring:
    """The ring that `dump` wrote."""
    stored = json.loads(text)
    return Keyring(
        current=int(stored["current"]),
        generations={
            int(key_id): Generation(
                seal_key=base64.b64decode(keys["seal_key"]),
                fingerprint_key=base64.b64decode(keys["fingerprint_key"]),
            )
            for key_id, keys in stored["generations"].items()
        },
    )
