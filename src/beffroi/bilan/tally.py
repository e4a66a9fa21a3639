"""Counted deliveries added up: what was sent, and what arrived as far as can be known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from beffroi.bilan.facts import ChannelSends, MonthSends
from beffroi.delivery.words import Channel, DeliveryState

SENT = frozenset(
    {
        DeliveryState.ACCEPTED,
        DeliveryState.DELIVERED,
        DeliveryState.BOUNCED,
        DeliveryState.COMPLAINED,
    }
)
ARRIVED = {
    Channel.EMAIL: SENT - {DeliveryState.BOUNCED},
    Channel.SMS: frozenset({DeliveryState.DELIVERED}),
    Channel.PUSH: SENT - {DeliveryState.BOUNCED},
}
"""Only telephone networks tell that a message arrived; elsewhere what was taken and not returned counts."""


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
            delivered=_sum(rows, channel, ARRIVED[channel]),
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


def _sum(rows: Sequence[Counted], channel: Channel, states: frozenset[DeliveryState]) -> int:
    return sum(row.count for row in rows if row.channel == channel and row.state in states)
