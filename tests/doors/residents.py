"""A resident and their mailbox: the real bytes that the press strikes, read as a mail program reads them."""

import email
import email.policy
import re
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

from beffroi.audience.models import Subscriber, Theme
from beffroi.audience.queries import themes as wording
from beffroi.audience.services import themes
from beffroi.delivery import keys, press
from beffroi.delivery.models import ContactPoint, Delivery, Message
from beffroi.delivery.services import contact_points
from beffroi.delivery.words import Channel
from beffroi.kit import tokens
from beffroi.towns.models import Town
from tests.cast import NOON

ADDRESS = "camille.martin@orange.fr"


def opened(town: Town) -> list[Theme]:
    """The town's three first themes."""
    themes.open_town(town, at=NOON)
    return list(Theme.objects.of(town).order_by("position"))


def answers(town: Town, *chosen: Theme, address: str = ADDRESS, **more: str) -> dict[str, object]:
    """The public form as a browser sends it."""
    return {
        "themes": [theme.pk for theme in chosen],
        "email": address,
        "contact": address,
        "consent": wording.consent_text(town).version,
        "website": "",
        **more,
    }


def mailbox(town: Town, address: str = ADDRESS) -> list[EmailMessage]:
    """What this address was sent, the oldest first, as the engine would hand it over."""
    point = contact_points.find(town, Channel.EMAIL, address)
    assert point is not None
    versions = dict(ContactPoint.objects.of(town).values_list("pk", "link_version"))
    found = []
    for delivery in Delivery.objects.of(town).filter(contact_point_id=point).order_by("message_id"):
        message = Message.objects.of(town).get(pk=delivery.message_id)
        _, raw = press.compose(message, at=NOON).strike(
            delivery.seq, point, versions[point], address.encode()
        )
        found.append(email.message_from_bytes(raw[:-3], policy=email.policy.SMTP))
    return found


def sms_code(town: Town) -> str:
    """The six digits of the last SMS."""
    message = Message.objects.of(town).filter(channel=Channel.SMS).latest("id")
    delivery = Delivery.objects.of(town).get(message_id=message.pk)
    key = keys.token_key()
    return tokens.six_digits(key, town_id=town.pk, message_id=message.pk, seq=delivery.seq).decode()


def text(message: EmailMessage) -> str:
    body: Any = message.get_body(("plain",))
    return str(body.get_content())


def found(pattern: str, text: str) -> str:
    """What the first group of `pattern` holds, in a text that must contain it."""
    match = re.search(pattern, text, re.MULTILINE | re.DOTALL)
    assert match, f"{pattern} is not in {text}"
    return str(match[1])


def link(message: EmailMessage, part: str) -> str:
    """The path of the link in the text that holds `part`."""
    urls = re.findall(r"https?://\S+", text(message))
    return str(urlsplit(next(url for url in urls if part in url)).path)


def code(message: EmailMessage) -> str:
    return found(r"^(\d{6})\s*$", text(message))


def subscribed(town: Town, client, *chosen: Theme, address: str = ADDRESS) -> Subscriber:
    """Asked and confirmed, through the pages."""
    client.post(f"/{town.slug}/abonnement/", answers(town, *chosen, address=address))
    client.post(link(mailbox(town, address)[-1], "/confirmation/"))
    return Subscriber.objects.of(town).get(
        email_point_id=contact_points.find(town, Channel.EMAIL, address), status="active"
    )
