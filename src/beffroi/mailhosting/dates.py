"""Days as the people who write to the town read them."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format


def day(at: datetime) -> str:
    """« 1er décembre 2026 »."""
    words = date_format(timezone.localtime(at), "j F Y")
    return words.replace("1 ", "1er ", 1) if words.startswith("1 ") else words
