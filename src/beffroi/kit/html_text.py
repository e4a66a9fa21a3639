"""HTML of a letter as text that a person reads with pleasure: RFC 5322 lines, links numbered beside their words."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from beffroi.kit.html_tree import Child, Node, parse, text as characters, walk

WIDTH = 72  # RFC 5322, 2.1.1: lines should be no longer than 78 characters


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    href: str
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    src: str
    alt: str


def links(html: str) -> list[Link]:
    return [
        Link(href=node.attrs["href"], label=_label(node))
        for node in walk(parse(html))
        if node.tag == "a" and node.attrs.get("href")
    ]


def _label(node: Node) -> str:
    words = " ".join(characters(node.children).split())
    return words or " ".join(n.attrs.get("alt", "") for n in walk(node) if n.tag == "img").strip()


def pictures(html: str) -> list[Picture]:
    return [
        Picture(src=node.attrs.get("src", ""), alt=node.attrs.get("alt", ""))
        for node in walk(parse(html))
        if node.tag == "img"
    ]


def words(html: str) -> str:
    """The words alone, one line per block."""
    return "\n".join(line for block in _blocks(parse(html), "") for line in block.split("\n"))


def to_text(html: str, *, base_url: str = "") -> str:
    """`base_url` is put before addresses that begin with a slash."""
    return "\n\n".join(_blocks(parse(html), base_url))


def _blocks(root: Node, base_url: str) -> Iterator[str]:
    for child in root.children:
        if isinstance(child, str):
            if child.strip():
                yield _wrap(child)
        elif block := _block(child, base_url):
            yield block


def _block(node: Node, base_url: str) -> str:
    if node.tag in {"h2", "h3"}:
        title = _line(node.children, base_url)
        return f"{title}\n{('=' if node.tag == 'h2' else '-') * min(len(title), WIDTH)}"
    if node.tag in {"ul", "ol"}:
        return _list(node, base_url, indent="")
    if node.tag == "table":
        return _table(node, base_url)
    if node.tag == "blockquote":
        return textwrap.indent("\n\n".join(_blocks(node, base_url)), "> ", lambda _: True)
    if node.tag == "hr":
        return "-" * WIDTH
    return _wrap(_line(node.children, base_url))


def _list(node: Node, base_url: str, *, indent: str) -> str:
    lines = []
    items = [child for child in node.children if isinstance(child, Node)]
    for number, item in enumerate(items, 1):
        sign = f"{number}. " if node.tag == "ol" else "- "
        own = [c for c in item.children if not (isinstance(c, Node) and c.tag in {"ul", "ol"})]
        lines.append(
            _wrap(_line(own, base_url), first=indent + sign, rest=indent + " " * len(sign))
        )
        nested = [c for c in item.children if isinstance(c, Node) and c.tag in {"ul", "ol"}]
        lines += [_list(inner, base_url, indent=indent + "  ") for inner in nested]
    return "\n".join(lines)


def _table(node: Node, base_url: str) -> str:
    rows = [n for n in walk(node) if n.tag == "tr"]
    cells = ([c for c in row.children if isinstance(c, Node)] for row in rows)
    return "\n".join(
        _wrap(" | ".join(_line(cell.children, base_url) for cell in row), rest="  ")
        for row in cells
    )


def _line(children: list[Child], base_url: str) -> str:
    return "".join(_inline(child, base_url) for child in children).strip()


def _inline(child: Child, base_url: str) -> str:
    if isinstance(child, str):
        return child
    if child.tag == "br":
        return "\n"
    if child.tag == "img":
        alt = child.attrs.get("alt", "")
        return f"[{alt}]" if alt else ""
    inside = _line(child.children, base_url) if child.tag == "a" else _loose(child, base_url)
    if child.tag == "a":
        return _link(inside, child.attrs.get("href", ""), base_url)
    return inside


def _loose(node: Node, base_url: str) -> str:
    return "".join(_inline(child, base_url) for child in node.children)


def _link(label: str, href: str, base_url: str) -> str:
    target = base_url + href if href.startswith("/") else href
    shown = target.removeprefix("mailto:").removeprefix("tel:")
    same = {shown, shown.removeprefix("https://").removeprefix("http://").rstrip("/")}
    return shown if label in same or not label else f"{label} ({shown})"


def _wrap(line: str, *, first: str = "", rest: str = "") -> str:
    wrapped: list[str] = []
    for part in line.split("\n"):
        wrapped += textwrap.wrap(
            " ".join(part.split(" ")),
            WIDTH,
            initial_indent=first if not wrapped else rest,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]
    return "\n".join(wrapped)
