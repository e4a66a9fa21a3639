"""Messages that no charge names yet: codes, farewells, tests. They count in every estimate all the same."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from beffroi.delivery.models import Message
from beffroi.delivery.words import Channel
from beffroi.money.facts import Line
from beffroi.towns.models import Town

REACH = timedelta(days=35)
"""How far back is looked. The job that collects runs every minute; a machine may be off for a month."""


def uncharged(town: Town, *, at: datetime) -> QuerySet[Message]:
    """In the order they were sent."""
    recent = Message.objects.of(town).filter(frozen_at__gt=at - REACH, recipients__gt=0)
    return recent.filter(charges=None).order_by("frozen_at", "pk")


def line_of(message: Message) -> Line:
    return Line(
        channel=Channel(message.channel), recipients=message.recipients, parts=message.parts
    )
