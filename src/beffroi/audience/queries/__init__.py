"""All reads of the room: `recipients` (in `reach.py`), `themes`, `subscribers`, `figures`, `forms`, `imports`."""

from beffroi.audience.reach import count_with_exclusions, recipients

__all__ = ["count_with_exclusions", "recipients"]
