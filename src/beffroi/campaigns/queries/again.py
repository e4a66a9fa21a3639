"""Whom the uncertain of a campaign are, and what sending to them again costs: told before anybody presses the button."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from beffroi.campaigns.models import Campaign
from beffroi.campaigns.queries.contents import content_of
from beffroi.campaigns.queries.results import message_ids
from beffroi.delivery.models import Delivery, Message
from beffroi.delivery.words import Channel, DeliveryState, MessageState
from beffroi.money.facts import Estimate, Line
from beffroi.money.queries import estimates
from beffroi.towns.models import Town


@dataclass(frozen=True, kw_only=True, slots=True)
class Again:
    count: int
    estimate: Estimate


def again(town: Town, campaign: Campaign, *, at: datetime) -> Again | None:
    """None when nobody is uncertain, or when those who are go again already."""
    unknown = Delivery.objects.of(town).filter(
        message_id__in=message_ids(town, campaign), state=DeliveryState.UNKNOWN
    )
    counts = dict(unknown.values_list("message_id").annotate(n=Count("*")))
    rows = Message.objects.of(town).filter(pk__in=counts, state=MessageState.DONE).order_by("pk")
    lines = [
        Line(channel=Channel(row.channel), recipients=counts[row.pk], parts=row.parts)
        for row in rows
    ]
    if not lines:
        return None
    service_id = content_of(town, campaign).service_id
    return Again(
        count=sum(line.recipients for line in lines),
        estimate=estimates.estimate(town, lines, service_id=service_id, at=at),
    )
