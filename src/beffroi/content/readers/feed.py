"""RSS of every age, RDF and Atom, as town sites write them (WordPress, SPIP, Drupal…)."""

import io
import re
from collections.abc import Iterator
from datetime import datetime
from html.entities import html5
from zoneinfo import ZoneInfo

import feedparser
from lxml import etree

from beffroi.content.facts import Found, PictureLink, Reading
from beffroi.content.readers import gathering, moments, pages, texts
from beffroi.content.readers.gathering import Gathering
from beffroi.content.words import Flaw, Format, Kind

MAX_ELEMENTS = 40_000
MAX_AMPERSANDS = 300_000
"""Escaped HTML has many; each is an event of the parser."""
_OF_XML = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})
_AMPERSAND = re.compile(rb"&(?:([A-Za-z][A-Za-z0-9]{1,31});|(?!#(?:\d{1,7}|x[0-9A-Fa-f]{1,6});))")
_ENTITY = re.compile(rb"<!ENTITY|<\0?!\0?E\0?N\0?T\0?I\0?T\0?Y", re.IGNORECASE)
_CODED = re.compile(rb"\A\s*<\?xml[^>]*encoding=[\"'](?:utf-7|utf-32|ucs|ebcdic|cp037|cp500)", re.I)


def read(document: bytes, *, zone: ZoneInfo, address: str = "", content_type: str = "") -> Reading:
    """`address`: where the feed was found, for links relative to it."""
    checked = _checked(document)
    if isinstance(checked, Flaw):
        return gathering.unreadable(Format.FEED, checked)
    headers = {"content-location": address}
    if content_type:
        headers["content-type"] = content_type
    try:
        parsed = feedparser.parse(
            io.BytesIO(checked),  # never a name that it would open
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except gathering.BROKEN:
        return gathering.unreadable(Format.FEED)
    if not parsed.get("version") and not parsed.entries:
        return gathering.unreadable(Format.FEED)
    into = Gathering(Format.FEED)
    base = pages.absolute(_text(parsed.feed, "link"), address) or address
    for entry in parsed.entries:
        into.add(_found(entry, zone, base, into))
        if into.is_full:
            break
    return into.reading(title=_text(parsed.feed, "title"))


def _checked(document: bytes) -> bytes | Flaw:
    """What a lenient parser may see: no entities that grow, no depth, and well formed, which keeps it from being slow."""
    if len(document) > gathering.MAX_BYTES or document.count(b"&") > MAX_AMPERSANDS:
        return Flaw.TOO_LARGE
    if _ENTITY.search(document) or _CODED.match(document):
        return Flaw.UNREADABLE
    document = document.lstrip()
    if not pages.is_modest(document, etree.XMLParser, recover=True, resolve_entities=False):
        return Flaw.TOO_LARGE
    root, parser = _parse(document)
    if root is not None and len(parser.error_log):
        root, parser = _parse(_with_numbers(document))
    if root is None or pages.is_deep(root):
        return Flaw.UNREADABLE
    if any("depth" in error.message for error in parser.error_log):
        return Flaw.UNREADABLE
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        return Flaw.TOO_LARGE
    return etree.tostring(root, encoding="utf-8") if len(parser.error_log) else document


def _parse(document: bytes) -> tuple[etree._Element | None, etree.XMLParser]:
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(document, parser)
    except (etree.LxmlError, ValueError, LookupError):
        return None, parser
    # nothing at all gives no root, whatever the stubs say
    return root if isinstance(root, etree._Element) else None, parser


def _with_numbers(document: bytes) -> bytes:
    """&eacute; is HTML’s and no XML’s; a lone & is neither’s."""

    def number(found: re.Match[bytes]) -> bytes:
        letter = html5.get(found[1].decode("ascii") + ";") if found[1] else None
        if letter is None or found[1] in _OF_XML:
            return found[0] if found[1] in _OF_XML else b"&amp;" + found[0][1:]
        return b"".join(b"&#%d;" % ord(one) for one in letter)

    return _AMPERSAND.sub(number, document)


def _found(
    entry: feedparser.FeedParserDict, zone: ZoneInfo, feed_base: str, into: Gathering
) -> Found:
    base = _base(entry, feed_base)
    link = pages.absolute(_text(entry, "link"), base)
    title = texts.title(_text(entry, "title"))
    content = _longest(entry)
    body = into.body(content, base=link or base)
    published = _published(entry, zone)
    summary = texts.summary(_text(entry, "summary")) or texts.shorten(body.words)
    if body.is_cut:
        into.remark(Flaw.HTML_CUT, title)
    if not link and _text(entry, "link"):
        into.remark(Flaw.BAD_LINK, title)
    if published is None and _text(entry, "published", "updated"):
        into.remark(Flaw.BAD_DATE, title)
    title = title or texts.shorten(summary, 80)
    return Found(
        key=gathering.key(_text(entry, "id"), link) or gathering.made_key(title, published),
        kind=Kind.NEWS,
        title=title,
        summary=summary,
        html=body.html,
        link=link,
        published_at=published,
        labels=_labels(entry),
        picture=_picture(entry, base) or body.picture,
    )


def _base(entry: feedparser.FeedParserDict, feed_base: str) -> str:
    for content in entry.get("content", []):
        if base := pages.absolute(content.get("base", ""), feed_base):
            return base
    return feed_base


def _longest(entry: feedparser.FeedParserDict) -> str:
    """The article; of a feed without articles, what stands in for it."""
    candidates = [_html(one) for one in entry.get("content", []) if not _is_caption(one, entry)]
    candidates.append(_html(entry.get("summary_detail", {})))
    return max(candidates, key=len)


def _is_caption(content: feedparser.FeedParserDict, entry: feedparser.FeedParserDict) -> bool:
    """feedparser puts the description of a picture (media:description) among the contents."""
    return bool(entry.get("media_content")) and content.get("type") == "text/plain"


def _html(content: feedparser.FeedParserDict) -> str:
    value = content.get("value", "")
    if not isinstance(value, str):
        return ""
    if content.get("type") == "text/plain" and not texts.looks_like_html(value):
        return texts.prose(value)
    return value


def _published(entry: feedparser.FeedParserDict, zone: ZoneInfo) -> datetime | None:
    for name in ("published", "updated", "created", "date"):
        found = moments.moment(_text(entry, name), zone)
        if found is not None:
            return moments.at(found, zone)
    for name in ("published_parsed", "updated_parsed"):
        parts = entry[name] if name in entry else None  # noqa: SIM401 - as in `_text`
        if parts and moments.FIRST_YEAR <= parts[0] <= moments.LAST_YEAR:
            return moments.in_zone(_utc(parts[:6]), zone)
    return None


def _utc(parts: tuple[int, ...]) -> datetime:
    stamp = "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}+00:00".format(*(*parts[:5], min(parts[5], 59)))
    return datetime.fromisoformat(stamp)


def _labels(entry: feedparser.FeedParserDict) -> tuple[str, ...]:
    tags = (texts.title(tag.get("label") or tag.get("term")) for tag in entry.get("tags", []))
    return tuple(dict.fromkeys(tag for tag in tags if tag))[:50]


def _picture(entry: feedparser.FeedParserDict, base: str) -> PictureLink | None:
    return next((found for found in _pictures(entry, base) if found), None)


def _pictures(entry: feedparser.FeedParserDict, base: str) -> Iterator[PictureLink | None]:
    """Of an article itself first, of its small versions last."""
    alt = next((_html(one) for one in entry.get("content", []) if _is_caption(one, entry)), "")
    for media in entry.get("media_content", []):
        if _is_picture(media):
            yield texts.picture(media.get("url"), alt, base=base)
    for enclosure in entry.get("enclosures", []):
        if _is_picture(enclosure):
            yield texts.picture(enclosure.get("href") or enclosure.get("url"), "", base=base)
    image = entry.get("image")
    if isinstance(image, dict):
        yield texts.picture(image.get("href"), "", base=base)
    for small in entry.get("media_thumbnail", []):
        yield texts.picture(small.get("url"), alt, base=base)


def _is_picture(media: dict[str, str]) -> bool:
    kind = media.get("type") or media.get("medium") or ""
    address = (media.get("url") or media.get("href") or "").lower().partition("?")[0]
    return kind.startswith("image") or (
        not kind and address.endswith((".jpg", ".jpeg", ".png", ".webp", ".gif"))
    )


def _text(found: feedparser.FeedParserDict, *names: str) -> str:
    for name in names:
        value = found[name] if name in found else None  # noqa: SIM401 - `get` warns of names that it maps
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""
