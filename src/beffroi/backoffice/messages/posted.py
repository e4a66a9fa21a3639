"""What the editor's page posts, as a content; and a content as what the page shows."""

from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_time

from beffroi.campaigns.content import Content, ItemText
from beffroi.kit import html

MAX_ITEMS = 40
MAX_DIGITS = 18  # of a bigint


class BadTime(Exception):
    """A day or an hour that does not exist."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """One article in the form."""

    number: int
    title: str
    body: str
    proposal_id: int | None
    is_first: bool
    is_last: bool


def content(post: QueryDict) -> Content:
    """Raises: BadTime."""
    return Content(
        subject=post.get("subject", ""),
        preheader=post.get("preheader", ""),
        body=_text(post.get("body", "")),
        items=_ordered(_items(post), post.get("do", "")),
        theme_ids=tuple(numbers(post.getlist("theme"))),
        scheduled_at=_time(post),
    )


def revision(post: QueryDict) -> int:
    return number(post.get("revision", "")) or 0


def number(value: str) -> int | None:
    """A number that a row may have."""
    return int(value) if value.isdecimal() and len(value) <= MAX_DIGITS else None


def numbers(values: list[str]) -> list[int]:
    return [found for found in map(number, values) if found is not None]


def words(value: str) -> str:
    """What was typed into a search box, without what no database can hold."""
    return value.replace("\x00", "")


def _text(value: str) -> str:
    """Without JavaScript a person types plain text into the box."""
    return value if "<" in value else html.from_text(value)


def _items(post: QueryDict) -> list[ItemText]:
    found = []
    for at in range(MAX_ITEMS):
        if f"item-{at}-body" not in post:
            continue
        proposal = post.get(f"item-{at}-proposal", "")
        found.append(
            ItemText(
                title=post.get(f"item-{at}-title", ""),
                body=_text(post.get(f"item-{at}-body", "")),
                proposal_id=number(proposal),
            )
        )
    return found


def _ordered(items: list[ItemText], do: str) -> tuple[ItemText, ...]:
    """Buttons beside an article: « up-2 », « down-0 », « remove-1 »; « add » at the end."""
    what, _, place = do.partition("-")
    if what == "add" and len(items) < MAX_ITEMS:
        return (*items, ItemText(title="", body=""))
    if not place.isdecimal() or int(place) >= len(items):
        return tuple(items)
    at = int(place)
    if what == "remove":
        return (*items[:at], *items[at + 1 :])
    to = {"up": at - 1, "down": at + 1}.get(what, at)
    if 0 <= to < len(items):
        items[at], items[to] = items[to], items[at]
    return tuple(items)


def _time(post: QueryDict) -> datetime | None:
    if post.get("when") != "at":
        return None
    try:
        day, hour = parse_date(post.get("day", "")), parse_time(post.get("hour", ""))
    except ValueError as bad:
        raise BadTime from bad
    if day is None or hour is None:
        raise BadTime
    return timezone.make_aware(datetime.combine(day, hour))


def without_time(post: QueryDict) -> Content:
    """Everything but a day and an hour that do not exist."""
    kept = post.copy()
    kept["when"] = "now"
    return content(kept)


def blocks(shown: Content) -> list[Block]:
    last = len(shown.items) - 1
    return [
        Block(
            number=number,
            title=item.title,
            body=item.body,
            proposal_id=item.proposal_id,
            is_first=number == 0,
            is_last=number == last,
        )
        for number, item in enumerate(shown.items)
    ]
