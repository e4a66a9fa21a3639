"""One finding of the check list."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """In French: what is the matter, and what to do."""

    what: str
    advice: str
    is_blocking: bool = False
