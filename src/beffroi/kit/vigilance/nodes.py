"""A path into untrusted JSON: every step checks the type and knows where it stands."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from beffroi.kit.vigilance.bulletin import BadBulletin

MAX_BYTES = 8 * 1024 * 1024  # a whole map weighs about 190 kB, the texts 75 kB
MAX_DEPTH = 40  # the deepest text lies 13 levels down
MAX_ITEMS = 2_000  # of one list; there are 122 domains
MAX_TEXT = 20_000  # characters of one text
_BRACKET_OR_TEXT = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?|([\[{])|([\]}])', re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Node:
    """One value of the document and the path that led to it."""

    value: Any
    path: str

    def bad(self, why: str) -> BadBulletin:
        return BadBulletin(f"{self.path}: {why}")

    def get(self, key: str) -> "Node":
        """Raises: BadBulletin when it is missing or null."""
        found = self.find(key)
        if found is None:
            raise self.bad(f"no {key}")
        return found

    def find(self, key: str) -> "Node | None":
        if not isinstance(self.value, dict):
            raise self.bad("an object was expected")
        value = self.value.get(key)
        return None if value is None else Node(value, f"{self.path}.{key}")

    def items(self, key: str) -> Iterator["Node"]:
        """The members of a list; a missing one is empty."""
        found = self.find(key)
        if found is None:
            return
        if not isinstance(found.value, list):
            raise found.bad("a list was expected")
        if len(found.value) > MAX_ITEMS:
            raise found.bad("too many items")
        for index, value in enumerate(found.value):
            yield Node(value, f"{found.path}[{index}]")

    def text(self, key: str) -> str:
        """Plain text without control characters; empty when missing."""
        found = self.find(key)
        return "" if found is None else found.as_text()

    def as_text(self) -> str:
        if not isinstance(self.value, str) or len(self.value) > MAX_TEXT:
            raise self.bad("a text was expected")
        try:
            self.value.encode()
        except UnicodeEncodeError as broken:
            raise self.bad("broken characters") from broken
        return _CONTROL.sub("", self.value).strip()

    def name(self, key: str) -> str:
        """An identifier, which arrives as a string or a whole number."""
        found = self.get(key)
        if isinstance(found.value, bool) or not isinstance(found.value, str | int):
            raise found.bad("an identifier was expected")
        return str(found.value)[:40].strip()

    def moment(self, key: str) -> datetime:
        found = self.get(key)
        try:
            moment = datetime.fromisoformat(found.as_text())
        except ValueError as bad:
            raise found.bad("a date was expected") from bad
        if moment.tzinfo is None:
            raise found.bad("a date without its time zone")
        try:
            return moment.astimezone(UTC)
        except OverflowError as bad:
            raise found.bad("a date out of bounds") from bad


def parse(raw: bytes) -> Node:
    """Raises: BadBulletin on what is too large, too deep or no JSON object."""
    if len(raw) > MAX_BYTES:
        raise BadBulletin("too large")
    if _depth(raw) > MAX_DEPTH:
        raise BadBulletin("too deep")
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError) as bad:
        raise BadBulletin("not JSON") from bad
    if not isinstance(document, dict):
        raise BadBulletin("not an object")
    return Node(document, "")


def _depth(raw: bytes) -> int:
    """How deep brackets nest, those inside texts left out."""
    deepest = depth = 0
    for bracket in _BRACKET_OR_TEXT.finditer(raw):
        depth += bool(bracket[1]) - bool(bracket[2])
        deepest = max(deepest, depth)
    return deepest
