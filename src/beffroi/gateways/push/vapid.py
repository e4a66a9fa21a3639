"""The signed word by which a push service knows who sends (RFC 8292), one per push service and half a day."""

import json
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from beffroi.gateways.push.keys import public_key
from beffroi.kit import base64url

LIFE_S = 12 * 3_600
"""RFC 8292, 2: at most 24 hours; half of it forgives a clock that is wrong."""
RENEW_BEFORE_S = 3_600
_COORDINATE_BYTES = 32
_HEADER = base64url.encoded(b'{"typ":"JWT","alg":"ES256"}')


class BadContact(Exception):
    """Push services want an address at which the sender can be reached: mailto: or https:."""


class Vapid:
    """Signs once for each push service, and again before that runs out."""

    def __init__(
        self, key: EllipticCurvePrivateKey, *, contact: str, clock: Callable[[], float]
    ) -> None:
        """Raises: BadContact."""
        if not contact.startswith(("mailto:", "https://")):
            raise BadContact(contact)
        self._key, self._contact, self._clock = key, contact, clock
        self._public = public_key(key)
        self._signed: dict[str, tuple[float, str]] = {}

    def authorization(self, origin: str) -> str:
        """The header for requests to `origin`, such as https://fcm.googleapis.com."""
        now = self._clock()
        renewed_at, header = self._signed.get(origin, (0.0, ""))
        if now >= renewed_at:
            header = self._sign(origin, int(now) + LIFE_S)
            self._signed[origin] = (now + LIFE_S - RENEW_BEFORE_S, header)
        return header

    def forget(self, origin: str) -> None:
        """The push service takes it no more: the next one is signed anew."""
        self._signed.pop(origin, None)

    def _sign(self, origin: str, expires_at: int) -> str:
        claims = {"aud": origin, "exp": expires_at, "sub": self._contact}
        told = json.dumps(claims, separators=(",", ":")).encode()
        said = f"{_HEADER}.{base64url.encoded(told)}"
        signature = self._key.sign(said.encode("ascii"), ECDSA(SHA256()))
        r, s = decode_dss_signature(signature)
        raw = r.to_bytes(_COORDINATE_BYTES, "big") + s.to_bytes(_COORDINATE_BYTES, "big")
        return f"vapid t={said}.{base64url.encoded(raw)}, k={self._public}"
