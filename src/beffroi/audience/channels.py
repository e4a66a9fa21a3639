"""By which channels a person wants a theme, and how a message is spread over them.

A choice is stored as one small number, a bit per channel: 1 e-mail, 2 SMS, 4 push.
"""

import enum
from collections.abc import Iterable, Mapping

from django.db.models import IntegerChoices
from django.utils.translation import gettext_lazy as _

from beffroi.delivery.words import Channel

CHEAPEST_FIRST = (Channel.PUSH, Channel.EMAIL, Channel.SMS)
"""A push costs nothing, an e-mail a fifth of an SMS."""
POINT = {
    Channel.EMAIL: "email_point",
    Channel.SMS: "phone_point",
    Channel.PUSH: "push_point",
}
"""The column of a subscriber that holds the contact point of each channel."""


class Spread(enum.Enum):
    """By how many of their channels a person gets one message."""

    ALL = "all"
    """By every channel they chose."""
    CHEAPEST = "cheapest"
    """Once: by the cheapest one."""


class Rhythm(IntegerChoices):
    """When the notifications of a theme come."""

    NOW = 0, _("Tout de suite")
    DAILY = 1, _("En une fois, à 18\N{NO-BREAK SPACE}h")


def bit(channel: Channel) -> int:
    return 1 << (channel - 1)


def bits(channels: Iterable[Channel]) -> int:
    return sum(bit(channel) for channel in set(channels))


def among(choice: int) -> tuple[Channel, ...]:
    """The channels of a stored choice, e-mail first."""
    return tuple(channel for channel in Channel if choice & bit(channel))


def adds(before: Mapping[int, int], after: Mapping[int, int]) -> bool:
    """Whether some theme comes that did not, or comes by one more channel; choices by theme."""
    return any(choice & ~before.get(theme_id, 0) for theme_id, choice in after.items())


EMAIL_ONLY = bit(Channel.EMAIL)
EVERY = bits(Channel)
