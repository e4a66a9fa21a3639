"""What this room tells its callers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from beffroi.audience.words import Origin
from beffroi.bilan.periods import Period
from beffroi.delivery.words import Channel
from beffroi.money.facts import Sums


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelSends:
    """What campaigns and alerts sent by one channel."""

    channel: Channel
    campaigns: int = 0
    """Campaigns that used it."""
    sent: int = 0
    """Accepted by the network, whatever came back later."""
    delivered: int | None = None
    """A receipt says that the telephone has it; None for a channel that has no receipts."""
    bounced: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class MonthSends:
    month: date
    channel: Channel
    sent: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ThemeLine:
    """One theme: its campaigns in the period, its subscribers at the end of it."""

    name: str
    is_temporary: bool
    campaigns: int
    subscribers: int


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertLine:
    """Alerts that were sent, by what and how grave."""

    phenomenon: str
    """In words; empty for an emergency of the town's own."""
    colour: str
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OriginLine:
    origin: Origin
    subscribers: int
    """Who joined this way and is there at the end."""
    joined: int
    """In the period, whether still there or not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class People:
    at_start: int
    at_end: int
    joined: int
    left: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """The town's two figures, and what they make of the period's campaigns."""

    letters_per_sending: int
    sheets_per_letter: int
    campaigns: int

    @property
    def letters(self) -> int:
        return self.campaigns * self.letters_per_sending

    @property
    def sheets(self) -> int:
        return self.letters * self.sheets_per_letter


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """A period in figures."""

    period: Period
    campaigns: int
    alerts: Sequence[AlertLine]
    sends: Sequence[ChannelSends]
    """One for each channel, used or not."""
    months: Sequence[MonthSends]
    themes: Sequence[ThemeLine]
    origins: Sequence[OriginLine]
    people: People
    costs: dict[Channel, Sums] = field(default_factory=dict)
    """Of all that left, codes and confirmations included."""
    paper: Paper | None
    """None: the town has not said what it used to print."""

    def by(self, channel: Channel) -> ChannelSends:
        return next(line for line in self.sends if line.channel == channel)

    @property
    def alert_count(self) -> int:
        return sum(line.count for line in self.alerts)

    @property
    def before_tax(self) -> int:
        return sum(sums.before_tax for sums in self.costs.values())

    @property
    def vat(self) -> int:
        return sum(sums.vat for sums in self.costs.values())

    @property
    def with_tax(self) -> int:
        return self.before_tax + self.vat

    @property
    def free_parts(self) -> int:
        return sum(sums.free_parts for sums in self.costs.values())
