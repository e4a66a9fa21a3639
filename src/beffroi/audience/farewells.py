"""What the approval of a farewell is bound to."""

import hashlib
import json

from django.db.models import Q

from beffroi.audience.models import Theme
from beffroi.audience.words import FarewellState
from beffroi.delivery.words import Channel


def content_hash(theme: Theme) -> str:
    """SHA-256 of the words of each channel, of the name that they quote, and of the day they leave."""
    said = {
        "theme": theme.pk,
        "name": theme.name,
        "words": theme.farewell,
        "sms": theme.farewell_sms,
        "push": theme.farewell_push,
        "day": str(theme.ends_on),
    }
    bound = {key: value for key, value in said.items() if value or key == "words"}
    canonical = json.dumps(bound, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def words(theme: Theme) -> dict[Channel, str]:
    """What is said by each channel; a channel without words is left out."""
    every = {
        Channel.EMAIL: theme.farewell,
        Channel.SMS: theme.farewell_sms,
        Channel.PUSH: theme.farewell_push,
    }
    return {channel: said for channel, said in every.items() if said}


SILENT = Q(farewell="", farewell_sms="", farewell_push="")
"""The condition that a theme says no farewell."""


def state(theme: Theme) -> FarewellState:
    if not words(theme):
        return FarewellState.NONE
    if theme.farewell_approved_hash == content_hash(theme):
        return FarewellState.APPROVED
    return FarewellState.WAITING
