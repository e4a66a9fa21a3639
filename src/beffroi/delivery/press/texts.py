"""SMS: who may sign them, how long they may be."""

import re
from datetime import datetime

from beffroi.delivery.models import Message
from beffroi.delivery.outgoing import OutgoingMessage
from beffroi.delivery.press.plain import PlainPlate, plate
from beffroi.delivery.press.slots import BadText, longest
from beffroi.kit import gsm

MAX_PARTS = 10
MAX_GSM_SEPTETS = 918
"""Six parts; GOV.UK Notify's limit too: beyond it networks drop or reorder parts."""
_NAME = re.compile(r"[A-Za-z0-9]{1,11}\Z")
_SHORT_CODE = re.compile(r"3[68][0-9]{3}\Z")
"""36xxx for information, 38xxx for services (af2m charter of 17 February 2026)."""


def is_sender(name: str) -> bool:
    """Whether the networks accept `name` as a sender: a name, or a short code that can be answered.

    Never a number of ours: 06 and 07 are for people (ARCEP, decision 18-0881). Source: 3GPP TS 23.040, 9.1.2.5.
    """
    if _SHORT_CODE.match(name):
        return True
    return bool(_NAME.match(name)) and not name.isdigit()


def parts(message: OutgoingMessage) -> int:
    """How many SMS are paid for, at most, for one recipient."""
    return gsm.parts_of(longest(message.text, message.base_url))


def check(message: OutgoingMessage) -> None:
    """Raises: BadText."""
    if not message.text.strip():
        raise BadText("An SMS has a text")
    if not is_sender(message.from_name):
        raise BadText("The sender of an SMS is 1 to 11 letters and digits, or a short code")
    if not fits(gsm.measure(longest(message.text, message.base_url))):
        raise BadText("Too long for an SMS")


def fits(measure: gsm.Measure) -> bool:
    """Whether networks carry a text of this size whole."""
    too_many = measure.encoding is gsm.Encoding.GSM and measure.units > MAX_GSM_SEPTETS
    return not too_many and measure.parts <= MAX_PARTS


def compose(message: Message, *, at: datetime) -> PlainPlate:
    return plate(message, gsm.normal(message.text), sender=message.from_name, at=at)
