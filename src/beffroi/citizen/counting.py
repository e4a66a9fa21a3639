"""How often pages are opened and what is searched, without a cookie, an identifier or an address: sums in memory.

Every half minute, and when the process ends, they are added to the town's rows (`content.services.counting`). A process
that is killed loses what it had not yet added. The method, in the words of the residents' pages: docs/counting.md.
"""

import functools
import logging
import re
import threading
import time
from datetime import datetime
from typing import Any, NamedTuple

from django.db import DatabaseError, connection
from django.http import HttpRequest
from django.utils import timezone

from beffroi.content.facts import Searches, Views
from beffroi.content.services import counting
from beffroi.kit.names import fold_words
from beffroi.towns import queries as towns, scope

log = logging.getLogger(__name__)
NOTE = "beffroi.subject"
"""Where a view leaves word, in the WSGI environment, of what its page is about."""
EVERY_S = 30.0
MOST_WORDS = 500
"""Different searches kept between two flushes: whoever sends more is no resident."""
SETTLE_S = 0.05
_ROBOTS = re.compile(
    r"(?<!cu)bot\b|crawl|spider|slurp|preview|scan|monitor|uptime|archiver|facebookexternalhit|whatsapp|headless"
    r"|lighthouse|curl|wget|python|java/|go-http|okhttp|libwww|httpclient|feed|rss|^$",
    re.IGNORECASE,
)
"""Programs that say what they are; those that hide are counted. Cubot makes telephones."""
_PERSONAL = re.compile(r"@|\d(?:\W*\d){5}")
"""An address or a number typed into the wrong field."""


class Subject(NamedTuple):
    """What one page is about."""

    town_slug: str
    page: str
    """The name of its address (`citizen.urls`)."""
    entry_id: int | None = None


class Counts:
    """The sums of this process."""

    def __init__(self) -> None:
        self._views: dict[Subject, list[int]] = {}
        self._searches: dict[tuple[str, str], list[int]] = {}

    def view(self, subject: Subject, ours: tuple[str, ...], environ: dict[str, Any]) -> None:
        """One more, unless a program asks. It begins a visit if no page of ours led to it."""
        if environ["REQUEST_METHOD"] != "GET" or _is_no_reader(environ):
            return
        sums = self._views.get(subject)
        if sums is None:
            sums = self._views.setdefault(subject, [0, 0])
        sums[0] += 1  # nothing is called between reading and writing: no thread comes between
        if not environ.get("HTTP_REFERER", "").startswith(ours):
            sums[1] += 1

    def search(self, town_slug: str, words: str, found: int, environ: dict[str, Any]) -> None:
        """One more search for these words, folded; none that looks like an address or a number."""
        folded = fold_words(words)[:60]
        key = town_slug, folded
        if not folded or _PERSONAL.search(words) or _is_no_reader(environ):
            return
        if key in self._searches or len(self._searches) < MOST_WORDS:
            sums = self._searches.setdefault(key, [found, 0])
            sums[0] = found
            sums[1] += 1

    def flush(self, *, at: datetime) -> None:
        """Adds the sums to the rows of each town. What the database does not take is kept for the next time."""
        views, self._views = self._views, {}
        searches, self._searches = self._searches, {}
        if not views and not searches:
            return
        time.sleep(SETTLE_S)  # who had the old sums in hand has added to them
        try:
            for slug in {one.town_slug for one in views} | {slug for slug, _ in searches}:
                seen = {one: views[one] for one in views if one.town_slug == slug}
                asked = {key: searches[key] for key in searches if key[0] == slug}
                _add(slug, seen, asked, at)
                for one in seen:
                    del views[one]
                for key in asked:
                    del searches[key]
        except DatabaseError:
            log.warning("counts.not_added")
            self._take_back(views, searches)

    def _take_back(
        self, views: dict[Subject, list[int]], searches: dict[tuple[str, str], list[int]]
    ) -> None:
        for one, (count, visits) in views.items():
            sums = self._views.setdefault(one, [0, 0])
            sums[0] += count
            sums[1] += visits
        for key, (found, times) in searches.items():
            self._searches.setdefault(key, [found, 0])[1] += times


COUNTS = Counts()
"""Those of this process: the pages in front of Django and the search add to the same."""


def note(request: HttpRequest, town_slug: str, *, entry_id: int | None = None) -> None:
    """Says what the page is about that answers this request; with its entry if it shows one."""
    before: Subject | None = request.META.get(NOTE)
    match = request.resolver_match
    page = (match.url_name if match else None) or ""
    request.META[NOTE] = Subject(town_slug, page[:30], entry_id or (before and before.entry_id))


def keep(counts: Counts) -> None:
    """For the life of the process: flushes now and then, and once more when the main thread has ended."""
    main = threading.main_thread()
    while main.is_alive():
        main.join(timeout=EVERY_S)
        counts.flush(at=timezone.now())
        connection.close()


def _add(
    slug: str,
    seen: dict[Subject, list[int]],
    asked: dict[tuple[str, str], list[int]],
    at: datetime,
) -> None:
    town = towns.town_by_slug(slug)
    if town is None:
        return  # closed meanwhile
    scope.enter(town_id=town.pk)
    try:
        counting.add(
            town,
            [
                Views(page=one.page, entry_id=one.entry_id, views=count, visits=visits)
                for one, (count, visits) in seen.items()
            ],
            [
                Searches(words=words, found=found, times=times)
                for (_, words), (found, times) in asked.items()
            ],
            day=timezone.localdate(at),
        )
    finally:
        scope.leave()


def _is_no_reader(environ: dict[str, Any]) -> bool:
    """A program, or a browser that loads ahead what its user may never look at."""
    return (
        is_robot(environ.get("HTTP_USER_AGENT", ""))
        or "prefetch" in environ.get("HTTP_SEC_PURPOSE", "")
        or "prefetch" in environ.get("HTTP_PURPOSE", "")
    )


@functools.lru_cache(maxsize=1_024)
def is_robot(agent: str) -> bool:
    return _ROBOTS.search(agent) is not None
