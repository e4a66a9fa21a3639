"""Atom feeds of alerts (RFC 4287), as MeteoAlarm and prefectures publish them: entries that lead to CAP documents."""

from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from beffroi.kit.cap import xml
from beffroi.kit.cap.alert import BadAlert
from beffroi.kit.cap.dates import read_date
from beffroi.kit.cap.write import CONTENT_TYPE

MAX_BYTES = 8 * 1024 * 1024  # MeteoAlarm's for a whole country on a bad day: 2 MB
_ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One alert of a feed; `cap_url` leads to its document."""

    id: str
    title: str
    updated: datetime
    cap_url: str


def read_feed(raw: bytes) -> tuple[Entry, ...]:
    """Entries that lead to no CAP document are left out. Raises: BadAlert."""
    root = xml.parse(raw, max_bytes=MAX_BYTES)
    if root.tag != f"{_ATOM}feed":
        raise BadAlert("no Atom feed")
    entries = (_entry(node) for node in root.findall(f"{_ATOM}entry"))
    return tuple(entry for entry in entries if entry.cap_url)


def _entry(node: etree._Element) -> Entry:
    return Entry(
        id=_text(node, "id"),
        title=_text(node, "title"),
        updated=read_date(_text(node, "updated")),
        cap_url=_link(node),
    )


def _text(node: etree._Element, name: str) -> str:
    return (node.findtext(f"{_ATOM}{name}") or "").strip()


def _link(node: etree._Element) -> str:
    for link in node.findall(f"{_ATOM}link"):
        if link.get("type", "").strip() == CONTENT_TYPE:
            return str(link.get("href", "")).strip()
    return ""
