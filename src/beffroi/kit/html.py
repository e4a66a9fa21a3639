"""What may stand in a letter, and how anything else is made into it. The last word is always nh3's.

The result holds headings (h2, h3), paragraphs, lists, links, images of ours, bold, italic and simple tables,
and cleaning it again changes nothing.
"""

import re

import nh3

from beffroi.kit import html_paste, html_tree

TAGS = {
    *("p", "h2", "h3", "ul", "ol", "li", "blockquote", "hr", "br", "strong", "em", "sup", "sub"),
    *("a", "img", "table", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "th": {"colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
_READ_TAGS = TAGS | {
    *("div", "span", "b", "i", "font", "section", "article", "main", "header", "footer", "aside"),
    *("h1", "h4", "h5", "h6", "center", "pre", "figure", "figcaption", "dl", "dt", "dd", "address"),
    *("thead", "tfoot"),
}
_READ_ATTRIBUTES = {tag: {"style", "class"} for tag in _READ_TAGS}
for _tag, _names in _ATTRIBUTES.items():
    _READ_ATTRIBUTES[_tag] = _READ_ATTRIBUTES[_tag] | _names
_SCHEMES = {"http", "https", "mailto", "tel"}
_DROPPED_WITH_TEXT = {"script", "style", "title", "xml", "template", "noscript", "object", "iframe"}
_OUR_IMAGE = re.compile(r"/[a-z0-9-]+/images/[0-9a-f]{64}\.(?:png|jpg|gif)")
_LINK = re.compile(r"(?:https?://|mailto:|tel:|/(?!/))[^\s<>\"]+", re.IGNORECASE)
_ROUNDS = 4  # marks emptied by one round are gone in the next
_HEAVY = {"bold", "bolder", "600", "700", "800", "900"}
_MSO_LIST = re.compile(r"l\d+ level(\d+)")


def clean(html: str) -> str:
    """Safe, plain HTML out of anything that was typed or pasted."""
    if not html or html.isspace():
        return ""
    safe = nh3.clean(
        html.replace("\x00", ""),
        tags=_READ_TAGS,
        attributes=_READ_ATTRIBUTES,
        attribute_filter=_read_attribute,
        url_schemes=_SCHEMES,
        clean_content_tags=_DROPPED_WITH_TEXT,
        link_rel=None,
    )
    once = _settle(safe)
    for _ in range(_ROUNDS):
        again = _settle(once)
        if again == once:
            break
        once = again
    return once


def _settle(safe: str) -> str:
    plain = html_tree.write(html_paste.blocks(html_tree.parse(safe).children))
    return nh3.clean(
        plain,
        tags=TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_kept_attribute,
        url_schemes=_SCHEMES,
        link_rel=None,
    )


def _read_attribute(tag: str, name: str, value: str) -> str | None:
    if name == "style":
        return _style_words(value)
    if name == "class":
        return _class_words(value)
    return _kept_attribute(tag, name, value)


def _kept_attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src":
        return value if _OUR_IMAGE.fullmatch(value) else None
    if tag == "a":
        return value if _LINK.fullmatch(value.strip()) else None
    return " ".join(value.split()) if name == "alt" else value


def _style_words(style: str) -> str:
    words = []
    for declaration in style.lower().split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name == "font-weight":
            words.append(html_paste.BOLD if value in _HEAVY else html_paste.NOT_BOLD)
        elif name == "font-style":
            words.append(html_paste.NOT_ITALIC if value == "normal" else html_paste.ITALIC)
        elif name == "mso-list":
            words.append(_mso_list(value))
        elif (name, value) in {("display", "none"), ("mso-hide", "all"), ("visibility", "hidden")}:
            words.append(html_paste.HIDDEN)
    return " ".join(words)


def _mso_list(value: str) -> str:
    if value == "ignore":
        return html_paste.BULLET
    level = _MSO_LIST.search(value)
    return f"level-{level[1]}" if level else ""


def _class_words(names: str) -> str:
    known = {"MsoTitle": html_paste.TITLE, "MsoSubtitle": html_paste.SUBTITLE}
    return " ".join(known[name] for name in names.split() if name in known)


def from_text(text: str) -> str:
    """Paragraphs and lines of plain text as clean HTML; a line that begins with a dash is an item of a list."""
    blocks: list[html_tree.Child] = []
    for paragraph in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()):
        lines = [line.strip() for line in paragraph.split("\n") if line.strip()]
        if lines and all(re.match(r"[-•*] ", line) for line in lines):
            items: list[html_tree.Child] = [html_tree.Node("li", {}, [line[2:]]) for line in lines]
            blocks.append(html_tree.Node("ul", {}, items))
        elif lines:
            inside: list[html_tree.Child] = [lines[0]]
            for line in lines[1:]:
                inside += [html_tree.Node("br"), line]
            blocks.append(html_tree.Node("p", {}, inside))
    return clean(html_tree.write(blocks))
