"""Whom a message would reach by each channel and what that costs: known before the second tap."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from beffroi.alerts.texts import Words, as_drill
from beffroi.audience import reach
from beffroi.audience.channels import Spread
from beffroi.delivery.words import Channel
from beffroi.kit import gsm
from beffroi.money.facts import Estimate, Line
from beffroi.money.queries import estimates
from beffroi.towns.models import Town


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    lines: Sequence[Line]
    """The fastest channel first."""
    estimate: Estimate


def expected(town: Town, words: Words, *, is_drill: bool, at: datetime) -> Expected:
    """If it left now. The town pays; no budget holds an alert back."""
    leaving = as_drill(words) if is_drill else words
    lines = [
        Line(
            channel=channel,
            recipients=_recipients(town, words, channel, is_drill=is_drill, at=at),
            parts=gsm.parts_of(leaving.sms) if channel is Channel.SMS else 1,
        )
        for channel in words.channels
    ]
    estimate = estimates.estimate(town, lines, service_id=None, at=at)
    return Expected(lines=lines, estimate=estimate)


def _recipients(town: Town, words: Words, channel: Channel, *, is_drill: bool, at: datetime) -> int:
    if is_drill:
        return reach.drill_recipients(town, channel=channel, at=at).count()
    themes = words.theme_ids
    return reach.recipients(town, themes, channel=channel, spread=Spread.ALL, at=at).count()
