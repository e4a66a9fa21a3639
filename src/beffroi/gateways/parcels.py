"""What every gateway takes and gives back."""

import enum
from typing import NamedTuple, Protocol


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


class Parcel(NamedTuple):
    """One message for one recipient. A tuple, because a hundred thousand are made in a few seconds."""

    ref: int
    sender: bytes
    recipient: bytes
    data: bytes
    """The whole message, dot-stuffed, with the final dot."""


class Outcome(NamedTuple):
    ref: int
    verdict: Verdict
    stage: Stage
    code: int
    """SMTP reply code; 0 when there was none."""
    status: str
    """Enhanced status (RFC 3463), e.g. 5.1.1; empty when not given."""
    text: str
    """The server's words. They may quote an address: never store, never log."""


class Ledger(Protocol):
    """The side that hands out parcels and writes down what happens. Called from several threads."""

    def take(self) -> Parcel | None:
        """The next parcel, or None when there is none at present."""

    def turn(self, done: Outcome | None, begun: Parcel | None) -> None:
        """Called before the body of `begun` leaves; `done` is what became of an earlier one."""

    def left(self) -> None:
        """Called when a connection has stopped working for this ledger."""
