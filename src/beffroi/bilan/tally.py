"""Counted deliveries added up: what was sent, what is known to have arrived, what came back."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date

from beffroi.bilan.facts import ChannelSends, MonthSends
from beffroi.delivery.words import SENT, Channel, DeliveryState

WITH_RECEIPTS = frozenset({Channel.SMS})
"""Only telephone networks tell that a message arrived."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """Deliveries of one month, channel and state."""

    month: date
    channel: Channel
    state: int
    count: int


def by_channel(rows: Sequence[Counted], campaigns: Mapping[Channel, int]) -> list[ChannelSends]:
    """A line for each channel, used or not."""
    return [
        ChannelSends(
            channel=channel,
            campaigns=campaigns.get(channel, 0),
            sent=_sum(rows, channel, SENT),
            delivered=_sum(rows, channel, {DeliveryState.DELIVERED})
            if channel in WITH_RECEIPTS
            else None,
            bounced=_sum(rows, channel, {DeliveryState.BOUNCED}),
        )
        for channel in Channel
    ]


def by_month(rows: Sequence[Counted]) -> list[MonthSends]:
    """Months and channels in which something was sent, the oldest first."""
    sums: dict[tuple[date, Channel], int] = {}
    for row in rows:
        if row.state in SENT:
            sums[row.month, row.channel] = sums.get((row.month, row.channel), 0) + row.count
    return [
        MonthSends(month=month, channel=channel, sent=sent)
        for (month, channel), sent in sorted(sums.items())
    ]


def _sum(rows: Sequence[Counted], channel: Channel, states: Set[DeliveryState]) -> int:
    return sum(row.count for row in rows if row.channel == channel and row.state in states)
