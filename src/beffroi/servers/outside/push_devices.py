"""Telephones that exist only here: the push service plays them, so it can show what their owners would read.

A device is nothing but its name, and its keys follow from it: there are as many as one likes, and nothing to store.
The name decides how the push service answers for it, as the local part does for mailboxes.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from beffroi.kit import base64url

PLAIN = "appareil"
ANSWERS = {"perdu": 410, "sature": 429, "panne": 503}
"""Lost, sated, out of order: what the push service says for devices whose name begins so."""
_NAME = re.compile(rf"({'|'.join((PLAIN, *ANSWERS))})-[A-Za-z0-9-]{{1,60}}\Z")
_CURVE = ec.SECP256R1()
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # SEC 2, 2.4.2
SALT_BYTES, LENGTH_AT, POINT_AT, AUTH_BYTES = 16, 20, 21, 16
SMALLEST_BODY_BYTES = POINT_AT + 65 + 17
"""RFC 8188, 2.1: header with one point, then at least a delimiter and a tag."""


class Unreadable(Exception):
    """This was not encrypted for this device."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Notification:
    """What a person sees."""

    title: str
    body: str
    url: str
    """Where a tap leads."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Device:
    name: str
    key: ec.EllipticCurvePrivateKey
    auth: bytes

    @property
    def point(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def decrypt(self, body: bytes) -> bytes:
        """The payload. Raises: Unreadable."""
        salt, theirs = body[:SALT_BYTES], body[POINT_AT : POINT_AT + body[LENGTH_AT]]
        try:
            sender = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, theirs)
            shared = self.key.exchange(ec.ECDH(), sender)
            secret = _derive(shared, self.auth, b"WebPush: info\0" + self.point + theirs, 32)
            key = _derive(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
            nonce = _derive(secret, salt, b"Content-Encoding: nonce\0", 12)
            record = AESGCM(key).decrypt(nonce, body[POINT_AT + len(theirs) :], None)
        except (ValueError, InvalidTag) as foreign:
            raise Unreadable from foreign
        payload, delimiter, padding = record.rpartition(b"\x02")
        if not delimiter or padding.strip(b"\0"):
            raise Unreadable
        return payload

    def reads(self, body: bytes) -> Notification:
        """What it shows for a message. Raises: Unreadable."""
        return _notification(self.decrypt(body))


def is_device(name: str) -> bool:
    return bool(_NAME.match(name))


def answer_for(name: str) -> int:
    """The refusal that the name asks for; 0 when it asks for none."""
    return ANSWERS.get(name.partition("-")[0], 0)


@lru_cache(maxsize=4_096)
def device(name: str) -> Device:
    seed = hashlib.sha512(b"A device of the outside world: " + name.encode()).digest()
    secret = int.from_bytes(seed[:40], "big") % (_ORDER - 1) + 1
    return Device(name=name, key=ec.derive_private_key(secret, _CURVE), auth=seed[-AUTH_BYTES:])


def subscription(name: str, *, root: str) -> str:
    """What the browser of this device would hand over: PushSubscription.toJSON(), as text."""
    owner = device(name)
    return json.dumps(
        {
            "endpoint": endpoint(root, name),
            "expirationTime": None,
            "keys": {
                "p256dh": base64url.encoded(owner.point),
                "auth": base64url.encoded(owner.auth),
            },
        }
    )


def endpoint(root: str, name: str) -> str:
    return f"{root}/wpush/v2/{name}"


def _derive(secret: bytes, salt: bytes, info: bytes, size: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=size, salt=salt, info=info).derive(secret)


def _notification(payload: bytes) -> Notification:
    """The form of Safari's declarative push, which our service worker reads too; anything else is shown as it is."""
    text = payload.decode("utf-8", "replace")
    try:
        told = json.loads(text)["notification"]
        return Notification(
            title=str(told["title"]),
            body=str(told.get("body", "")),
            url=str(told.get("navigate", "")),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return Notification(title="", body=text, url="")
