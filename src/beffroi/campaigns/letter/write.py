"""Writes the letter: the template, the styles inlined, the pictures sized, the links whole; and the plain text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import css_inline
from django.template import Context, Engine
from django.utils.safestring import SafeString, mark_safe

from beffroi.campaigns.letter.colours import NIGHT, PAPER, readable
from beffroi.campaigns.letter.sheet import Sheet, Size
from beffroi.campaigns.letter.text import counting, plain_text, reason
from beffroi.delivery.words import Slot
from beffroi.kit import html_tree
from beffroi.kit.paths import PREFERENCES

LETTER_WIDTH = 536  # CSS pixels inside a 600-pixel letter
_IMAGE_NAME = re.compile(r"/images/([0-9a-f]{64}\.[a-z]+)$")
_ENGINE = Engine(
    # An engine of its own: letters are written by jobs too, which know nothing of the doors' pages and tags.
    dirs=[str(Path(__file__).parent / "templates")],
    libraries={"i18n": "django.templatetags.i18n"},
)
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    subject: str
    html: str
    text: str


def compose(sheet: Sheet, *, counted: Mapping[str, str]) -> Letter:
    """The e-mail, with slots where each recipient has links of their own; `counted` replaces outside addresses."""
    ready = _ready(sheet, counted)
    html = _render("letter.html", _context(ready, is_dark=False))
    return Letter(
        subject=sheet.subject,
        html=_INLINER.inline(html),
        text=plain_text(ready, **_personal(ready)),
    )


def preview(sheet: Sheet, *, is_dark: bool) -> str:
    """The e-mail as an agent sees it before it exists: no slots; light or dark by choice, whatever the system says."""
    ready = replace(_ready(sheet, {}), is_test=False)
    context = _context(ready, is_dark=is_dark) | {
        "is_light": not is_dark,
        "preferences_url": ready.base_url + PREFERENCES,
        "unsubscribe_url": ready.base_url + PREFERENCES,
    }
    return _INLINER.inline(_render("letter.html", context))


def preview_text(sheet: Sheet) -> str:
    general = sheet.base_url + PREFERENCES
    return plain_text(_ready(sheet, {}), preferences_url=general, unsubscribe_url=general)


def page(sheet: Sheet) -> str:
    """What stands between the header and the footer of the public page; nothing personal."""
    ready = _ready(replace(sheet, is_test=False), {})
    return _render("page.html", {"sheet": ready, **_html(ready)}).strip()


def _render(name: str, context: dict[str, object]) -> str:
    return _ENGINE.get_template(name).render(Context(context))


def _personal(sheet: Sheet) -> dict[str, str]:
    if sheet.is_test:
        general = sheet.base_url + PREFERENCES
        return {"preferences_url": general, "unsubscribe_url": general}
    return {
        "preferences_url": Slot.PREFERENCES_URL.marker,
        "unsubscribe_url": Slot.UNSUBSCRIBE_URL.marker,
    }


def _context(sheet: Sheet, *, is_dark: bool) -> dict[str, object]:
    return {
        "sheet": sheet,
        "is_dark": is_dark,
        "primary": readable(sheet.primary_colour, on=PAPER),
        "primary_by_night": readable(sheet.primary_colour, on=NIGHT),
        "night": NIGHT,
        "why": reason(sheet),
        "counting": counting(),
        **_html(sheet),
        **_personal(sheet),
    }


def _html(sheet: Sheet) -> dict[str, object]:
    articles = [{"title": a.title, "html": _safe(a.html)} for a in sheet.articles]
    return {"body": _safe(sheet.body), "articles": articles}


def _safe(html: str) -> SafeString:
    return mark_safe(html)  # noqa: S308 - kit.html cleaned it when it was saved


def _ready(sheet: Sheet, counted: Mapping[str, str]) -> Sheet:
    """Whole addresses, sized pictures, counted links, tables for people rather than for layout."""
    return replace(
        sheet,
        body=_finish(sheet.body, sheet, counted),
        articles=tuple(replace(a, html=_finish(a.html, sheet, counted)) for a in sheet.articles),
    )


def _finish(html: str, sheet: Sheet, counted: Mapping[str, str]) -> str:
    root = html_tree.parse(html)
    for node in html_tree.walk(root):
        if node.tag == "a":
            href = node.attrs["href"]
            node.attrs["href"] = counted.get(href, _whole(href, sheet))
        elif node.tag == "img":
            _size(node, sheet)
    return html_tree.write(root.children)


def _whole(address: str, sheet: Sheet) -> str:
    return sheet.site_url + address if address.startswith("/") else address


def _size(node: html_tree.Node, sheet: Sheet) -> None:
    name = _IMAGE_NAME.search(node.attrs["src"])
    size = sheet.sizes.get(name[1]) if name else None
    node.attrs["src"] = _whole(node.attrs["src"], sheet)
    node.attrs.setdefault("alt", "")
    if size:
        width = min(LETTER_WIDTH, size.width)
        node.attrs["width"] = str(width)
        node.attrs["height"] = str(_height(size, width))


def _height(size: Size, width: int) -> int:
    return max(1, round(size.height * width / size.width))
