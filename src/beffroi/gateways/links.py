"""Do the links of a letter answer? Asked with HEAD, then GET; few at once; never inside anybody's own network."""

import asyncio
import enum
import errno
import socket
from collections.abc import Iterable
from http import HTTPStatus

import aiohttp
from yarl import URL

from beffroi.gateways.public import PrivateAddress, PublicResolver, is_private_literal

AT_ONCE = 4
TIMEOUT_S = 8.0
MAX_HOPS = 5
AGENT = "Beffroi (verification des liens)"
_MOVED = frozenset({301, 302, 303, 307, 308})
_DEAD = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
"""Other refusals (401, 403, 429…) are for programs; a reader may well get the page."""
_NO_NETWORK = frozenset({errno.ENETUNREACH, errno.ENETDOWN})


class Answer(enum.Enum):
    ANSWERS = "answers"
    SILENT = "silent"
    """No such name, nobody listening, too late, an error of the site, or no such page."""
    PRIVATE = "private"
    """An address inside somebody's own network: never asked, and out of reach of the readers."""
    UNKNOWN = "unknown"
    """This machine has no network: nothing can be said of the link."""


async def ask(
    addresses: Iterable[str], *, allow_loopback: bool = False, timeout_s: float = TIMEOUT_S
) -> dict[str, Answer]:
    """What each address answers. `allow_loopback` is for the demonstration and tests only."""
    wanted = list(dict.fromkeys(addresses))
    turn = asyncio.Semaphore(AT_ONCE)
    connector = aiohttp.TCPConnector(
        resolver=PublicResolver(allow_loopback=allow_loopback), limit=AT_ONCE
    )
    async with aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=timeout_s),
        headers={"User-Agent": AGENT},
        cookie_jar=aiohttp.DummyCookieJar(),
    ) as session:

        async def one(address: str) -> Answer:
            async with turn:
                return await _ask(session, address, allow_loopback=allow_loopback)

        return dict(zip(wanted, await asyncio.gather(*map(one, wanted)), strict=True))


async def _ask(session: aiohttp.ClientSession, address: str, *, allow_loopback: bool) -> Answer:
    try:
        url = URL(address)
        for _ in range(MAX_HOPS):
            if url.scheme not in {"http", "https"} or not url.host:
                return Answer.SILENT
            if is_private_literal(url.host, allow_loopback):
                return Answer.PRIVATE
            status, location = await _knock(session, url)
            if status not in _MOVED or not location:
                return Answer.SILENT if status in _DEAD or status >= 500 else Answer.ANSWERS
            url = url.join(URL(location))
    except (aiohttp.ClientError, OSError, ValueError, TimeoutError) as failure:
        return of_failure(failure)
    return Answer.SILENT


async def _knock(session: aiohttp.ClientSession, url: URL) -> tuple[int, str]:
    """(status, where it sends on). A site that does not like HEAD is asked once more with GET, unread."""
    try:
        async with session.head(url, allow_redirects=False) as answer:
            if answer.status < HTTPStatus.BAD_REQUEST:
                return answer.status, answer.headers.get("Location", "")
    except aiohttp.ServerDisconnectedError:
        pass  # some servers hang up on HEAD
    async with session.get(url, allow_redirects=False) as answer:
        return answer.status, answer.headers.get("Location", "")


def of_failure(failure: BaseException) -> Answer:
    """Whether the site or our own network is to blame."""
    cause = getattr(failure, "os_error", failure)
    if isinstance(cause, PrivateAddress):
        return Answer.PRIVATE
    if isinstance(cause, socket.gaierror):
        return Answer.UNKNOWN if cause.errno == socket.EAI_AGAIN else Answer.SILENT
    if isinstance(cause, OSError) and cause.errno in _NO_NETWORK:
        return Answer.UNKNOWN
    return Answer.SILENT
