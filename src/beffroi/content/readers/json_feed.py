"""JSON Feed 1 and 1.1 (jsonfeed.org)."""

from zoneinfo import ZoneInfo

from beffroi.content.facts import Found, Reading
from beffroi.content.readers import gathering, moments, pages, texts, values
from beffroi.content.readers.gathering import Gathering
from beffroi.content.readers.values import Json, items, text
from beffroi.content.words import Flaw, Format, Kind


def read(document: bytes, *, zone: ZoneInfo, address: str = "") -> Reading:
    if len(document) > gathering.MAX_BYTES:
        return gathering.unreadable(Format.JSON_FEED, Flaw.TOO_LARGE)
    feed = values.load(document)
    if not is_one(feed):
        return gathering.unreadable(Format.JSON_FEED)
    base = pages.absolute(text(feed, "home_page_url"), address) or address
    into = Gathering(Format.JSON_FEED)
    for item in items(feed, "items"):
        if isinstance(item, dict) and not into.is_full:
            into.add(_found(item, zone, base, into))
    return into.reading(
        title=text(feed, "title"), next_page=pages.absolute(text(feed, "next_url"), base)
    )


def is_one(feed: Json) -> bool:
    return isinstance(feed, dict) and isinstance(feed.get("items"), list)


def _found(item: Json, zone: ZoneInfo, base: str, into: Gathering) -> Found:
    link = pages.absolute(text(item, "url") or text(item, "external_url"), base)
    content = text(item, "content_html")
    body = into.body(content or into.prose(text(item, "content_text")), base=link or base)
    said = text(item, "date_published") or text(item, "date_modified")
    published = moments.moment(said, zone)
    summary = texts.summary(text(item, "summary")) or texts.shorten(body.words)
    title = texts.title(text(item, "title")) or texts.shorten(summary, 80)
    if body.is_cut:
        into.remark(Flaw.HTML_CUT, title)
    if said and published is None:
        into.remark(Flaw.BAD_DATE, title)
    image = text(item, "image") or text(item, "banner_image")
    return Found(
        key=gathering.key(text(item, "id"), link) or gathering.made_key(title, said),
        kind=Kind.NEWS,
        title=title,
        summary=summary,
        html=body.html,
        link=link,
        published_at=moments.at(published, zone) if published else None,
        labels=tuple(dict.fromkeys(filter(None, map(texts.title, items(item, "tags")))))[:50],
        picture=texts.picture(image, base=base) or body.picture,
    )
