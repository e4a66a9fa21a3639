"""What a browser hands over when somebody accepts its notifications: checked, written down, compared and shown.

The address in it is one that our server will call. Anybody can invent one, so only known push services, and those
that the operator names, are ever written down.
"""

import json
import re
from collections.abc import Collection
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec

from beffroi.kit import base64url

MAX_TEXT = 4_096
MAX_ENDPOINT = 2_048
"""The longest in use, those of Windows, stay under 700."""
POINT_BYTES, AUTH_BYTES = 65, 16  # RFC 8291, 3.1 and 3.2
_UNCOMPRESSED = 0x04  # SEC 1, 2.3.3

SERVICES = {
    "push.services.mozilla.com": "Firefox",
    "fcm.googleapis.com": "Chrome et Android",
    "jmt17.google.com": "Chrome et Android",  # Chromium as distributions build it
    "notify.windows.com": "Windows",
    "push.apple.com": "Apple",
}
"""Hosts, with all that is below them, and what residents call them."""
OTHER_SERVICE = "Autre"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_HOST = re.compile(r"(?!.{254})([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}\Z")
_PATH = re.compile(r"/[!-~]+\Z")
_DIGITS = re.compile(r"[A-Za-z0-9_-]+\Z")


class NotASubscription(Exception):
    """This cannot be the push subscription of a browser, or belongs to a push service nobody here knows."""


class PushPoint(NamedTuple):
    """A subscription, taken apart."""

    endpoint: str
    p256dh: bytes
    """The browser's public key: an uncompressed point of P-256."""
    auth: bytes


def canonical_push_point(text: str, *, also: Collection[str] = ()) -> bytes:
    """The subscription as it is kept, from what `PushSubscription.toJSON()` gives.

    `also` names further push services, "host" or "host:port"; without TLS only on this very machine.
    Raises: NotASubscription.
    """
    if len(text) > MAX_TEXT:
        raise NotASubscription
    try:
        told = json.loads(text)
        endpoint, keys = told["endpoint"], told["keys"]
        p256dh, auth = keys["p256dh"], keys["auth"]
    except (ValueError, RecursionError, TypeError, KeyError) as bad:
        raise NotASubscription from bad
    if not _may_be_called(endpoint, also):
        raise NotASubscription
    return _written(PushPoint(endpoint, _public_key(p256dh), _decoded(auth, AUTH_BYTES)))


def read(canonical: bytes) -> PushPoint:
    """What `canonical_push_point` wrote. Raises: NotASubscription."""
    try:
        kept = json.loads(canonical)
        return PushPoint(
            str(kept["endpoint"]),
            base64url.decoded(kept["p256dh"]),
            base64url.decoded(kept["auth"]),
        )
    except (ValueError, TypeError, KeyError) as bad:
        raise NotASubscription from bad


def comparable(canonical: bytes) -> bytes:
    """One endpoint is one browser of one person, whatever its keys are today (W3C Push API, 5)."""
    return read(canonical).endpoint.encode("ascii")


def mask(canonical: bytes) -> str:
    """What is shown on screen: whose push service it is."""
    host = urlsplit(read(canonical).endpoint).hostname or ""
    return _known_service(host) or OTHER_SERVICE


def _may_be_called(endpoint: object, also: Collection[str]) -> bool:
    if not isinstance(endpoint, str) or len(endpoint) > MAX_ENDPOINT or not endpoint.isascii():
        return False
    try:
        url = urlsplit(endpoint)
        port, host = url.port, url.hostname or ""
    except ValueError:
        return False
    as_said = url.geturl() == endpoint and url.username is None and not url.fragment
    if not as_said or not _PATH.match(_path(url)):
        return False
    if f"{host}:{port}" in also or (port is None and host in also):
        return url.scheme == "https" or (url.scheme == "http" and host in LOOPBACK)
    of_a_browser = bool(_known_service(host) and _HOST.match(host))
    return url.scheme == "https" and port is None and of_a_browser


def _path(url: SplitResult) -> str:
    return f"{url.path}?{url.query}" if url.query else url.path


def _known_service(host: str) -> str:
    return next(
        (name for end, name in SERVICES.items() if host == end or host.endswith(f".{end}")), ""
    )


def _public_key(text: object) -> bytes:
    point = _decoded(text, POINT_BYTES)
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError as off_the_curve:
        raise NotASubscription from off_the_curve
    if point[0] != _UNCOMPRESSED:
        raise NotASubscription
    return point


def _decoded(text: object, size: int) -> bytes:
    """Browsers leave the padding out; libraries between them and us may add it, or use the other alphabet."""
    if not isinstance(text, str):
        raise NotASubscription
    digits = text.rstrip("=").replace("+", "-").replace("/", "_")
    if not _DIGITS.match(digits):
        raise NotASubscription
    try:
        value = base64url.decoded(digits)
    except ValueError as bad:
        raise NotASubscription from bad
    if len(value) != size:
        raise NotASubscription
    return value


def _written(point: PushPoint) -> bytes:
    """Keys in alphabetical order, no space, base64url without padding: equal subscriptions are equal bytes."""
    return json.dumps(
        {
            "auth": base64url.encoded(point.auth),
            "endpoint": point.endpoint,
            "p256dh": base64url.encoded(point.p256dh),
        },
        separators=(",", ":"),
    ).encode("ascii")
