"""The press: a message is composed once, then one copy is struck for each recipient. One maker per channel."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from beffroi.delivery.models import Message
from beffroi.delivery.outgoing import OutgoingMessage
from beffroi.delivery.press import letters, notices, texts
from beffroi.delivery.press.plates import Plate
from beffroi.delivery.press.slots import BadText, check_slots
from beffroi.delivery.press.texts import is_sender
from beffroi.delivery.words import Channel

__all__ = ["BadText", "Plate", "check", "compose", "is_sender", "parts"]

_BASE_URL = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~-]+)*\Z")


class _Maker(NamedTuple):
    check: Callable[[OutgoingMessage], None]
    compose: Callable[..., Plate]


_MAKERS = {
    Channel.EMAIL: _Maker(letters.check, letters.compose),
    Channel.SMS: _Maker(texts.check, texts.compose),
    Channel.PUSH: _Maker(notices.check, notices.compose),
}


def check(message: OutgoingMessage) -> None:
    """Refuses before the freeze what could not be sent after it. Raises: BadText."""
    if not _BASE_URL.match(message.base_url):
        raise BadText("base_url is a plain address without a final slash")
    check_slots(message.text)
    _MAKERS[message.channel].check(message)


def parts(message: OutgoingMessage) -> int:
    """How many parts the networks count and bill for one delivery: more than one for a long SMS only."""
    return texts.parts(message) if message.channel == Channel.SMS else 1


def compose(message: Message, *, at: datetime) -> Plate:
    """Everything that the recipients share, done once; as it is to leave at `at`."""
    return _MAKERS[Channel(message.channel)].compose(message, at=at)
