"""What became of a campaign, and of all those of a period. Nothing here knows who opened what."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.db.models.functions import TruncHour, TruncMinute

from beffroi.campaigns.models import Campaign, CampaignMessage
from beffroi.delivery.models import Delivery
from beffroi.delivery.outgoing import Outcomes, Progress
from beffroi.delivery.queries import messages as told
from beffroi.delivery.words import SENT, Channel, DeliveryState
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
    sms_sent: int
    """Of `sent`, those by SMS: the only ones whose receipts can come."""
    delivered: int
    """Of `sms_sent`: a receipt says that the telephone has it."""
    bounced: int
    complained: int


def message_ids(town: Town, campaign: Campaign) -> list[int]:
    """Of `delivery`, in the order they were made; none before the campaign was sent."""
    rows = CampaignMessage.objects.of(town).filter(campaign=campaign)
    return list(rows.values_list("message_id", flat=True))


def progress(town: Town, campaign: Campaign) -> Progress | None:
    """How far the sending has got, by all channels together; None before it began."""
    ids = message_ids(town, campaign)
    return told.progress_of(town, ids) if ids else None


def outcomes(town: Town, campaign: Campaign) -> Outcomes | None:
    """Figures of one campaign, by all channels together; None before it was sent."""
    ids = message_ids(town, campaign)
    return told.outcomes_of(town, ids) if ids else None


@dataclass(frozen=True, kw_only=True, slots=True)
class ByChannel:
    channel: Channel
    outcomes: Outcomes
    held_until: datetime | None
    """Quiet hours keep some of it until then."""


def by_channel(town: Town, campaign: Campaign, *, at: datetime) -> list[ByChannel]:
    """Figures of each channel that the campaign took; empty before it was sent."""
    ids: dict[Channel, list[int]] = {}
    for row in CampaignMessage.objects.of(town).filter(campaign=campaign):
        ids.setdefault(Channel(row.channel), []).append(row.message_id)
    return [
        ByChannel(
            channel=channel,
            outcomes=told.outcomes_of(town, ids[channel]),
            held_until=told.held_until(town, ids[channel], at=at),
        )
        for channel in sorted(ids)
    ]


def pace(town: Town, campaign: Campaign) -> list[Moment]:
    """By the minute, or by the hour when the sending took long; the first ones when there are very many."""
    rows = Delivery.objects.of(town).filter(
        message_id__in=message_ids(town, campaign),
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
        .filter(published_at__gte=since, published_at__lt=until)
        .order_by("-published_at", "-pk")
    )
    links = CampaignMessage.objects.of(town).filter(campaign__in=rows)
    campaign_of = dict(links.values_list("message_id", "campaign_id"))
    texts = set(links.filter(channel=Channel.SMS).values_list("message_id", flat=True))
    counted: dict[int, Counter[int]] = defaultdict(Counter)
    sms_sent: Counter[int] = Counter()
    states = Delivery.objects.of(town).filter(message_id__in=campaign_of)
    rows_of = states.values("message_id", "state").annotate(n=Count("*"))
    for message_id, state, count in rows_of.values_list("message_id", "state", "n"):
        counted[campaign_of[message_id]][state] += count
        if message_id in texts and state in SENT:
            sms_sent[campaign_of[message_id]] += count
    return [_line(row, counted[row.pk], sms_sent=sms_sent[row.pk]) for row in rows]


def _line(row: Campaign, by_state: Counter[int], *, sms_sent: int) -> CampaignLine:
    return CampaignLine(
        campaign_id=row.pk,
        subject=row.subject,
        sent_at=row.published_at or row.edited_at,
        recipients=by_state.total(),
        sent=sum(by_state[state] for state in SENT),
        sms_sent=sms_sent,
        delivered=by_state[DeliveryState.DELIVERED],
        bounced=by_state[DeliveryState.BOUNCED],
        complained=by_state[DeliveryState.COMPLAINED],
    )
