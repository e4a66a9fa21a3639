"""What the editor's page posts, as a content; and a content as what the page shows."""

from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_time

from beffroi.audience.channels import Spread
from beffroi.campaigns.content import CHANNEL_NAMES, Content, ItemText
from beffroi.delivery.words import Channel
from beffroi.kit import gsm_repair, html

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
        items=_items(post),
        theme_ids=tuple(numbers(post.getlist("theme"))),
        scheduled_at=_time(post),
        channels=_channels(post.getlist("by")),
        spread=Spread.CHEAPEST if post.get("spread") == Spread.CHEAPEST.value else Spread.ALL,
        sms=_repaired(post.get("sms", ""), post.get("do", "")),
        push_title=post.get("push_title", ""),
        push_text=post.get("push_text", ""),
        service_id=number(post.get("service", "")),
        is_alert="alert" in post,
    )


def _channels(names: list[str]) -> tuple[Channel, ...]:
    """E-mail when nothing is ticked: a Télmail leaves by one way at least."""
    chosen = tuple(channel for channel, name in CHANNEL_NAMES.items() if name in names)
    return chosen or (Channel.EMAIL,)


def _repaired(sms: str, do: str) -> str:
    """The coach's buttons."""
    if do not in {"repair", "repair-accents"}:
        return sms
    return gsm_repair.repair(sms, circumflexes=do == "repair-accents")


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


def _items(post: QueryDict) -> tuple[ItemText, ...]:
    items = [_item(post, number) for number in _moved(_shown(post), post.get("do", ""))]
    if post.get("do") == "add" and len(items) < MAX_ITEMS:
        items.append(ItemText(title="", body=""))
    return tuple(items)


def _item(post: QueryDict, number_: int) -> ItemText:
    return ItemText(
        title=post.get(f"item-{number_}-title", ""),
        body=_text(post.get(f"item-{number_}-body", "")),
        proposal_id=number(post.get(f"item-{number_}-proposal", "")),
    )


def _shown(post: QueryDict) -> list[int]:
    """The numbers of the articles, in the order into which they were dragged; none is lost, none comes twice."""
    there = [at for at in range(MAX_ITEMS) if f"item-{at}-body" in post]
    asked = dict.fromkeys(numbers(post.get("order", "").split(",")))
    return [at for at in asked if at in there] + [at for at in there if at not in asked]


def _moved(shown: list[int], do: str) -> list[int]:
    """Buttons beside an article: « up-2 », « down-0 », « remove-1 »."""
    what, _, which = do.partition("-")
    article = number(which)
    if article not in shown:
        return shown
    at = shown.index(article)
    if what == "remove":
        return [*shown[:at], *shown[at + 1 :]]
    to = {"up": at - 1, "down": at + 1}.get(what, at)
    if 0 <= to < len(shown):
        shown[at], shown[to] = shown[to], shown[at]
    return shown


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
