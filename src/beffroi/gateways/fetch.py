"""One document from a server that nobody here controls: bounded in size and time, never from a private network."""

import asyncio
import enum
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp
from yarl import URL

from beffroi.gateways.public import PrivateAddress, PublicResolver, is_private_literal

TIMEOUT_S = 20.0
MAX_HOPS = 3
AGENT = "Beffroi"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_MOVED = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD = frozenset({301, 308})


class Why(enum.StrEnum):
    """Why nothing usable came back."""

    ANSWERED = "answered"  # an error of the server: `NotFetched.status`
    UNREACHABLE = "unreachable"  # no such name, or nobody there
    TOO_SLOW = "too_slow"
    TOO_LARGE = "too_large"
    NOT_SAFE = "not_safe"  # not https, or a private network
    SENT_ROUND = "sent_round"  # too many redirections
    BAD_CERTIFICATE = "bad_certificate"


class NotFetched(Exception):
    """Nothing usable came back; the message says why and names no key."""

    status = 0
    """What the server answered, if it did."""
    why = Why.UNREACHABLE

    @classmethod
    def answered(cls, status: int) -> "NotFetched":
        failure = cls.because(Why.ANSWERED, f"status {status}")
        failure.status = status
        return failure

    @classmethod
    def because(cls, why: Why, message: str) -> "NotFetched":
        failure = cls(message)
        failure.why = why
        return failure


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    status: int
    body: bytes
    etag: str
    last_modified: str
    content_type: str = ""
    """Without its parameters, in lower case."""
    link: str = ""
    """The header of that name (RFC 8288)."""
    moved_to: str = ""
    """Where it lives now, if every redirection on the way was for good."""
    address: str = ""
    """Which gave it at last: links are relative to this one."""


def get(
    address: str,
    *,
    max_bytes: int,
    headers: Mapping[str, str] | None = None,
    allow_loopback: bool = False,
    max_hops: int = MAX_HOPS,
    timeout_s: float = TIMEOUT_S,
) -> Answer:
    """Whatever the server answered, errors included. Only https; plain http on loopback where that is allowed.

    Raises: NotFetched.
    """
    try:
        return asyncio.run(
            _get(address, max_bytes, dict(headers or {}), allow_loopback, max_hops, timeout_s)
        )
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as failure:
        raise NotFetched.because(_why(failure), type(failure).__name__) from failure


async def _get(
    address: str,
    max_bytes: int,
    headers: dict[str, str],
    allow_loopback: bool,
    max_hops: int,
    timeout_s: float,
) -> Answer:
    connector = aiohttp.TCPConnector(resolver=PublicResolver(allow_loopback=allow_loopback))
    async with aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=timeout_s),
        headers={"User-Agent": AGENT, **headers},
        cookie_jar=aiohttp.DummyCookieJar(),
    ) as session:
        url, for_good = URL(address), True
        for hop in range(max_hops + 1):
            _require_open(url, allow_loopback=allow_loopback)
            async with session.get(url, allow_redirects=False) as answer:
                location = answer.headers.get("Location", "")
                if answer.status not in _MOVED or not location:
                    moved_to = str(url) if hop and for_good else ""
                    return await _read(answer, max_bytes, url, moved_to)
                for_good = for_good and answer.status in _FOR_GOOD
            url = url.join(URL(location))
    raise NotFetched.because(Why.SENT_ROUND, "sent on too often")


async def _read(answer: aiohttp.ClientResponse, max_bytes: int, url: URL, moved_to: str) -> Answer:
    """Counted after unpacking: a few compressed kilobytes may hold gigabytes."""
    body = bytearray()
    async for piece in answer.content.iter_chunked(65_536):
        body += piece
        if len(body) > max_bytes:
            raise NotFetched.because(Why.TOO_LARGE, "too large")
    return Answer(
        status=answer.status,
        body=bytes(body),
        etag=answer.headers.get("ETag", ""),
        last_modified=answer.headers.get("Last-Modified", ""),
        content_type=answer.headers.get("Content-Type", "").partition(";")[0].strip().lower(),
        link=answer.headers.get("Link", "")[:4_000],
        moved_to=moved_to,
        address=str(url),
    )


def _require_open(url: URL, *, allow_loopback: bool) -> None:
    """Raises: NotFetched."""
    here = allow_loopback and url.host in _LOOPBACK
    if not url.host or not (url.scheme == "https" or (url.scheme == "http" and here)):
        raise NotFetched.because(Why.NOT_SAFE, "only https")
    if is_private_literal(url.host, allow_loopback):
        raise NotFetched.because(Why.NOT_SAFE, "a private address")


def _why(failure: BaseException) -> Why:
    """aiohttp wraps what went wrong once or twice."""
    seen: BaseException | None = failure
    while seen is not None:
        if isinstance(seen, PrivateAddress):
            return Why.NOT_SAFE
        if isinstance(seen, TimeoutError):
            return Why.TOO_SLOW
        if isinstance(seen, aiohttp.ClientSSLError | aiohttp.ClientConnectorCertificateError):
            return Why.BAD_CERTIFICATE
        seen = seen.__cause__ or seen.__context__
    return Why.UNREACHABLE
