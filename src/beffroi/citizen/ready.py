"""Ready bytes in front of Django, for the page that everybody opens at once: what residents see during an alert.

A peak costs one look in a dictionary per visitor: no session, no query, no template, no compression. While one visitor
waits for the page to be made anew, the others are shown the one before.
"""

import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

FRESH_S = 5.0
"""How old the page may be here; browsers and relays are told the same."""
_READY = re.compile(r"/[a-z0-9-]{1,80}/alerte/\Z")


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A whole answer of Django, as it left."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes
    etag: str
    until: float
    """Monotonic clock."""


class ReadyPages:
    """A WSGI application around another. Keeps at most two answers (packed or not) per town, and only good ones."""

    def __init__(
        self, application: Application, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._application, self._clock = application, clock
        self._kept: dict[tuple[str, bool], Kept] = {}
        self._making = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if not _is_ready_page(environ):
            return self._application(environ, start_response)
        key = environ["PATH_INFO"], "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
        kept = self._kept.get(key)
        if kept is None:
            kept = self._make(key, environ)
        elif kept.until < self._clock() and self._making.acquire(blocking=False):
            try:
                kept = self._make(key, environ)
            finally:
                self._making.release()
        return _answer(kept, environ, start_response)

    def _make(self, key: tuple[str, bool], environ: Environ) -> Kept:
        asked = {name: value for name, value in environ.items() if name != "HTTP_IF_NONE_MATCH"}
        said: list[Any] = []

        def listen(status: str, headers: list[tuple[str, str]], *_: object) -> None:
            said[:] = [status, headers]

        chunks = self._application(asked, listen)
        try:
            body = b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
        status, headers = said
        etag = next((value for name, value in headers if name.lower() == "etag"), "")
        until = self._clock() + FRESH_S
        kept = Kept(status=status, headers=headers, body=body, etag=etag, until=until)
        if status.startswith("200"):
            self._kept[key] = kept
        else:
            self._kept.pop(key, None)
        return kept


def _is_ready_page(environ: Environ) -> bool:
    """A plain GET and nothing else: the rest is Django's."""
    return bool(
        environ["REQUEST_METHOD"] == "GET"
        and not environ.get("QUERY_STRING")
        and _READY.match(environ.get("PATH_INFO", ""))
    )


def _answer(kept: Kept, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    if kept.etag and environ.get("HTTP_IF_NONE_MATCH") == kept.etag:
        same = ("etag", "cache-control", "vary")
        headers = [pair for pair in kept.headers if pair[0].lower() in same]
        start_response("304 Not Modified", headers)
        return [b""]
    start_response(kept.status, list(kept.headers))
    return [kept.body]
