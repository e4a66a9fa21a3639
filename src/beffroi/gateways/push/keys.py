"""The key pair by which push services know the sender of all our messages.

Browsers bind a subscription to its public half: who loses the private one loses every subscriber.
"""

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from beffroi.kit import base64url

RAW_BYTES = 32


class BadKey(Exception):
    """This is not a private key of P-256."""


def new_key() -> str:
    """A private key, as the text of its file (PEM)."""
    return (
        generate_private_key(SECP256R1())
        .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        .decode("ascii")
    )


def load_key(text: str) -> EllipticCurvePrivateKey:
    """From PEM, or from the 32 bytes in base64url that other web push tools write.

    Raises: BadKey.
    """
    try:
        if text.lstrip().startswith("-----"):
            key = load_pem_private_key(text.encode("ascii"), password=None)
        else:
            key = _from_digits(text.strip())
    except (ValueError, TypeError, UnsupportedAlgorithm) as bad:
        raise BadKey from bad
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        raise BadKey
    return key


def public_key(key: EllipticCurvePrivateKey) -> str:
    """What a page gives to `pushManager.subscribe` as applicationServerKey, in base64url."""
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64url.encoded(point)


def _from_digits(text: str) -> EllipticCurvePrivateKey:
    try:
        raw = base64url.decoded(text)
    except ValueError as bad:
        raise BadKey from bad
    if len(raw) != RAW_BYTES:
        raise BadKey
    return derive_private_key(int.from_bytes(raw, "big"), SECP256R1())
