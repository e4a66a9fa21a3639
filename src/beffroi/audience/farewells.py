"""What the approval of a farewell is bound to."""

import hashlib
import json

from beffroi.audience.models import Theme
from beffroi.audience.words import FarewellState


def content_hash(theme: Theme) -> str:
    """SHA-256 of the words, of the name that the letter quotes, and of the day it leaves."""
    canonical = json.dumps(
        {"theme": theme.pk, "name": theme.name, "words": theme.farewell, "day": str(theme.ends_on)},
        sort_keys=True,
        ensure_ascii=False,
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def state(theme: Theme) -> FarewellState:
    if not theme.farewell:
        return FarewellState.NONE
    if theme.farewell_approved_hash == content_hash(theme):
        return FarewellState.APPROVED
    return FarewellState.WAITING
