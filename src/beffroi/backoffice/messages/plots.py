"""Bars and hours for the pages of this section (the template tags import the sections, so not the other way)."""

from datetime import datetime
from typing import NamedTuple

from django.utils import timezone


class Bar(NamedTuple):
    """One bar of a plot, as the tag `bars` reads it."""

    label: str
    value: int
    note: str = ""


def hour(at: datetime) -> str:
    """« 18 h » or « 18 h 05 »."""
    local = timezone.localtime(at)
    minutes = f"\N{NO-BREAK SPACE}{local.minute:02}" if local.minute else ""
    return f"{local.hour}\N{NO-BREAK SPACE}h{minutes}"
