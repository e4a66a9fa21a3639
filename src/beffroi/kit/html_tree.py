"""A small tree of well-formed HTML (as nh3 writes it), to walk and to write back. Not for HTML from strangers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

VOID = frozenset({"br", "hr", "img"})


@dataclass(slots=True)
class Node:
    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    children: "list[Node | str]" = field(default_factory=list)


Child = Node | str


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or all(node.tag != tag for node in self.open[1:]):
            return
        while self.open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parse(html: str) -> Node:
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root


def write(children: list[Child]) -> str:
    return "".join(_write(child) for child in children)


def _write(child: Child) -> str:
    if isinstance(child, str):
        return escape(child, quote=False)
    attrs = "".join(f' {name}="{escape(value)}"' for name, value in child.attrs.items())
    if child.tag in VOID:
        return f"<{child.tag}{attrs}>"
    return f"<{child.tag}{attrs}>{write(child.children)}</{child.tag}>"


def walk(node: Node) -> Iterator[Node]:
    """Every element under `node`, in reading order."""
    for child in node.children:
        if isinstance(child, Node):
            yield child
            yield from walk(child)


def text(children: list[Child]) -> str:
    """The characters alone."""
    return "".join(c if isinstance(c, str) else text(c.children) for c in children)
