"""What a town’s site already publishes for machines, from its home page; and what a document is, by its bytes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from lxml import etree

from beffroi.content.readers import (
    json_feed,
    linked_data,
    openagenda,
    pages,
    schema_org,
    texts,
    values,
    wordpress,
)
from beffroi.content.readers.linked_data import kinds
from beffroi.content.words import Format
from beffroi.kit.names import fold_words

MAX_CANDIDATES = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    format: Format
    address: str
    title: str = ""
    """As the page calls it; may be empty."""
    is_announced: bool = True
    """False: this site’s software usually has it there; only a visit tells."""


_ALTERNATES = {
    "application/rss+xml": Format.FEED,
    "application/atom+xml": Format.FEED,
    "application/rdf+xml": Format.FEED,
    "application/feed+json": Format.JSON_FEED,
    "application/json": Format.JSON_FEED,
    "text/calendar": Format.ICAL,
}
_API = "https://api.w.org/"
_API_HEADER = re.compile(r"<([^<>]{1,500})>\s*;\s*rel=[\"']?https://api\.w\.org/", re.IGNORECASE)
_POSTS = "wp/v2/posts?_embed=1&per_page=20"
_AGENDA = re.compile(
    r"https?://openagenda\.com/(?:[a-z]{2}/)?(?:agendas/)?([a-z0-9][a-z0-9-]{1,150})", re.I
)
_NOT_AGENDAS = frozenset(
    {"about", "agendas", "embed", "images", "js", "en", "fr", "api", "widgets"}
)
_COMMENTS = re.compile(r"\b(?:comments?|commentaires?)\b")
_SPREADSHEET = (".csv", ".xlsx", ".xls", ".ods")
_ORDER = (
    Format.WORDPRESS,
    Format.OPENAGENDA,
    Format.ICAL,
    Format.SCHEMA_ORG,
    Format.FEED,
    Format.JSON_FEED,
    Format.SHEET,
)
"""By what residents get of it: pictures with their description, dates, then articles alone."""


def discover(page: bytes, *, address: str, link_header: str = "") -> tuple[Candidate, ...]:
    """The most useful first. `link_header`: of the answer that brought the page."""
    root = pages.parse(page)
    if root is None:
        return ()
    found: dict[tuple[Format, str], Candidate] = {}
    for one in _candidates(root, page, address, link_header):
        if one.address:
            found.setdefault((one.format, one.address.rstrip("/")), one)
    ordered = sorted(
        found.values(), key=lambda one: (not one.is_announced, _ORDER.index(one.format))
    )
    return tuple(ordered[:MAX_CANDIDATES])


def recognise(document: bytes, content_type: str = "") -> Format | None:
    """By its bytes; what the server says of it only settles a doubt."""
    head = document[:4_096].lstrip(b"\xef\xbb\xbf \t\r\n\x00")
    lowered = head[:2_048].lower()
    if lowered.startswith(b"begin:vcalendar"):
        return Format.ICAL
    if lowered[:1] in (b"{", b"["):
        return _recognise_json(document)
    if lowered.startswith(b"<"):
        return _recognise_marked(document, lowered)
    if lowered.startswith((b"finess;", b"structureet;")):
        return Format.FINESS
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")) or content_type in {
        "text/csv",
        "application/vnd.ms-excel",
    }:
        return Format.SHEET
    first = head.partition(b"\n")[0]
    return Format.SHEET if any(first.count(mark) for mark in (b";", b"\t")) else None


def _recognise_json(document: bytes) -> Format | None:
    head = document[:65_536]
    if b'"pmej"' in head and b'"schemaVersion"' in head:
        return Format.FINESS
    if b"ancien_code_pivot" in head or b"plage_ouverture" in head:
        return Format.DILA
    found = values.load(document)
    if wordpress.is_one(found):
        return Format.WORDPRESS
    if b"jsonfeed.org" in head and json_feed.is_one(found):
        return Format.JSON_FEED
    if openagenda.is_one(found):
        return Format.OPENAGENDA
    return Format.JSON_FEED if json_feed.is_one(found) else None


def _recognise_marked(document: bytes, lowered: bytes) -> Format | None:
    if any(mark in lowered for mark in (b"<rss", b"<rdf:rdf", b"<feed", b"<channel")):
        return Format.FEED
    graph = linked_data.read(document)
    if graph is not None and any(schema_org.is_event(thing) for thing in graph.things):
        return Format.SCHEMA_ORG
    return None


def _candidates(
    root: etree._Element, page: bytes, address: str, link_header: str
) -> Iterator[Candidate]:
    base = next((pages.absolute(one.get("href"), address) for one in root.iter("base")), "")
    base = base or address
    yield from _from_head(root, base)
    if found := _API_HEADER.search(link_header):
        yield _posts(urljoin(base, found[1]))
    yield from _from_anchors(root, base)
    if _is_agenda_page(page):
        yield Candidate(format=Format.SCHEMA_ORG, address=address, title=_title(root))
    yield from _usual_places(root, base)


def _from_head(root: etree._Element, base: str) -> Iterator[Candidate]:
    for link in root.iter("link"):
        rels = (link.get("rel") or "").lower().split()
        target = pages.absolute(_plain(link.get("href")), base)
        if _API in rels and target:
            yield _posts(target)
        kind = (link.get("type") or "").partition(";")[0].strip().lower()
        title = texts.title(link.get("title") or "")
        format_ = _ALTERNATES.get(kind)
        if "alternate" not in rels or format_ is None or _COMMENTS.search(fold_words(title)):
            continue
        if kind == "application/json" and "/wp-json/" in target:
            continue  # one page of WordPress, not a list
        if "/comments/" not in target and "oembed" not in target:
            yield Candidate(format=format_, address=target, title=title)


def _from_anchors(root: etree._Element, base: str) -> Iterator[Candidate]:
    for element in root.iter("a", "iframe", "script", "blockquote"):
        said = element.get("href") or element.get("src") or element.get("data-src") or ""
        target = pages.absolute(_plain(said), base)
        title = texts.shorten(texts.line("".join(map(str, element.itertext()))), 100)
        path = urlsplit(target).path.lower() if target else ""
        if agenda := _AGENDA.match(target):
            if agenda[1].lower() not in _NOT_AGENDAS:
                yield Candidate(format=Format.OPENAGENDA, address=target, title=title)
        elif said.lower().startswith("webcal:") or path.endswith(".ics") or "ical=1" in target:
            yield Candidate(format=Format.ICAL, address=target, title=title)
        elif element.tag == "a" and path.endswith(_SPREADSHEET):
            yield Candidate(format=Format.SHEET, address=target, title=title)
        elif element.tag == "a" and _is_feed(path, target):
            yield Candidate(format=Format.FEED, address=target, title=title)


def _is_feed(path: str, target: str) -> bool:
    return path.rstrip("/").endswith(("/feed", "/rss", "rss.xml", "atom.xml", "feed.xml")) or (
        "page=backend" in target
    )


def _plain(href: str | None) -> str:
    """webcal: is https under another name."""
    return re.sub(r"^webcals?:", "https:", (href or "").strip(), flags=re.IGNORECASE)


def _posts(root: str) -> Candidate:
    """`https://…/wp-json/`, or `https://…/?rest_route=/` where addresses are plain."""
    if "rest_route=" in root:
        address = root.rstrip("/") + "/wp/v2/posts&_embed=1&per_page=20"
    else:
        address = root.rstrip("/") + "/" + _POSTS
    return Candidate(format=Format.WORDPRESS, address=pages.absolute(address))


def _is_agenda_page(page: bytes) -> bool:
    graph = linked_data.read(page)
    return graph is not None and any(
        schema_org.is_event(thing) or "MovieTheater" in kinds(thing) for thing in graph.things
    )


def _title(root: etree._Element) -> str:
    return next((texts.title(one.text or "") for one in root.iter("title")), "")


def _usual_places(root: etree._Element, base: str) -> Iterator[Candidate]:
    """By the software that says its name."""
    generator = " ".join(
        (one.get("content") or "").lower()
        for one in root.iter("meta")
        if (one.get("name") or "").lower() == "generator"
    )
    places = {
        "wordpress": ((Format.WORDPRESS, f"/wp-json/{_POSTS}"), (Format.FEED, "/feed/")),
        "spip": ((Format.FEED, "/spip.php?page=backend"),),
        "drupal": ((Format.FEED, "/rss.xml"),),
        "joomla": ((Format.FEED, "/index.php?format=feed&type=rss"),),
    }
    for name, usual in places.items():
        if name in generator:
            for format_, path in usual:
                yield Candidate(format=format_, address=urljoin(base, path), is_announced=False)
    if not generator:
        yield Candidate(format=Format.FEED, address=urljoin(base, "/feed/"), is_announced=False)
