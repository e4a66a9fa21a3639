"""WordPress’s REST API: `wp/v2/posts?_embed=1`, which tells categories from tags and knows the featured picture."""

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit
from zoneinfo import ZoneInfo

from beffroi.content.facts import Found, PictureLink, Reading
from beffroi.content.readers import gathering, moments, pages, texts, values
from beffroi.content.readers.gathering import Gathering
from beffroi.content.readers.values import Json, get, items, text
from beffroi.content.words import Flaw, Format, Kind

PER_PAGE = 10
"""WordPress’s own default."""
MAX_PAGES = 100


def read(document: bytes, *, zone: ZoneInfo, address: str = "") -> Reading:
    """`address` gives the next page, which the answer itself does not name."""
    if len(document) > gathering.MAX_BYTES:
        return gathering.unreadable(Format.WORDPRESS, Flaw.TOO_LARGE)
    posts = values.load(document)
    if not isinstance(posts, list):
        return gathering.unreadable(Format.WORDPRESS)
    into = Gathering(Format.WORDPRESS)
    for post in posts:
        if into.is_full:
            break
        if isinstance(post, dict) and text(post, "status") in {"", "publish"}:
            into.add(_found(post, zone, address, into))
    return into.reading(next_page=next_page(address, len(posts)))


def is_one(posts: Json) -> bool:
    return isinstance(posts, list) and get(posts, 0, "title", "rendered") is not None


def next_page(address: str, count: int) -> str:
    """Empty after a page that is not full."""
    if not address or not pages.absolute(address):
        return ""
    parts = urlsplit(address)
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    size, page = _whole(asked.get("per_page"), PER_PAGE), _whole(asked.get("page"), 1)
    if count < size or page >= MAX_PAGES:
        return ""
    return parts._replace(query=urlencode(asked | {"page": str(page + 1)}), fragment="").geturl()


def _whole(said: str | None, otherwise: int) -> int:
    return int(said) if said and said.isdecimal() and 0 < len(said) < 4 else otherwise


def _found(post: Json, zone: ZoneInfo, address: str, into: Gathering) -> Found:
    link = pages.absolute(text(post, "link"), address)
    title = texts.title(text(post, "title", "rendered"))
    body = into.body(text(post, "content", "rendered"), base=link or address)
    if body.is_cut:
        into.remark(Flaw.HTML_CUT, title)
    said = text(post, "date_gmt")
    published = moments.moment(f"{said}Z" if said else text(post, "date"), zone)
    if published is None:
        into.remark(Flaw.BAD_DATE, title)
    return Found(
        key=gathering.key(text(post, "guid", "rendered"), link, text(post, "id"))
        or gathering.made_key(title, said),
        kind=Kind.NEWS,
        title=title,
        summary=texts.summary(text(post, "excerpt", "rendered")) or texts.shorten(body.words),
        html=body.html,
        link=link,
        published_at=moments.at(published, zone) if published else None,
        labels=_labels(post),
        picture=_featured(post, address) or body.picture,
    )


def _labels(post: Json) -> tuple[str, ...]:
    """Categories first: a town maps these, and rarely tags."""
    terms = sorted(_terms(post), key=lambda term: term[0] != "category")
    return tuple(dict.fromkeys(name for _, name in terms if name))[:50]


def _terms(post: Json) -> Iterator[tuple[str, str]]:
    for group in items(post, "_embedded", "wp:term"):
        for term in items(group):
            yield text(term, "taxonomy"), texts.title(text(term, "name"))


def _featured(post: Json, address: str) -> PictureLink | None:
    media = get(post, "_embedded", "wp:featuredmedia", 0)
    sizes = get(media, "media_details", "sizes")
    source = text(sizes, "large", "source_url") or text(media, "source_url")
    return texts.picture(source, text(media, "alt_text"), base=address)
