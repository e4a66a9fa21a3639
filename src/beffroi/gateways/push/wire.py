"""HTTP to push services over kept connections; tells whether a request that failed had left."""

import ssl
from dataclasses import dataclass
from types import TracebackType
from typing import NamedTuple, Self

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    TCPConnector,
)
from yarl import URL

MAX_WORDS_BYTES = 4_096
"""How much of an answer is read; nothing in it is needed but its first lines."""
KEEP_IDLE_S = 15.0
"""Less than any push service: one that closes at the moment we write leaves us in doubt."""
DNS_FRESH_S = 300


class NotSent(Exception):
    """Nothing of the request reached the push service."""


class Lost(Exception):
    """The request left, at least in part, and there is no answer to it."""


class Request(NamedTuple):
    origin: str
    url: str
    headers: dict[str, str]
    body: bytes


class Answer(NamedTuple):
    code: int
    retry_after: str
    words: str
    """They may quote the subscription: never store, never log."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """How long to wait for a push service, and by whose certificate to know it (tests have their own)."""

    connect_s: float = 10.0
    answer_s: float = 30.0
    context: ssl.SSLContext | None = None


class Wire:
    """An asynchronous context manager around one pool of connections."""

    def __init__(self, patience: Patience) -> None:
        self._session = ClientSession(
            connector=TCPConnector(
                limit=0,
                ttl_dns_cache=DNS_FRESH_S,
                keepalive_timeout=KEEP_IDLE_S,
                ssl=patience.context or True,
            ),
            cookie_jar=DummyCookieJar(),
            timeout=ClientTimeout(
                total=patience.connect_s + patience.answer_s, sock_connect=patience.connect_s
            ),
            auto_decompress=False,
            skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent"),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()

    async def post(self, request: Request) -> Answer:
        """Follows no redirect. Raises: NotSent, Lost."""
        try:
            async with self._session.post(
                URL(request.url, encoded=True),
                data=request.body,
                headers=request.headers,
                allow_redirects=False,
            ) as response:
                return Answer(
                    response.status,
                    response.headers.get("Retry-After", ""),
                    await _words(response),
                )
        except (ClientConnectorError, ConnectionTimeoutError, ValueError) as unreached:
            raise NotSent(type(unreached).__name__) from unreached
        except (ClientError, TimeoutError) as lost:
            raise Lost(type(lost).__name__) from lost


async def _words(response: ClientResponse) -> str:
    """The beginning of the answer. A longer one costs the connection; one cut short is still an answer."""
    read = b""
    try:
        while len(read) < MAX_WORDS_BYTES and not response.content.at_eof():
            read += await response.content.read(MAX_WORDS_BYTES - len(read))
    except (ClientError, TimeoutError):
        response.close()
    return read.decode("utf-8", "replace")
