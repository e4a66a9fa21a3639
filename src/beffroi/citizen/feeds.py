"""RSS 2.0 and Atom of what a town publishes: news, and the messages that went out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.utils import feedgenerator

SHOWN = 30
_SHEETS = {
    "rss": (feedgenerator.Rss201rev2Feed, "application/rss+xml; charset=utf-8"),
    "atom": (feedgenerator.Atom1Feed, "application/atom+xml; charset=utf-8"),
}
_UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""What XML 1.0 cannot hold (2.2); a pasted text may."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    title: str
    description: str
    author: str
    link: str
    """The page that lists the same."""
    here: str
    """The feed itself, its identity too."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    title: str
    link: str
    """Its identity too."""
    html: str
    published_at: datetime
    updated_at: datetime
    categories: tuple[str, ...] = ()


def sheet(kind: str, head: Head, items: Iterable[Item]) -> HttpResponse:
    """`kind`: rss or atom."""
    make, media_type = _SHEETS[kind]
    feed = make(
        title=head.title,
        link=head.link,
        description=head.description,
        language="fr",
        author_name=head.author,
        feed_url=head.here,
        feed_guid=head.here,
    )
    for one in items:
        feed.add_item(
            title=_UNSPEAKABLE.sub("", one.title),
            link=one.link,
            description=_UNSPEAKABLE.sub("", one.html),
            pubdate=one.published_at,
            updateddate=one.updated_at,
            unique_id=one.link,
            categories=one.categories,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=media_type)
