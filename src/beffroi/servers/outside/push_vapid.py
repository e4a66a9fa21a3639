"""Whether a request is signed by the sender that it names (RFC 8292)."""

import json
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from beffroi.kit import base64url

LONGEST_LIFE_S = 86_400
"""RFC 8292, 2."""
_HEADER = re.compile(r"vapid\s+(?=.*\bt=(?P<token>[\w.-]+))(?=.*\bk=(?P<key>[\w-]+))", re.ASCII)
_COORDINATE_BYTES = 32
MOST_REMEMBERED = 256


class Unsigned(Exception):
    """The request says nothing about its sender."""


class BadlySigned(Exception):
    """What the request says about its sender is not true, or no longer."""


class Doorkeeper:
    """Reads the Authorization headers of requests to `root`; a signature that was good is not worked out again."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._good: dict[str, tuple[float, str]] = {}

    def sender(self, header: str, *, now: float) -> str:
        """The sender's public key in base64url. Raises: Unsigned, BadlySigned."""
        if header not in self._good:
            if len(self._good) >= MOST_REMEMBERED:
                self._good.clear()
            self._good[header] = self._check(header, now)
        expires_at, key = self._good[header]
        if expires_at <= now:
            raise BadlySigned("the token has expired")
        return key

    def _check(self, header: str, now: float) -> tuple[float, str]:
        found = _HEADER.match(header)
        if not found:
            raise Unsigned
        said, _, signature = found["token"].rpartition(".")
        try:
            _verify(
                base64url.decoded(found["key"]), said.encode("ascii"), base64url.decoded(signature)
            )
            kind, claims = (json.loads(base64url.decoded(part)) for part in said.split("."))
            audience, expires_at = claims["aud"], float(claims["exp"])
            contact = str(claims["sub"])
        except (ValueError, KeyError, TypeError, InvalidSignature) as bad:
            raise BadlySigned(type(bad).__name__) from bad
        if kind.get("alg") != "ES256" or audience != self._root:
            raise BadlySigned("signed for another push service")
        if not now < expires_at <= now + LONGEST_LIFE_S:
            raise BadlySigned("exp is not within a day")
        if not contact.startswith(("mailto:", "https:")):
            raise BadlySigned("sub is no contact")
        return expires_at, found["key"].rstrip("=")


def _verify(point: bytes, said: bytes, signature: bytes) -> None:
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    r, s = (
        int.from_bytes(half, "big")
        for half in (signature[:_COORDINATE_BYTES], signature[_COORDINATE_BYTES:])
    )
    key.verify(encode_dss_signature(r, s), said, ec.ECDSA(SHA256()))
