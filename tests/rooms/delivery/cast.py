"""Builders for this room: messages, recipients, workers and the relay they speak to."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from beffroi.delivery.engine.journal import Place
from beffroi.delivery.engine.worker import Worker
from beffroi.delivery.models import Delivery
from beffroi.delivery.outgoing import OutgoingMessage
from beffroi.delivery.services import contact_points, messages
from beffroi.delivery.words import Channel, DeliveryState, Lane, Slot
from beffroi.gateways.relay import Relay
from beffroi.gateways.smtp import SmtpGateway
from beffroi.towns.models import Town
from tests.cast import NOON

BASE = "https://beffroi.example/arcachon"


class Clock:
    """A clock that the test moves."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now


def a_message(**changes: object) -> OutgoingMessage:
    fields: dict[str, object] = {
        "lane": Lane.CAMPAIGN,
        "subject": "Fête de l’été",
        "text": f"Bonjour à tous\nPour ne plus recevoir : {Slot.UNSUBSCRIBE_URL.marker}\n",
        "html": f'<p>Bonjour <a href="{Slot.PREFERENCES_URL.marker}">mes choix</a></p>',
        "from_name": "Ville d’Arcachon",
        "from_address": "telmail@arcachon.example",
        "base_url": BASE,
        "reference": "campaign:1",
        "theme_ids": (7,),
    }
    return OutgoingMessage(**{**fields, **changes})  # type: ignore[arg-type]


def addresses(count: int, start: int = 0) -> list[str]:
    return [f"habitant.{n}@exemple.fr" for n in range(start, start + count)]


def people(town: Town, count: int = 3, *, at: datetime = NOON) -> list[int]:
    return contact_points.find_or_create_many(town, Channel.EMAIL, addresses(count), at=at)


def sent(town: Town, recipients: Sequence[int], *, at: datetime = NOON, **changes: object) -> int:
    return messages.enqueue(town, a_message(**changes), recipients=recipients, at=at)


def states(town: Town, message_id: int) -> list[DeliveryState]:
    rows = Delivery.objects.of(town).filter(message_id=message_id).order_by("seq")
    return [DeliveryState(state) for state in rows.values_list("state", flat=True)]


def run(folder, clock: Clock, port: int, *, name: str = "engine-1", connections: int = 2) -> None:
    """One worker sends all that is due, and ends."""
    place = Place(folder, name)
    relay = Relay(host="127.0.0.1", port=port, connections=connections, reply_timeout_s=10)
    place.lock()
    try:
        with SmtpGateway(relay) as gateway:
            Worker(gateway, place, clock=clock).run_until_idle()
    finally:
        place.unlock()
