"""From what Word, Outlook, LibreOffice and Google Docs put on the clipboard to paragraphs, headings and lists.

Works on a tree that `html.py` has already made safe, in which `style` holds only the words below.
"""

import re
from collections.abc import Iterable
from itertools import dropwhile, groupby

from beffroi.kit.html_tree import Child, Node, text

BOLD, NOT_BOLD, ITALIC, NOT_ITALIC = "bold", "not-bold", "italic", "not-italic"
BULLET, HIDDEN, TITLE, SUBTITLE = "bullet", "hidden", "title", "subtitle"
_LEVEL = re.compile(r"level-(\d+)")

_HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3"}
_HOLDERS = frozenset(
    {"div", "section", "article", "main", "header", "footer", "center", "figure", "dl", "aside"}
)
_PARAGRAPHS = frozenset({"p", "pre", "figcaption", "dt", "dd", "address"})
_LISTS = frozenset({"ul", "ol"})
_BLOCKS = _HOLDERS | _PARAGRAPHS | _LISTS | _HEADINGS.keys() | {"table", "blockquote", "hr", "li"}
_KEPT_INLINE = {
    "strong": "strong",
    "b": "strong",
    "em": "em",
    "i": "em",
    "sup": "sup",
    "sub": "sub",
}
_ORDERED = re.compile(r"^\s*\(?(\d{1,3}|[a-zA-Z]|[ivxIVX]+)\s*[.)°]")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_PADDING = re.compile("[ \N{NO-BREAK SPACE}]{2,}")


def blocks(children: Iterable[Child]) -> list[Child]:
    """The content as a flat run of blocks, nested lists aside."""
    return _join(_gather(_blocks(children)))


def _blocks(children: Iterable[Child]) -> list[Child]:
    found: list[Child] = []
    run: list[Child] = []
    for child in children:
        if isinstance(child, Node) and HIDDEN in _words(child):
            continue
        if isinstance(child, Node) and (child.tag in _BLOCKS or _holds_blocks(child)):
            _close(run, found)
            found.extend(_block(child))
        else:
            run.append(child)
    _close(run, found)
    return found


def _holds_blocks(node: Node) -> bool:
    """Google Docs wraps everything in one <b>."""
    return any(
        isinstance(c, Node) and (c.tag in _BLOCKS or _holds_blocks(c)) for c in node.children
    )


def _close(run: list[Child], found: list[Child]) -> None:
    inline = _trim(_inline(run))
    if inline:
        found.append(Node("p", {}, inline))
    run.clear()


def _block(node: Node) -> list[Child]:
    if node.tag in _HEADINGS:
        return _heading(_HEADINGS[node.tag], node)
    if node.tag in _PARAGRAPHS:
        return _paragraph(node)
    if node.tag in _LISTS:
        return _list(node)
    if node.tag == "table":
        return _table(node)
    if node.tag == "blockquote":
        inside = blocks(node.children)
        return [Node("blockquote", {}, inside)] if inside else []
    if node.tag == "hr":
        return [Node("hr")]
    return _blocks(node.children)


def _heading(tag: str, node: Node) -> list[Child]:
    plain = _trim(_unbold(_inline(node.children)))
    return [Node(tag, {}, plain)] if text(plain).strip() else _images(node)


def _images(node: Node) -> list[Child]:
    inline = _trim(_inline(node.children))
    return [Node("p", {}, inline)] if inline else []


def _paragraph(node: Node) -> list[Child]:
    if _holds_blocks(node):
        return _blocks(node.children)
    words = _words(node)
    if TITLE in words or SUBTITLE in words:
        return _heading("h2" if TITLE in words else "h3", node)
    level = _LEVEL.search(" ".join(words))
    if level:
        bullet = _bullet(node)
        kind = "ol" if _ORDERED.match(bullet) else "ul"
        inline = _trim(_inline(node.children))
        return [Node("mso-li", {"level": level[1], "kind": kind}, inline)] if inline else []
    return _images(node)


