"""Named facts that this room's services raise, and what they hand to the doors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from beffroi.audience.words import FarewellState, Origin, ProofAction, Status, ThemeKind


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


@dataclass(frozen=True, kw_only=True, slots=True)
class SubscriberView:
    """One subscriber as a page may show them: the address masked, the name in clear."""

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

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.family_name}".strip()


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
    purge_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperFormData:
    """A signed form as the agent reads it."""

    number: str
    signed_on: date
    address: str
    theme_ids: Sequence[int]
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


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeRequest:
    """Where the visitor types the code; the same for known and unknown addresses."""

    handle: UUID
