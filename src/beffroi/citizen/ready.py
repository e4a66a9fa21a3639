"""Ready bytes in front of Django, for every page that is the same for everybody.

A peak costs one look in a dictionary per visitor: no session, no query, no template, no compression. A change makes a
town's pages old at once: one visitor has the new one made, the others are shown the one before, for half a second at
most. A page that only time made old is made anew aside, by a thread of its own. Nobody waits for anybody.
"""

import io
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError

from beffroi.citizen import answers
from beffroi.citizen.answers import Answer, Headers
from beffroi.citizen.counting import NOTE, Counts, Subject

log = logging.getLogger(__name__)
Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

FRESH_S = 3.0
"""How old a page may be while changes are heard of: for what depends on the clock (open now, today, a planned hour)."""
DEAF_FRESH_S = 0.9
"""The same, while they are not: a publication is seen within a second."""
IMMUTABLE_FRESH_S = 3600.0
GRACE_S = 0.5
"""How long the page before is shown while another is made; whoever comes later makes it as well."""
IN_NEED_S = 60.0
"""How long the page before is better than « something went wrong »."""
MAX_BYTES = 64 * 1024 * 1024
"""Of all that one process keeps, both forms."""
_OF_ONE = frozenset({"HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_ACCEPT_ENCODING"})
"""What the one who asks wants for itself; the answer is made for all."""
Key = tuple[str, str]


@dataclass(kw_only=True, slots=True)
class Kept:
    """An answer, and how long it is good. Times are monotonic."""

    answer: Answer
    town_slug: str
    """Empty: it belongs to every town, and each change makes it old."""
    counted: Subject | None
    ours: tuple[str, str]
    """How addresses of the same site begin."""
    made_at: float
    until: float
    used: float
    claimed_until: float = 0.0
    changed: bool = False
    """It is old because of what it tells, and not of its age alone."""


@dataclass(kw_only=True, slots=True)
class _Making:
    """A page under way: what changes meanwhile makes it old before it is there."""

    until: float = float("inf")


