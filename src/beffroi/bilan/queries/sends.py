"""What campaigns and alerts sent, counted from the deliveries."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from beffroi.alerts.models import Alert
from beffroi.bilan.periods import Period
from beffroi.bilan.tally import Counted
from beffroi.campaigns.models import Campaign
from beffroi.delivery.models import Message
from beffroi.delivery.words import Channel
from beffroi.towns.models import Town

_SENDS = (Path(__file__).parents[1] / "sql" / "sends.sql").read_text(encoding="utf-8")


def counted(town: Town, period: Period) -> Sequence[Counted]:
    params: dict[str, Any] = {
        "town": town.pk,
        "zone": timezone.get_current_timezone_name(),
        "since": period.start,
        "until": period.end,
        "drills": _drills(town, period),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SENDS, params)
        return [
            Counted(month=month, channel=Channel(channel), state=state, count=count)
            for month, channel, state, count in cursor.fetchall()
        ]


def campaign_count(town: Town, period: Period) -> int:
    """Campaigns that left, by whatever channels."""
    rows = Campaign.objects.of(town)
    return rows.filter(published_at__gte=period.start, published_at__lt=period.end).count()


def campaigns_by_channel(town: Town, period: Period) -> dict[Channel, int]:
    """How many campaigns used each channel."""
    rows = Message.objects.of(town).filter(
        frozen_at__gte=period.start,
        frozen_at__lt=period.end,
        reference__startswith="campaign:",
        recipients__gt=0,
    )
    pairs = set(rows.values_list("channel", "reference"))
    return {channel: sum(used == channel for used, _which in pairs) for channel in Channel}


def _drills(town: Town, period: Period) -> list[str]:
    """References of every exercise up to the end of the period."""
    rows = Alert.objects.of(town).filter(is_drill=True, opened_at__lt=period.end)
    return [f"alert:{pk}" for pk in rows.values_list("pk", flat=True)]
