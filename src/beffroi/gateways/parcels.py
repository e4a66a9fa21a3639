"""What every gateway takes and gives back."""

import enum
from types import TracebackType
from typing import NamedTuple, Protocol, Self


class Verdict(enum.Enum):
    ACCEPTED = enum.auto()
    RETRY = enum.auto()
    REFUSED = enum.auto()
    AMBIGUOUS = enum.auto()
    """The connection broke between our last byte and the answer: nobody knows."""


class Stage(enum.Enum):
    """Where in the conversation the verdict fell."""

    CONNECT = enum.auto()
    SENDER = enum.auto()
    RECIPIENT = enum.auto()
    CONTENT = enum.auto()


class Urgency(enum.Enum):
    """How much a device or a network may let a message wait (RFC 8030, 5.3)."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class Manner(NamedTuple):
    """How the parcels of one message want to be handed over. One object for all of them; SMTP needs none."""

    urgency: Urgency = Urgency.NORMAL
    ttl_s: int = 86_400
    """For how long a network may keep trying."""
    topic: str = ""
    """RFC 8030, 5.4: a newer message of the same topic replaces one that still waits."""


class Parcel(NamedTuple):
    """One message for one recipient. A tuple, because a hundred thousand are made in a few seconds."""

    ref: int
    sender: bytes
    """SMTP: return path. SMS: the sender's name or number. Push: empty."""
    recipient: bytes
    """SMTP: address. SMS: number in E.164 (+33612345678). Push: the subscription as JSON (kit.contacts)."""
    data: bytes
    """SMTP: the whole message, dot-stuffed, with the final dot. SMS: the text in UTF-8. Push: the payload in JSON."""
    manner: Manner | None = None


class Outcome(NamedTuple):
    ref: int
    verdict: Verdict
    stage: Stage
    code: int
    """SMTP or HTTP reply code, SMPP command status; 0 when there was none."""
    status: str
    """Enhanced status (RFC 3463), e.g. 5.1.1; empty when not given."""
    text: str
    """The server's words. They may quote an address: never store, never log."""
    references: tuple[str, ...] = ()
    """What the next hop calls this delivery in its receipts, one per part of an SMS: "provider/id"."""


class Ledger(Protocol):
    """The side that hands out parcels and writes down what happens. Called from several threads."""

    def take(self) -> Parcel | None:
        """The next parcel, or None when there is none at present."""

    def turn(self, done: Outcome | None, begun: Parcel | None) -> None:
        """Called before the body of `begun` leaves; `done` is what became of an earlier one."""

    def left(self) -> None:
        """Called when a connection has stopped working for this ledger."""


class Gateway(Protocol):
    """One way out. A delivery failure is an outcome, never an exception."""

    unreachable: str
    """Why nothing could be reached when last tried; empty when it could. Whoever drives may clear it."""
    failure: BaseException | None
    """What a ledger raised (a full disk…): whoever drives must stop."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    @property
    def busy(self) -> int:
        """Connections at work for a ledger."""

    def drive(self, ledger: Ledger, *, connections: int) -> None:
        """Puts up to `connections` connections to work for `ledger` until it runs dry; returns at once."""


class ReportKind(enum.Enum):
    DELIVERED = enum.auto()
    FAILED = enum.auto()
    """It will never arrive."""
    ON_ITS_WAY = enum.auto()
    REPLY = enum.auto()
    """A person answered; STOP is one answer among others."""


class Report(NamedTuple):
    """Something that came back from the next hop, as it came."""

    kind: ReportKind
    provider: str
    reference: str
    """As in `Outcome.references`; empty for a reply."""
    code: int = 0
    sender: bytes = b""
    """Of a reply: the person's number in E.164."""
    to: str = ""
    """Of a reply: the number or short code that it was sent to."""
    text: str = ""
    """Of a reply. Never log."""


class Inbox(Protocol):
    """Reports wait here until they are kept: the provider is told so only then, and repeats what was lost."""

    def wait(self, timeout_s: float) -> bool:
        """Whether there is something to take."""

    def take(self, limit: int) -> list[Report]:
        """Up to `limit` reports, oldest first."""

    def kept(self, reports: list[Report]) -> None:
        """These are committed: the provider may forget them."""