class ReadyPages:
    """A WSGI application around another."""

    def __init__(
        self,
        application: Application,
        *,
        clock: Callable[[], float] = time.monotonic,
        counts: Counts | None = None,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self._application, self._clock = application, clock
        self._counts, self._max_bytes = counts, max_bytes
        self._kept: dict[Key, Kept] = {}
        self._making: list[_Making] = []
        self._fresh_s, self._bytes = DEAF_FRESH_S, 0
        self._aside: queue.SimpleQueue[tuple[Key, Kept, Environ]] | None = None
        self._book = threading.Lock()
        """Held for a few lines, never while something is made."""

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        if (method != "GET" and method != "HEAD") or environ.get("QUERY_STRING"):
            return self._application(environ, start_response)
        key = environ.get("HTTP_HOST", ""), environ.get("PATH_INFO", "")
        kept, now = self._kept.get(key), self._clock()
        if kept is None or now >= kept.until:
            if method == "HEAD":
                return self._application(environ, start_response)
            if kept is None or not self._may_be_shown(key, kept, now, environ):
                return self._answer(key, kept, environ, start_response)
        return self._hand_out(kept, now, environ, start_response)

    def forget(self, town_slug: str) -> None:
        """Something that residents of this town read has changed."""
        now = self._clock()
        with self._book:
            for kept in self._kept.values():
                if not kept.town_slug or kept.town_slug == town_slug:
                    kept.until, kept.changed = min(kept.until, now), True
            for making in self._making:
                making.until = now

    def hear(self, well: bool) -> None:
        """Whether changes are told from now on; some may have been missed."""
        now = self._clock()
        with self._book:
            self._fresh_s = FRESH_S if well else DEAF_FRESH_S
            for kept in self._kept.values():
                kept.until, kept.changed = min(kept.until, now), True
            for making in self._making:
                making.until = now

    def _hand_out(
        self, kept: Kept, now: float, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        answer, kept.used = kept.answer, now
        if kept.counted is not None and self._counts is not None:
            self._counts.view(kept.counted, kept.ours, environ)
        match = environ.get("HTTP_IF_NONE_MATCH")
        if match is not None and (answer.mark in match or match == "*"):
            start_response("304 Not Modified", answer.same)
            return []
        if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
            start_response("200 OK", answer.packed)
            body = answer.packed_body
        else:
            start_response("200 OK", answer.plain)
            body = answer.plain_body
        return body if environ["REQUEST_METHOD"] == "GET" else []

    def renew_aside(self) -> None:
        """From now on pages that time made old are made anew by a thread, and no visitor waits for it."""
        self._aside = queue.SimpleQueue()
        threading.Thread(target=self._renew, name="renewals", daemon=True).start()

    def _renew(self) -> None:
        assert self._aside is not None  # noqa: S101 - `renew_aside` made it
        while True:
            key, before, environ = self._aside.get()
            try:
                said = self._make(key, before, environ)
                if isinstance(said, _Said):  # the next visitor is told, and has it dropped
                    said.close()
            except DatabaseError:
                log.exception("ready_pages.not_renewed")

    def _may_be_shown(self, key: Key, kept: Kept, now: float, environ: Environ) -> bool:
        """Though it is old: somebody makes it anew. If not, the one who asks does."""
        with self._book:
            if kept.claimed_until > now:
                return now < kept.until + GRACE_S
            kept.claimed_until = now + GRACE_S
        if self._aside is None or kept.changed or now >= kept.until + GRACE_S:
            return False
        self._aside.put((key, kept, environ | {"wsgi.input": io.BytesIO()}))
        return True

    def _answer(
        self, key: Key, before: Kept | None, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        made = self._make(key, before, environ)
        if isinstance(made, Kept):
            return self._hand_out(made, made.made_at, environ, start_response)
        return self._pass_on(made, key, before, environ, start_response)

    def _make(self, key: Key, before: Kept | None, environ: Environ) -> "Kept | _Said":
        """Kept if it may be."""
        asked = {name: value for name, value in environ.items() if name not in _OF_ONE}
        if before is not None:
            asked.pop("HTTP_COOKIE", None)  # the page is known to be the same for everybody
        making = _Making()
        with self._book:
            self._making.append(making)
        try:
            said = _Said(self._application, asked)
            if not answers.may_be_kept(said.status, said.headers):
                return said
            return self._keep(key, said, making)
        finally:
            with self._book:
                self._making.remove(making)

    def _pass_on(
        self,
        said: "_Said",
        key: Key,
        before: Kept | None,
        environ: Environ,
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        now = self._clock()
        if before is not None and said.status.startswith("5") and now < before.made_at + IN_NEED_S:
            said.close()
            before.until = now + DEAF_FRESH_S
            return self._hand_out(before, now, environ, start_response)
        if before is not None:
            with self._book:
                self._drop(key)
        start_response(said.status, said.headers)
        return said.chunks

    def _keep(self, key: Key, said: "_Said", making: _Making) -> Kept:
        body = said.whole()
        before = self._kept.get(key)
        if before is not None and before.answer.made_of == (said.headers, body):
            answer = before.answer
        else:
            answer = answers.ready(said.headers, body)
        now, fresh_s = self._clock(), self._fresh_s
        subject: Subject | None = said.asked.get(NOTE)
        kept = Kept(
            answer=answer,
            town_slug=subject.town_slug if subject else "",
            counted=subject if answers.is_page(said.headers) else None,
            ours=(f"http://{key[0]}/", f"https://{key[0]}/"),
            made_at=now,
            until=now + (IMMUTABLE_FRESH_S if answers.never_changes(said.headers) else fresh_s),
            used=now,
        )
        with self._book:
            kept.changed = making.until < kept.until
            kept.until = min(kept.until, making.until)
            self._drop(key)
            self._kept[key] = kept
            self._bytes += answer.size_bytes
            if self._bytes > self._max_bytes:
                self._make_room()
        return kept

    def _drop(self, key: Key) -> None:
        gone = self._kept.pop(key, None)
        if gone is not None:
            self._bytes -= gone.answer.size_bytes

    def _make_room(self) -> None:
        """Those that nobody asked for since longest go, down to nine tenths."""
        for key in sorted(self._kept, key=lambda key: self._kept[key].used):
            if self._bytes <= self._max_bytes * 9 // 10:
                break
            self._drop(key)


class _Said:
    """What the application answered, its body not read yet."""

    def __init__(self, application: Application, asked: Environ) -> None:
        self.asked = asked
        self.status, self.headers = "", Headers()
        self.chunks = application(asked, self._hear)

    def _hear(self, status: str, headers: Headers, *_: object) -> None:
        self.status, self.headers = status, headers

    def whole(self) -> bytes:
        try:
            return b"".join(self.chunks)
        finally:
            self.close()

    def close(self) -> None:
        if hasattr(self.chunks, "close"):
            self.chunks.close()
