"""A message that only one browser can read (RFC 8291), as one record of RFC 8188."""

import hmac
import os

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

MAX_PAYLOAD_BYTES = 3_072
"""Push services take bodies of 4,096 bytes (RFC 8030, 7.2); bridges to phones less: notify.md 5.7."""
SALT_BYTES, KEY_BYTES, NONCE_BYTES = 16, 16, 12
_RECORD_BYTES = (4_096).to_bytes(4, "big")
_LAST_RECORD = b"\x02"
_CURVE = ec.SECP256R1()
_ECDH = ec.ECDH()


class TooLong(Exception):
    """No push service would carry this."""


def encrypt(payload: bytes, *, p256dh: bytes, auth: bytes, padded_to: int = 0) -> bytes:
    """The body of the request, under a key pair and a salt made for this one message.

    `padded_to` hides the length of shorter payloads behind this many bytes.
    Raises: TooLong; ValueError when `p256dh` is no point of the curve.
    """
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise TooLong
    padding = bytes(max(0, min(padded_to, MAX_PAYLOAD_BYTES) - len(payload)))
    return seal(
        payload + _LAST_RECORD + padding,
        p256dh=p256dh,
        auth=auth,
        ephemeral=ec.generate_private_key(_CURVE),
        salt=os.urandom(SALT_BYTES),
    )


def seal(
    record: bytes,
    *,
    p256dh: bytes,
    auth: bytes,
    ephemeral: ec.EllipticCurvePrivateKey,
    salt: bytes,
) -> bytes:
    """The same for a delimited record; never twice with one key pair and salt."""
    browser = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, p256dh)
    ours = ephemeral.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    shared = hmac.digest(auth, ephemeral.exchange(_ECDH, browser), "sha256")
    secret = _expand(shared, b"WebPush: info\0" + p256dh + ours)
    root = hmac.digest(salt, secret, "sha256")
    key = _expand(root, b"Content-Encoding: aes128gcm\0")[:KEY_BYTES]
    nonce = _expand(root, b"Content-Encoding: nonce\0")[:NONCE_BYTES]
    sealed = AESGCM(key).encrypt(nonce, record, None)
    return b"".join((salt, _RECORD_BYTES, bytes([len(ours)]), ours, sealed))


def _expand(key: bytes, info: bytes) -> bytes:
    """HKDF-Expand for at most one block (RFC 5869, 2.3)."""
    return hmac.digest(key, info + b"\x01", "sha256")