def _bullet(node: Node) -> str:
    """The number or the sign that Word wrote before an item of its lists."""
    for child in node.children:
        if isinstance(child, Node):
            if BULLET in _words(child):
                return text(child.children)
            if found := _bullet(child):
                return found
    return ""


def _list(node: Node) -> list[Child]:
    items: list[Child] = []
    for child in node.children:
        if isinstance(child, str):
            continue
        if child.tag in _LISTS:  # a list straight inside a list belongs to the item before it
            nested = _list(child)
            if items and isinstance(items[-1], Node):
                items[-1].children.extend(nested)
            else:
                items.extend(c for n in nested if isinstance(n, Node) for c in n.children)
        elif inside := _item(child):
            items.append(Node("li", {}, inside))
    return [Node(node.tag, {}, items)] if items else []


def _item(node: Node) -> list[Child]:
    """One line of text, then its nested lists."""
    inside: list[Child] = []
    for block in blocks(node.children):
        if isinstance(block, Node) and block.tag not in _LISTS:
            if inside and not (isinstance(inside[-1], Node) and inside[-1].tag in _LISTS):
                inside.append(Node("br"))
            inside.extend(block.children)
        else:
            inside.append(block)
    return inside


def _table(node: Node) -> list[Child]:
    rows = [
        [cell for cell in row.children if isinstance(cell, Node) and cell.tag in {"td", "th"}]
        for row in _rows(node)
    ]
    rows = [row for row in rows if row]
    if all(len(row) == 1 for row in rows):  # a table that only lays out
        return [block for row in rows for block in _blocks(row[0].children)]
    body: list[Child] = [Node("tr", {}, [_cell(cell) for cell in row]) for row in rows]
    return [Node("table", {}, [Node("tbody", {}, body)])]


def _rows(node: Node) -> list[Node]:
    found: list[Node] = []
    for child in node.children:
        if isinstance(child, Node):
            if child.tag == "tr":
                found.append(child)
            elif child.tag in {"thead", "tbody", "tfoot"}:
                found.extend(_rows(child))
    return found


def _cell(node: Node) -> Node:
    inside = blocks(node.children)
    if all(isinstance(b, Node) and b.tag in {"p", "h2", "h3"} for b in inside):
        inside = _item(node)
    spans = {k: v for k, v in node.attrs.items() if k in {"colspan", "rowspan"} and v.isdigit()}
    return Node(node.tag, spans, inside)


def _words(node: Node) -> list[str]:
    return f"{node.attrs.get('style', '')} {node.attrs.get('class', '')}".split()


def _inline(children: Iterable[Child]) -> list[Child]:
    found: list[Child] = []
    for child in children:
        if isinstance(child, str):
            found.append(_PADDING.sub(" ", _SPACES.sub(" ", child)))
        elif not {HIDDEN, BULLET} & set(_words(child)):
            found.extend(_inline_node(child))
    return _merge(found)


def _inline_node(node: Node) -> list[Child]:
    if node.tag == "br":
        return [Node("br")]
    if node.tag == "img":
        kept: dict[str, str] = {
            name: node.attrs[name] for name in ("src", "alt") if name in node.attrs
        }
        return [Node("img", kept)] if kept.get("src") else []
    inside = _inline(node.children)
    if not inside:
        return []
    words = _words(node)
    tag = _KEPT_INLINE.get(node.tag, "")
    if node.tag == "a" and node.attrs.get("href"):
        inside = [Node("a", {"href": node.attrs["href"]}, inside)]
    elif tag and not {NOT_BOLD if tag == "strong" else NOT_ITALIC} & set(words):
        inside = [Node(tag, {}, inside)]
    for word, mark in ((BOLD, "strong"), (ITALIC, "em")):
        if word in words and tag != mark:
            inside = [Node(mark, {}, inside)]
    return inside


