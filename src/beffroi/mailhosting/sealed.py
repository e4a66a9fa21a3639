"""The private keys that sign official mail: made, and sealed under the house's keyring, bound to their domain."""

import base64
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from beffroi.delivery import keys

KEY_BITS = 2048  # RFC 8301, 3.2: at least 2048 are signed with, and every receiver verifies them


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    private_pem: bytes = field(repr=False)
    public: str
    """Base64 of the SubjectPublicKeyInfo."""


def new_pair() -> Pair:
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return Pair(
        private_pem=key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        public=base64.b64encode(public).decode("ascii"),
    )


def bound_to(town_id: int, domain_id: int) -> bytes:
    return b"mailhosting:%d:dkim:%d" % (town_id, domain_id)


def seal(town_id: int, domain_id: int, pem: bytes) -> tuple[bytes, int]:
    """(sealed bytes, generation of the key)."""
    ring = keys.ring()
    return ring.seal(pem, bound_to=bound_to(town_id, domain_id)), ring.current


def unseal(town_id: int, domain_id: int, sealed: bytes, *, key_id: int) -> bytes:
    ring = keys.ring_with(key_id)
    return ring.unseal(bytes(sealed), key_id=key_id, bound_to=bound_to(town_id, domain_id))


def keys_bound_to(town_id: int, domain_id: int) -> bytes:
    return b"mailhosting:%d:registrar:%d" % (town_id, domain_id)


def seal_keys(town_id: int, domain_id: int, text: bytes) -> tuple[bytes, int]:
    """What opens the town's account at its registrar: (sealed bytes, generation of the key)."""
    ring = keys.ring()
    return ring.seal(text, bound_to=keys_bound_to(town_id, domain_id)), ring.current


def unseal_keys(town_id: int, domain_id: int, sealed: bytes, *, key_id: int) -> bytes:
    ring = keys.ring_with(key_id)
    return ring.unseal(sealed, key_id=key_id, bound_to=keys_bound_to(town_id, domain_id))


def old_bound_to(town_id: int, old_address_id: int) -> bytes:
    return b"mailhosting:%d:old:%d" % (town_id, old_address_id)


def seal_password(town_id: int, old_address_id: int, text: str) -> tuple[bytes, int]:
    """Of a box at its old host: (sealed bytes, generation of the key)."""
    ring = keys.ring()
    return ring.seal(text.encode(), bound_to=old_bound_to(town_id, old_address_id)), ring.current


def unseal_password(town_id: int, old_address_id: int, sealed: bytes, *, key_id: int) -> str:
    ring = keys.ring_with(key_id)
    bound_to = old_bound_to(town_id, old_address_id)
    return ring.unseal(bytes(sealed), key_id=key_id, bound_to=bound_to).decode()
