"""JSON of strangers: read within bounds, and asked for what it should hold without trusting that it does."""

import json
from collections.abc import Iterator

Json = object
_DEPTH = 60


def load(document: bytes | str) -> Json:
    """None when it is no JSON, or is nested beyond reason."""
    try:
        text = document if isinstance(document, str) else _decoded(document)
        found: Json = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    return found if _is_shallow(found) else None


def _decoded(document: bytes) -> str:
    try:
        return document.decode("utf-8-sig")
    except UnicodeDecodeError:
        return document.decode("utf-16" if b"\x00" in document[:4] else "cp1252", "replace")


def _is_shallow(found: Json) -> bool:
    level, depth = [found], 0
    while level:
        depth += 1
        if depth > _DEPTH:
            return False
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return True


def get(found: Json, *path: str | int) -> Json:
    """What lies at the end of this path; None if it leads nowhere."""
    for step in path:
        if isinstance(found, dict):
            found = found.get(step)
        elif isinstance(found, list) and isinstance(step, int) and step < len(found):
            found = found[step]
        else:
            return None
    return found


def text(found: Json, *path: str | int) -> str:
    """A string, or a number as one; else empty."""
    found = get(found, *path)
    if isinstance(found, str):
        return found.strip()
    if isinstance(found, int | float) and not isinstance(found, bool):
        return str(found)[:40]
    return ""


def number(found: Json, *path: str | int) -> float | None:
    try:
        return float(text(found, *path).replace(",", "."))
    except ValueError:
        return None


def items(found: Json, *path: str | int) -> Iterator[Json]:
    """The members of a list; what stands alone is a list of one."""
    found = get(found, *path)
    if isinstance(found, list):
        yield from found
    elif found is not None:
        yield found