def _unbold(children: list[Child]) -> list[Child]:
    found: list[Child] = []
    for child in children:
        if isinstance(child, Node) and child.tag == "strong":
            found.extend(_unbold(child.children))
        else:
            found.append(child)
    return _merge(found)


def _merge(children: list[Child]) -> list[Child]:
    """Marks side by side are one, and so are words; marks around nothing but a space go away. Each child is looked at once."""
    found: list[Child] = []
    words: list[str] = []
    for tag, run in groupby(children, _mergeable):
        if tag == _TEXT:
            words.extend(str(one) for one in run)
            continue
        nodes = [one for one in run if isinstance(one, Node)]
        if tag:
            solid = list(dropwhile(lambda node: _blank(node.children), nodes))
            words.extend(" " for _ in range(len(nodes) - len(solid)))
            nodes = solid[:1]
            if len(solid) > 1:
                inside = [child for node in solid for child in node.children]
                nodes = [Node(tag, {}, _merge(inside))]
        if nodes:
            found.extend(_said(words))
            found.extend(nodes)
            words = []
    found.extend(_said(words))
    return found


_TEXT = "#"


def _mergeable(child: Child) -> str:
    """What becomes one with its like beside it; empty: nothing."""
    if isinstance(child, str):
        return _TEXT
    return child.tag if child.tag in {"strong", "em"} else ""


def _said(words: list[str]) -> list[Child]:
    said = words[0] if len(words) == 1 else _PADDING.sub(" ", _SPACES.sub(" ", "".join(words)))
    return [said] if said else []


def _blank(children: list[Child]) -> bool:
    return all(
        not c.strip() if isinstance(c, str) else c.tag not in {"img", "br"} and _blank(c.children)
        for c in children
    )


def _trim(children: list[Child]) -> list[Child]:
    """Without spaces and line breaks at either end; empty when nothing is left to see."""
    kept = list(children)
    for at in (0, -1):
        while kept and _is_gap(kept[at]):
            kept.pop(at)
    if kept and isinstance(kept[0], str):
        kept[0] = kept[0].lstrip()
    if kept and isinstance(kept[-1], str):
        kept[-1] = kept[-1].rstrip()
    return [] if _empty(kept) else kept


def _is_gap(child: Child) -> bool:
    return not child.strip() if isinstance(child, str) else child.tag == "br" or _empty([child])


def _empty(children: list[Child]) -> bool:
    return all(
        not c.strip() if isinstance(c, str) else c.tag != "img" and _empty(c.children)
        for c in children
    )


def _gather(found: list[Child]) -> list[Child]:
    """Word's list paragraphs become real lists, by their levels."""
    out: list[Child] = []
    path: list[Node] = []
    for block in found:
        if not (isinstance(block, Node) and block.tag == "mso-li"):
            path.clear()
            out.append(block)
            continue
        depth, kind = max(1, min(int(block.attrs["level"]), 5)), block.attrs["kind"]
        del path[depth:]
        if path and len(path) == depth and path[-1].tag != kind:
            path.pop()
        while len(path) < depth:
            new = Node(kind)
            _hang(new, path, out)
            path.append(new)
            if len(path) < depth and not new.children:
                depth = len(path)
        path[-1].children.append(Node("li", {}, block.children))
    return out


def _hang(new: Node, path: list[Node], out: list[Child]) -> None:
    parent = path[-1].children[-1] if path and path[-1].children else None
    if isinstance(parent, Node):
        parent.children.append(new)
    else:
        out.append(new)


def _join(found: list[Child]) -> list[Child]:
    """Word on the web puts each item in a list of its own."""
    out: list[Child] = []
    for block in found:
        last = out[-1] if out else None
        if (
            isinstance(block, Node)
            and isinstance(last, Node)
            and block.tag == last.tag
            and block.tag in _LISTS
        ):
            last.children.extend(block.children)
        else:
            out.append(block)
    return out
