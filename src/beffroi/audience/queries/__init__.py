"""All reads of the room: `recipients` and its kin (in `reach.py`), `themes`, `subscribers`, `figures`, `forms`, `imports`."""

from beffroi.audience.reach import count_with_exclusions, drill_recipients, recipients

__all__ = ["count_with_exclusions", "drill_recipients", "recipients"]
