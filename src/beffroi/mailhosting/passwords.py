"""Passwords of boxes, as Dovecot checks them, and secrets that are made by us. Pure, random aside."""

import hashlib
import secrets

from argon2 import PasswordHasher

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""OWASP's second choice for Argon2id: 19 MiB, two passes. libsodium, in Dovecot, knows one lane only."""
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without i, l, o, 0 and 1, which people mistake for each other."""
_GROUPS, _GROUP_LENGTH = 5, 4


def hashed(password: str) -> str:
    """With its scheme in front."""
    return "{ARGON2ID}" + _HASHER.hash(password)


def new_app_password() -> str:
    """« hj4k-… »: 20 letters of 31, 99 bits; easy to type on a telephone."""
    groups = (
        "".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS)
    )
    return "-".join(groups)


def new_token() -> str:
    return secrets.token_urlsafe(24)


def digest(secret: str) -> str:
    """For secrets that we made: too long to be guessed, so that a fast hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()
