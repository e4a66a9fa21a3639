"""base64url without padding (RFC 7515, 2): how web push writes keys, signatures and topics."""

import base64


def encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def decoded(text: str) -> bytes:
    """With or without its padding. Raises: ValueError."""
    digits = text.rstrip("=")
    return base64.b64decode(digits + "=" * (-len(digits) % 4), altchars=b"-_", validate=True)
