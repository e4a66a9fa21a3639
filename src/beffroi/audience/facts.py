"""Named facts that this room's services raise, and what they hand to the doors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from beffroi.audience.channels import Rhythm
from beffroi.audience.words import FarewellState, Origin, ProofAction, Status, ThemeKind
from beffroi.delivery.words import Channel


class NoSuchSubscriber(Exception):
    """This town has no such subscriber, or they were erased."""


class NoSuchTheme(Exception):
    """This town has no such theme, or it has ended."""


class NoTheme(Exception):
    """At least one open theme must be chosen."""


class NoSuchText(Exception):
    """This version of the consent wording does not exist."""


class TooManyAttempts(Exception):
    """Too many requests from this network for now; `facts` say nothing about any address."""


class TooManyCodes(TooManyAttempts):
    """This number, or the town, was sent enough codes by SMS for today: nobody spends the town's money beyond."""


class NothingToConfirm(Exception):
    """The link leads to no request: it was used, replaced or erased."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Visitor:
    """Where a resident's request comes from. Kept coarse in proofs and hashed for the counting of attempts."""

    network: str = ""
    """The IP address."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ThemeView:
    id: int
    kind: ThemeKind
    slug: str
    name: str
    description: str
    position: int
    is_alert: bool
    is_public: bool
    ends_on: date | None
    farewell: str
    farewell_sms: str
    farewell_push: str
    farewell_state: FarewellState
    farewell_author_id: int | None
    purge_on: date | None
    ended_at: datetime | None
    purged_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


@dataclass(frozen=True, kw_only=True, slots=True)
class TextView:
    """One version of the consent wording."""

    version: int
    wording: str
    created_at: datetime
    author_name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SubscriptionView:
    theme_id: int
    theme_name: str
    since: datetime
    until: datetime | None
    origin: Origin
    channels: tuple[Channel, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ProofView:
    id: int
    action: ProofAction
    at: datetime
    origin: Origin
    text_version: int | None
    wording: str
    theme_names: tuple[str, ...]
    form_number: str
    signed_on: date | None
    agent_name: str
    import_id: int | None
    line: int | None
    technical_origin: str
    channels: tuple[tuple[Channel, ...], ...]
    """Of each theme, in the order of `theme_names`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldPoint:
    """A telephone or a browser as a page may show it."""

    id: int
    masked: str
    """06 •• •• •• 78, or whose browser it is."""
    stopped_for: str
    """Why nothing reaches it although it was given, in French; else empty."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ThemeChoice:
    """How a person wants one theme."""

    theme_id: int
    channels: int
    """A bit for each (audience.channels)."""
    rhythm: Rhythm


@dataclass(frozen=True, kw_only=True, slots=True)
class SubscriberView:
    """One subscriber as a page may show them: addresses and numbers masked, the name in clear."""

    id: int
    contact_point_id: int | None
    next_contact_point_id: int | None
    masked: str
    """c••••e@orange.fr; empty once erased."""
    next_masked: str
    """An address asked for and not confirmed yet."""
    first_name: str
    family_name: str
    status: Status
    paused_until: datetime | None
    """In the future, or None."""
    origin: Origin
    created_at: datetime
    confirmed_at: datetime | None
    left_at: datetime | None
    erase_on: date | None
    stopped_for: str
    """Why nothing reaches this address although the person subscribed, in French; else empty."""
    theme_ids: frozenset[int]
    """Open subscriptions."""
    theme_names: tuple[str, ...]
    phone: HeldPoint | None
    next_phone: HeldPoint | None
    """A number asked for and not confirmed yet."""
    push: HeldPoint | None
    choices: tuple[ThemeChoice, ...]
    wants_drills: bool
    quiet_from: time | None
    quiet_until: time | None
    """None: the hours of the town (audience.quiet)."""

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.family_name}".strip()

    @property
    def shown(self) -> str:
        """What the person is called in a list: their address, else their number, else their browser."""
        others = [held.masked for held in (self.phone, self.next_phone, self.push) if held]
        return self.masked or self.next_masked or next(iter(others), "")

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Those by which the person can be reached, e-mail first."""
        held = {
            Channel.EMAIL: self.contact_point_id,
            Channel.SMS: self.phone,
            Channel.PUSH: self.push,
        }
        return tuple(channel for channel in Channel if held[channel])

    @property
    def is_out_of_reach(self) -> bool:
        """Whether every way to this person is closed."""
        ways = [self.stopped_for] if self.contact_point_id else []
        ways += [held.stopped_for for held in (self.phone, self.push) if held]
        return bool(ways) and all(ways)

    @property
    def points(self) -> tuple[int, ...]:
        """The contact points behind `channels`."""
        others = tuple(held.id for held in (self.phone, self.push) if held)
        return (self.contact_point_id, *others) if self.contact_point_id else others

    def chosen(self, theme_id: int) -> int:
        """The channels of one theme; 0 when it is not chosen."""
        return next((one.channels for one in self.choices if one.theme_id == theme_id), 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Confirmation:
    """What a confirmation link asks: shown before the button, and after it."""

    subscriber_id: int
    contact_point_id: int
    masked: str
    theme_names: tuple[str, ...]
    is_change_of_address: bool
    done: bool
    """It was confirmed already."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AudienceCount:
    """Who a campaign would reach, and who it would not, with the reason."""

    recipients: int
    paused: int
    bounced: int
    """Address in error, or a message reported as spam."""
    stopped: int
    unconfirmed: int
    without: int = 0
    """They want it by this channel, and have given no number or no browser for it."""
    cheaper: int = 0
    """They get it by a channel that costs less."""

    @property
    def excluded(self) -> int:
        """Those a message by this channel does not reach; who gets it by a cheaper one is reached."""
        return self.paused + self.bounced + self.stopped + self.unconfirmed + self.without


@dataclass(frozen=True, kw_only=True, slots=True)
class ThemeMonth:
    """Subscribers of a theme at the end of a month (of today, in the current one)."""

    theme_id: int
    theme_name: str
    year: int
    month: int
    subscribers: int
    joined: int
    left: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonName:
    first_name: str = ""
    family_name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewTheme:
    """What an agent says of a theme. With `ends_on`, it is temporary."""

    name: str
    description: str = ""
    is_alert: bool = False
    is_public: bool = True
    ends_on: date | None = None
    farewell: str = ""
    farewell_sms: str = ""
    farewell_push: str = ""
    purge_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperFormData:
    """A signed form as the agent reads it."""

    number: str
    signed_on: date
    address: str = ""
    phone: str = ""
    """As it is written on the form; of the two at least one."""
    theme_ids: Sequence[int]
    by_theme: Mapping[int, int] = field(default_factory=dict)
    """Channels by theme; themes left out come by whatever was given."""
    name: PersonName = PersonName()
    scan: bytes | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TypedForm:
    """What became of a form that was typed in."""

    form_id: int
    subscriber_id: int
    is_new: bool
    """False: the person was known, and the themes that were missing have been added."""
    added_theme_names: tuple[str, ...]
