"""What the last automatic check of these pages found; written by `./beffroi bench accessibility --write`, never by hand."""

import functools
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FILE = Path(__file__).with_name("checked.json")


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    day: date
    tool: str
    """« axe-core 4.10.3 »."""
    widths: tuple[int, ...]
    kinds: tuple[str, ...]
    """The names of the addresses looked at (`citizen.urls`)."""
    faults: int


@functools.cache
def last() -> Checked:
    told = json.loads(FILE.read_text(encoding="utf-8"))
    return Checked(
        day=date.fromisoformat(told["date"]),
        tool=f"{told['tool']} {told['version']}",
        widths=tuple(told["widths"]),
        kinds=tuple(told["kinds"]),
        faults=len(told["faults"]),
    )
