"""What became of a campaign, and of all those of a period. Nothing here knows who opened what."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.db.models.functions import TruncHour, TruncMinute

from beffroi.campaigns.models import Campaign
from beffroi.delivery.models import Delivery
from beffroi.delivery.outgoing import Outcomes, Progress
from beffroi.delivery.queries import messages as told
from beffroi.delivery.words import DeliveryState
from beffroi.towns.models import Town

MINUTES_SHOWN = timedelta(hours=2)
"""A longer sending is shown by the hour."""
BARS_SHOWN = 48


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """How many deliveries were settled in one minute, or in one hour."""

    at: datetime
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CampaignLine:
    """One campaign in the results of a period."""

    campaign_id: int
    subject: str
    sent_at: datetime
    recipients: int
    sent: int
    delivered: int
    bounced: int
    complained: int


def progress(town: Town, campaign: Campaign) -> Progress | None:
    """How far the sending has got; None before it began."""
    return told.progress(town, campaign.message_id) if campaign.message_id else None


def outcomes(town: Town, campaign: Campaign) -> Outcomes | None:
    """Figures of one campaign; None before it was sent."""
    return told.outcomes(town, campaign.message_id) if campaign.message_id else None


def pace(town: Town, campaign: Campaign) -> list[Moment]:
    """By the minute, or by the hour when the sending took long; the first ones when there are very many."""
    if campaign.message_id is None:
        return []
    rows = Delivery.objects.of(town).filter(
        message_id=campaign.message_id,
        settled_at__isnull=False,
        state__gte=DeliveryState.UNKNOWN,
    )
    ends = rows.order_by("settled_at").values_list("settled_at", flat=True)
    first, last = ends.first(), ends.last()
    if first is None or last is None:
        return []
    step = TruncMinute if last - first <= MINUTES_SHOWN else TruncHour
    counted = rows.annotate(moment=step("settled_at")).values("moment").annotate(n=Count("*"))
    return [
        Moment(at=moment, count=count)
        for moment, count in counted.order_by("moment").values_list("moment", "n")[:BARS_SHOWN]
        if moment is not None
    ]


def sent_between(town: Town, since: datetime, until: datetime) -> list[CampaignLine]:
    """The campaigns that left in [since, until), the newest first."""
    rows = list(
        Campaign.objects.of(town)
        .filter(message_id__isnull=False, published_at__gte=since, published_at__lt=until)
        .order_by("-published_at", "-pk")
    )
    counted: dict[int, dict[int, int]] = {}
    states = Delivery.objects.of(town).filter(message_id__in=[row.message_id for row in rows])
    rows_of = states.values("message_id", "state").annotate(n=Count("*"))
    for message_id, state, count in rows_of.values_list("message_id", "state", "n"):
        counted.setdefault(message_id, {})[state] = count
    return [_line(row, counted.get(row.message_id or 0, {})) for row in rows]


def _line(row: Campaign, by_state: dict[int, int]) -> CampaignLine:
    accepted = by_state.get(DeliveryState.ACCEPTED, 0)
    bounced = by_state.get(DeliveryState.BOUNCED, 0)
    complained = by_state.get(DeliveryState.COMPLAINED, 0)
    return CampaignLine(
        campaign_id=row.pk,
        subject=row.subject,
        sent_at=row.published_at or row.edited_at,
        recipients=sum(by_state.values()),
        sent=accepted + bounced + complained,
        delivered=accepted + complained,
        bounced=bounced,
        complained=complained,
    )
