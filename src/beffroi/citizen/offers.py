"""Which channels the pages offer: those that this house can use and that the town's consent wording speaks of."""

from django.conf import settings

from beffroi.audience import wording
from beffroi.audience.facts import TextView
from beffroi.delivery.words import Channel


def by_form(text: TextView | None) -> tuple[Channel, ...]:
    """Channels for which something is typed: an address, a number."""
    return (Channel.EMAIL, Channel.SMS) if sms(text) else (Channel.EMAIL,)


def sms(text: TextView | None) -> bool:
    return settings.SMS_IS_ON and text is not None and wording.covers(text.wording, Channel.SMS)


def push(text: TextView | None) -> bool:
    return settings.PUSH_IS_ON and text is not None and wording.covers(text.wording, Channel.PUSH)
