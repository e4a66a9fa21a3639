"""Words of strangers as an entry holds them: titles, summaries, clean HTML."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape

from lxml import etree

from beffroi.content.facts import PictureLink
from beffroi.content.readers import pages
from beffroi.kit import html as kit_html

MAX_TITLE = 300
MAX_SUMMARY = 300
MAX_HTML = 100_000
"""Characters; a longer article is kept as its first words."""
MAX_PLAIN = 3_000
"""Letters of an article whose marks are too many to be cleaned."""
_HEAD = 12_000
"""Characters that are looked at for a summary, or for the first words."""
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "li",
        "tr",
        "td",
        "th",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "br",
        "ul",
        "ol",
        "table",
        "blockquote",
    ]
)
_LOST = frozenset(
    [
        "script",
        "iframe",
        "object",
        "embed",
        "form",
        "input",
        "button",
        "video",
        "audio",
        "canvas",
        "svg",
        "applet",
        "meta",
        "link",
    ]
)
_UNSEEN = frozenset({"script", "style", "template", "noscript"})
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_FLOOD = 4_000
"""Ampersands; cleaning costs the square of them (nh3: 300,000 take six seconds)."""
_TRACKER = 3
"""Pixels; smaller pictures count readers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Body:
    html: str = ""
    words: str = ""
    picture: PictureLink | None = None
    is_cut: bool = False


def line(text: object) -> str:
    """One line of plain text; empty if it is no text."""
    return " ".join(_CONTROL.sub("", text).split()) if isinstance(text, str) else ""


def title(text: object) -> str:
    """Without marks, entities read once, cut at a word."""
    if not isinstance(text, str):
        return ""
    return shorten(line(unescape(_TAG.sub(" ", text))), MAX_TITLE)


def shorten(text: str, length: int = MAX_SUMMARY) -> str:
    if len(text) <= length:
        return text
    head = text[: length - 1]
    if " " in head and not text[length - 1].isspace():
        head = head.rpartition(" ")[0]
    return head.rstrip(" ,;:.–-") + "…"


def summary(text: object) -> str:
    """A sentence or two out of text or HTML."""
    root = _tree(text[:_HEAD]) if isinstance(text, str) and text.strip() else None
    return "" if root is None else shorten(_line_of(root))


def body(text: object, *, base: str = "", is_plain: bool = False) -> Body:
    """HTML of strangers: cleaned, links absolute, its first picture told apart. `is_plain`: its first words alone."""
    if not isinstance(text, str) or not text.strip():
        return Body()
    is_long = len(text) > MAX_HTML
    root = _tree(text[:_HEAD] if is_plain else text)
    if root is None:
        return Body(is_cut=True)
    is_cut = is_long or any(element.tag in _LOST for element in root.iter())
    picture = next(_pictures(root, base), None)
    words = _line_of(root)
    if is_plain:
        html = f"<p>{escape(shorten(words, MAX_PLAIN), quote=False)}</p>" if words else ""
        return Body(html=html, words=words, picture=picture, is_cut=True)
    if pages.is_deep(root):
        return Body(html=kit_html.from_text(words), words=words, picture=picture, is_cut=True)
    _mend(root, base)
    clean = kit_html.clean(etree.tostring(root, method="html", encoding="unicode"))
    return Body(html=clean, words=words, picture=picture, is_cut=is_cut)


def _tree(text: str) -> etree._Element | None:
    return pages.parse("<div>" + _CONTROL.sub("", _bounded(text)) + "</div>")


def _line_of(root: etree._Element) -> str:
    return line(" ".join(_words(root)))


def prose(text: object) -> str:
    """Plain text, with its lines, as clean HTML."""
    if not isinstance(text, str) or not text.strip():
        return ""
    return kit_html.from_text(_CONTROL.sub("", _bounded(text)))


def plain_body(text: str) -> Body:
    """As `body`, of text without marks: cleaned once, which half the time of a long sheet went into."""
    return Body(html=prose(text), words=line(_bounded(text)), is_cut=len(text) > MAX_HTML)


def _bounded(text: str) -> str:
    text = text[:MAX_HTML]
    return text.replace("&", " ") if text.count("&") > _FLOOD else text


def looks_like_html(text: str) -> bool:
    return bool(_TAG.search(text))


def picture(link: object, alt: object = "", *, base: str = "") -> PictureLink | None:
    url = pages.absolute(link, base)
    return PictureLink(url=url, alt=shorten(title(alt), MAX_TITLE)) if url else None


def _words(root: etree._Element) -> Iterator[str]:
    """Text between marks; those of a line stay together, blocks are set apart."""
    piece = ""
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if element.tag in _BLOCKS:
            yield piece
            piece = ""
        if event == "start" and element.tag not in _UNSEEN:
            piece += element.text or ""
        elif event == "end":
            piece += element.tail or ""
    yield piece


def _pictures(root: etree._Element, base: str) -> Iterator[PictureLink]:
    for image in root.iter("img"):
        sizes = (image.get("width", ""), image.get("height", ""))
        if any(size.isdecimal() and int(size[:6]) <= _TRACKER for size in sizes if size):
            continue
        source = image.get("data-src") or image.get("data-lazy-src") or image.get("src")
        if found := picture(source, image.get("alt", ""), base=base):
            yield found


def _mend(root: etree._Element, base: str) -> None:
    """Links that lead somewhere, pictures gone: they are fetched apart."""
    etree.strip_elements(root, "img", "picture", with_tail=False)
    for anchor in root.iter("a"):
        target = anchor.get("href", "")
        if target.startswith(("mailto:", "tel:")):
            continue
        anchor.attrib.clear()
        if whole := pages.absolute(target, base):
            anchor.set("href", whole)
