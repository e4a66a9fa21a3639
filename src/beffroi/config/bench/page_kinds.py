"""Each kind of page that residents read, by the name of its address (`citizen.urls`), and where one of each is.

The one list for what is measured of pages: add a new kind here.
"""

import re
from collections.abc import Callable

from django.urls import NoReverseMatch, Resolver404, resolve, reverse

KINDS = (
    "front",
    *(
        "home",
        "news",
        "news_theme",
        "news_item",
        "agenda",
        "agenda_month",
        "event",
        "cinema",
        "film",
    ),
    *(
        "directories",
        "directory",
        "directory_open",
        "place",
        "practical",
        "practical_page",
        "numbers",
        "search",
    ),
    *("archive", "message", "alert", "subscribe", "notifications", "offline", "together"),
    *("privacy", "accessibility", "legal"),
)
MOST_READ = 200
_LINK = re.compile(r'href="(/[^"#?]*)')


class NotFound(Exception):
    """No page leads to one of this kind."""


def addresses(get: Callable[[str], str], town_slug: str, *neighbours: str) -> dict[str, str]:
    """A path for each kind: made from the town where that is enough, else met by following links. `get` gives the HTML of
    a path. Raises: NotFound."""
    found = {kind: path for kind in KINDS if (path := _plain(kind, town_slug))}
    found["front"] = reverse("citizen:front")
    found["together"] = reverse(
        "citizen:together", kwargs={"slugs": "+".join((town_slug, *neighbours))}
    )
    waiting, seen = list(found.values()), set(found.values())
    read = 0
    while len(found) < len(KINDS) and read < min(MOST_READ, len(waiting)):
        html, read = get(waiting[read]), read + 1
        for link in _LINK.findall(html):
            kind = _kind(link, town_slug)
            if kind in KINDS and link not in seen:
                seen.add(link)
                waiting.append(link)
                found.setdefault(kind, link)
    lacking = [kind for kind in KINDS if kind not in found]
    if lacking:
        raise NotFound(", ".join(lacking))
    return {kind: found[kind] for kind in KINDS}


def _plain(kind: str, town_slug: str) -> str:
    try:
        return reverse(f"citizen:{kind}", kwargs={"town_slug": town_slug})
    except NoReverseMatch:
        return ""


def _kind(path: str, town_slug: str) -> str:
    try:
        match = resolve(path)
    except Resolver404:
        return ""
    return match.url_name or "" if match.kwargs.get("town_slug") == town_slug else ""
