"""Where something stands in what a provider says: « ids.0 », « status.name »."""

from typing import Any


def at(answer: Any, place: str) -> Any:  # noqa: ANN401 - any JSON
    """What stands at `place` of a JSON answer; None when nothing does."""
    for step in place.split(".") if place else ():
        if isinstance(answer, dict):
            answer = answer.get(step)
        elif isinstance(answer, list) and step.isdigit() and int(step) < len(answer):
            answer = answer[int(step)]
        else:
            return None
    return answer if place else None


def text_at(answer: Any, place: str) -> str:  # noqa: ANN401 - any JSON
    """The same as text, fit to be written down; empty for what is no text and no number."""
    found = at(answer, place)
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return ""
    return str(found).encode("utf-8", "replace").decode("utf-8").strip()
