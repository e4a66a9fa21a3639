"""One document from a server that nobody here controls: bounded in size and time, never from a private network."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp
from yarl import URL

from beffroi.gateways.public import PublicResolver, is_private_literal

TIMEOUT_S = 20.0
MAX_HOPS = 3
AGENT = "Beffroi"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_MOVED = frozenset({301, 302, 303, 307, 308})


class NotFetched(Exception):
    """Nothing usable came back; the message says why and names no key."""

    status = 0
    """What the server answered, if it did."""

    @classmethod
    def answered(cls, status: int) -> "NotFetched":
        failure = cls(f"status {status}")
        failure.status = status
        return failure


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    status: int
    body: bytes
    etag: str
    last_modified: str


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
        raise NotFetched(type(failure).__name__) from failure


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
        url = URL(address)
        for _ in range(max_hops + 1):
            _require_open(url, allow_loopback=allow_loopback)
            async with session.get(url, allow_redirects=False) as answer:
                location = answer.headers.get("Location", "")
                if answer.status not in _MOVED or not location:
                    return await _read(answer, max_bytes)
            url = url.join(URL(location))
    raise NotFetched("sent on too often")


async def _read(answer: aiohttp.ClientResponse, max_bytes: int) -> Answer:
    body = bytearray()
    async for piece in answer.content.iter_chunked(65_536):
        body += piece
        if len(body) > max_bytes:
            raise NotFetched("too large")
    return Answer(
        status=answer.status,
        body=bytes(body),
        etag=answer.headers.get("ETag", ""),
        last_modified=answer.headers.get("Last-Modified", ""),
    )


def _require_open(url: URL, *, allow_loopback: bool) -> None:
    """Raises: NotFetched."""
    here = allow_loopback and url.host in _LOOPBACK
    if not url.host or not (url.scheme == "https" or (url.scheme == "http" and here)):
        raise NotFetched("only https")
    if is_private_literal(url.host, allow_loopback):
        raise NotFetched("a private address")
