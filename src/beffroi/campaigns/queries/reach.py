"""Whom a content reaches by each channel, and what that costs: told before anybody presses the button."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from beffroi.audience import queries as audience
from beffroi.audience.facts import AudienceCount
from beffroi.audience.reach import reached_people
from beffroi.campaigns import short
from beffroi.campaigns.content import Content
from beffroi.delivery.sets import joined_as_sets
from beffroi.delivery.words import Channel
from beffroi.money.facts import Estimate, Line
from beffroi.money.queries import estimates
from beffroi.towns.models import Town


@dataclass(frozen=True, kw_only=True, slots=True)
class ByChannel:
    channel: Channel
    parts: int
    """SMS parts of one message; 1 for the other channels."""
    count: AudienceCount


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    channels: Sequence[ByChannel]
    people: int
    """Each counted once, by however many channels they are reached."""
    estimate: Estimate

    @property
    def recipients(self) -> int:
        """Messages that would leave."""
        return sum(one.count.recipients for one in self.channels)

    @property
    def excluded(self) -> int:
        return sum(one.count.excluded for one in self.channels)


def reach(town: Town, content: Content, *, campaign_id: int = 0, at: datetime) -> Reach:
    """`campaign_id` makes the address in the SMS as long as it will be."""
    channels = [_by(town, content, channel, campaign_id, at=at) for channel in content.channels]
    lines = [
        Line(channel=one.channel, recipients=one.count.recipients, parts=one.parts)
        for one in channels
    ]
    return Reach(
        channels=channels,
        people=_people(town, content, at=at),
        estimate=estimates.estimate(town, lines, service_id=content.service_id, at=at),
    )


def _by(
    town: Town, content: Content, channel: Channel, campaign_id: int, *, at: datetime
) -> ByChannel:
    parts = 1
    if channel == Channel.SMS:
        parts = max(short.measured(town, campaign_id, content.sms).parts, 1)
    count = audience.count_with_exclusions(
        town,
        content.theme_ids,
        channel=channel,
        spread=content.spread,
        among=content.channels,
        at=at,
    )
    return ByChannel(channel=channel, parts=parts, count=count)


def _people(town: Town, content: Content, *, at: datetime) -> int:
    with joined_as_sets():
        reached = [
            reached_people(
                town,
                content.theme_ids,
                channel=channel,
                spread=content.spread,
                among=content.channels,
                at=at,
            ).values("pk")
            for channel in content.channels
        ]
        return reached[0].union(*reached[1:]).count()
