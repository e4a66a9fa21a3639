"""Moments as the residents read them."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format


def moment(at: datetime) -> str:
    """« mardi 24 novembre à 18 h », « à 18 h 05 »."""
    local = timezone.localtime(at)
    day = date_format(local, "l j F").replace(" 1 ", " 1er ", 1)
    hour = f"{local.hour}\N{NO-BREAK SPACE}h"
    return f"{day} à {hour}" + (f"\N{NO-BREAK SPACE}{local.minute:02}" if local.minute else "")
