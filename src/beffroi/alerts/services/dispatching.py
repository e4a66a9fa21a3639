"""One text on every channel it has, to everyone who chose its themes; or to the volunteers of an exercise."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from beffroi.alerts.html import paragraphs
from beffroi.alerts.services.facts import CannotLeave
from beffroi.alerts.texts import Words
from beffroi.audience import reach
from beffroi.audience.channels import Spread
from beffroi.audience.models import Subscriber
from beffroi.campaigns import letter
from beffroi.campaigns.content import Content
from beffroi.campaigns.queries import letters
from beffroi.delivery.outgoing import OutgoingMessage
from beffroi.delivery.press import BadText
from beffroi.delivery.queries import messages as told
from beffroi.delivery.services import messages
from beffroi.delivery.words import Channel, Lane
from beffroi.kit.paths import ALERT, town_url
from beffroi.money.services import charges
from beffroi.towns import queries as towns
from beffroi.towns.models import Town


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    channel: Channel
    message_number: int
    recipients: int


def dispatch(
    town: Town, words: Words, *, lane: Lane, reference: str, is_drill: bool, at: datetime
) -> list[Sent]:
    """The fastest channel first; hours of rest are not looked at. Raises: CannotLeave."""
    sent = []
    for channel in words.channels:
        message = _message(town, words, channel, lane=lane, reference=reference, at=at)
        recipients = _recipients(town, words, channel, is_drill=is_drill, at=at)
        try:
            number = messages.enqueue(town, message, recipients=recipients, at=at)
        except BadText as bad:
            raise CannotLeave(str(bad)) from bad
        reached = told.progress(town, number).recipients
        sent.append(Sent(channel=channel, message_number=number, recipients=reached))
    numbers = [one.message_number for one in sent]
    charges.charge(town, numbers, service_id=None, at=at, is_bounded=False)
    return sent


def _recipients(
    town: Town, words: Words, channel: Channel, *, is_drill: bool, at: datetime
) -> QuerySet[Subscriber, int]:
    if is_drill:
        return reach.drill_recipients(town, channel=channel, at=at)
    return reach.recipients(town, words.theme_ids, channel=channel, spread=Spread.ALL, at=at)


def _message(
    town: Town, words: Words, channel: Channel, *, lane: Lane, reference: str, at: datetime
) -> OutgoingMessage:
    base_url = town_url(settings.BEFFROI_URL, town.slug)
    if channel is Channel.SMS:
        return OutgoingMessage(
            channel=channel,
            lane=lane,
            text=words.sms,
            from_name=towns.sms_sender(town),
            base_url=base_url,
            reference=reference,
            theme_ids=words.theme_ids,
        )
    if channel is Channel.PUSH:
        return OutgoingMessage(
            channel=channel,
            lane=lane,
            subject=words.push_title,
            text=words.push_text,
            page_url=base_url + ALERT,
            topic=re.sub(r"[^A-Za-z0-9_-]", "-", reference),
            from_name=town.sender_name,
            base_url=base_url,
            reference=reference,
            theme_ids=words.theme_ids,
        )
    return _email(town, words, lane=lane, reference=reference, base_url=base_url, at=at)


def _email(
    town: Town, words: Words, *, lane: Lane, reference: str, base_url: str, at: datetime
) -> OutgoingMessage:
    content = Content(
        subject=words.subject,
        preheader="",
        body=paragraphs(words.body),
        theme_ids=words.theme_ids,
    )
    sheet = letters.sheet(town, content, page_url=base_url + ALERT, at=at)
    frozen = letter.compose(sheet, counted={})
    return OutgoingMessage(
        lane=lane,
        subject=words.subject,
        text=frozen.text,
        html=frozen.html,
        from_name=town.sender_name,
        from_address=town.sender_address,
        reply_to=town.reply_to,
        base_url=base_url,
        reference=reference,
        theme_ids=words.theme_ids,
    )
