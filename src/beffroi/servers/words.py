"""How the launcher speaks to a person: plain French on standard output, complaints on standard error."""

import re
import sys
from pathlib import Path

NO_BREAK = "\N{NO-BREAK SPACE}"


class Refused(Exception):
    """The launcher cannot go on; the message says why and what to do."""


def typographic(text: str) -> str:
    """French spacing: a no-break space before : ; ! ? » and after «."""
    return re.sub(r" (?=[:;!?»%])", NO_BREAK, text).replace("« ", f"«{NO_BREAK}")


def say(text: str = "") -> None:
    print(typographic(text), flush=True)


def complain(text: str) -> None:
    print(typographic(text), file=sys.stderr, flush=True)


def tail(path: Path, *, lines: int = 15) -> str:
    """The end of a log, for a message that says what went wrong."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-lines:])
