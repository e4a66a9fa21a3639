"""What callers hand over to be sent, and what they are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from beffroi.delivery.words import Channel, DeliveryState, EventKind, Lane, MessageState


@dataclass(frozen=True, kw_only=True, slots=True)
class OutgoingMessage:
    """One text for many people. The texts may hold `Slot` markers and nothing personal."""

    lane: Lane
    subject: str = ""
    """The title of a notification; an SMS has none."""
    text: str
    html: str = ""
    """Empty: the message goes out as plain text only. E-mail only."""
    page_url: str = ""
    """Where a click on a notification leads; it may hold a `Slot`. Empty: `base_url`."""
    topic: str = ""
    """Of a notification: a newer one of the same topic replaces it on a device that was off (RFC 8030, 5.4)."""
    from_name: str
    """For an SMS, the sender that telephones show: `press.sms_sender` says what is allowed."""
    from_address: str = ""
    """E-mail only."""
    reply_to: str = ""
    base_url: str
    """Public address of the town's pages, without a final slash: https://beffroi.example/arcachon."""
    reference: str = ""
    """What this is to the caller, e.g. "campaign:12"; given back, never interpreted."""
    theme_ids: tuple[int, ...] = ()
    """Stopping one of these themes after the freeze keeps this message from that person."""
    list_id: str = ""
    """RFC 2919, e.g. culture.arcachon.beffroi.example."""
    feedback_id: str = ""
    """Gmail's Feedback-ID: four fields, few distinct values."""
    with_list_unsubscribe: bool = True
    """False for confirmations and codes."""
    channel: Channel = Channel.EMAIL


@dataclass(frozen=True, kw_only=True, slots=True)
class Select:
    """A SELECT of contact point ids, for callers without a QuerySet."""

    sql: str
    params: tuple[object, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far a message has got; cheap enough to ask every second."""

    state: MessageState
    recipients: int
    accepted: int
    refused: int
    suppressed: int
    unknown: int
    expired: int
    cancelled: int
    deferred: int
    """Waiting for another try."""
    started_at: datetime
    finished_at: datetime | None

    @property
    def settled(self) -> int:
        return (
            self.accepted
            + self.refused
            + self.suppressed
            + self.unknown
            + self.expired
            + self.cancelled
        )

    @property
    def waiting(self) -> int:
        return self.recipients - self.settled


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcomes:
    """What happened to the deliveries of one message, or of one month."""

    recipients: int
    waiting: int
    accepted: int
    """Taken by the recipient's side, and nothing has come back since."""
    delivered: int
    """The network says that the telephone has it: SMS only."""
    refused: int
    bounced: int
    """Came back, or an SMS that the network gave up."""
    complained: int
    suppressed: int
    unknown: int
    expired: int
    cancelled: int
    unsubscribed: int
    """People who stopped from this message; they are also counted above."""

    @property
    def sent(self) -> int:
        """Handed over, whatever came back later."""
        return self.accepted + self.delivered + self.bounced + self.complained


@dataclass(frozen=True, kw_only=True, slots=True)
class MonthOutcomes:
    year: int
    month: int
    messages: int
    outcomes: Outcomes


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryEvent:
    kind: EventKind
    at: datetime
    status: str
    """SMTP code and enhanced status, e.g. "550 5.1.1"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryLine:
    """One message to one contact point, for the front desk."""

    message_id: int
    seq: int
    reference: str
    lane: Lane
    channel: Channel
    subject: str
    """For an SMS, which has none, how its text begins."""
    frozen_at: datetime
    state: DeliveryState
    settled_at: datetime | None
    events: Sequence[HistoryEvent]


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryRef:
    """The delivery that a link or a code belongs to."""

    message_id: int
    seq: int
    contact_point_id: int
    reference: str
    theme_ids: tuple[int, ...]
    lane: Lane
    frozen_at: datetime
