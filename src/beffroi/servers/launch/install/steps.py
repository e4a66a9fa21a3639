"""What an installation is made of: folders, files, orders to the machine. Data only."""

import shlex
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Folder:
    path: Path
    owner: str = "root"
    group: str = "root"
    mode: int = 0o755


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    path: Path
    text: str
    group: str = "root"
    mode: int = 0o644
    once: bool = False
    """Written when it is missing; from then on it is the operator's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    words: tuple[str, ...]
    unless: tuple[str, ...] = ()
    """What succeeds where the order is carried out already."""
    after: tuple[Path, ...] = ()
    """Only if one of these files has just changed."""
    may_fail: str = ""
    """What to tell the operator then; empty: the installation stops."""

    def __str__(self) -> str:
        line = shlex.join(self.words)
        if self.unless:
            return f"{shlex.join(self.unless)} >/dev/null 2>&1 || {line}"
        return line


Step = Folder | File | Order


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    title: str
    steps: tuple[Step, ...]
