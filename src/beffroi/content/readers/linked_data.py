"""JSON-LD in a page (schema.org): its things, whatever lists and graphs they are wrapped in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from beffroi.content.readers import pages, texts, values
from beffroi.content.readers.values import Json, items, text

Thing = dict[str, Json]
MAX_THINGS = 20_000
_OPENING = re.compile(r"(?://)?\s*(?:<!\[CDATA\[|<!--)")
_BACKWARD = frozenset({"superEvent", "mainEntityOfPage", "isPartOf", "@reverse"})
"""Lead from a thing to what holds it."""
_VOCABULARY = re.compile(r"^(?:https?://schema\.org/|schema:)")


@dataclass(slots=True)
class Graph:
    """The things of a page, and where a name leads."""

    things: list[Thing] = field(default_factory=list)
    by_id: dict[str, Thing] = field(default_factory=dict)
    has_scripts: bool = False
    has_broken: bool = False

    def thing(self, found: Json) -> Json:
        """What a reference `{"@id": …}` stands for."""
        if isinstance(found, dict) and set(found) <= {"@id", "@type"}:
            return self.by_id.get(text(found, "@id"), found)
        return found

    def first(self, found: Json, name: str) -> Json:
        return self.thing(next(items(found, name), None))


def read(document: bytes) -> Graph | None:
    """None when it is no page."""
    root = pages.parse(document)
    if root is None:
        return None
    graph = Graph()
    for script in root.iter("script"):
        if (script.get("type") or "").partition(";")[0].strip().lower() == "application/ld+json":
            graph.has_scripts = True
            _take(script.text or "", graph)
    return graph


def kinds(thing: Json) -> frozenset[str]:
    """Its types without their vocabulary."""
    return frozenset(
        _VOCABULARY.sub("", said) for said in items(thing, "@type") if isinstance(said, str)
    )


def _take(script: str, graph: Graph) -> None:
    bare = _unwrapped(script)
    found = values.load(bare)
    if found is None:
        found = values.load(unescape(bare))
    if found is None:
        graph.has_broken = True
        return
    for thing in _walk(found):
        if len(graph.things) >= MAX_THINGS:
            return
        graph.things.append(thing)
        name = text(thing, "@id")
        if name and len(thing) > len(graph.by_id.get(name, {})):
            graph.by_id[name] = thing


def _unwrapped(script: str) -> str:
    """Without the marks of old pages around it. No search: in a long row of spaces one costs the square of its length."""
    bare = script.strip()
    if opening := _OPENING.match(bare):
        bare = bare[opening.end() :]
    ending = bare.rstrip(";").rstrip()
    for mark in ("]]>", "-->"):
        if ending.endswith(mark):
            return ending.removesuffix(mark).rstrip().removesuffix("//")
    return bare


def _walk(found: Json) -> Iterator[Thing]:
    """Depth is bounded by `values.load`."""
    if isinstance(found, list):
        for one in found:
            yield from _walk(one)
    elif isinstance(found, dict):
        if "@type" in found:
            yield found
        for name, inner in found.items():
            if name not in _BACKWARD and isinstance(inner, dict | list):
                yield from _walk(inner)


def words(found: Json, *path: str | int) -> str:
    """Text, also where a language is said beside it: `{"@value": …, "@language": "fr"}`."""
    one = next(items(found, *path), None)
    return texts.line(text(one, "@value") or text(one, "name") or text(one))
