"""Rows of the room: contact points, messages, one slim row per delivery, chunks, stops, what came back."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from beffroi.delivery.words import (
    Channel,
    ChunkState,
    ContactState,
    DeliveryState,
    EventKind,
    Lane,
    MessageState,
    ReceiptState,
    StopReason,
)
from beffroi.towns.models import Town, TownOwned
from beffroi.towns.owned import TownManager


class ContactPoint(TownOwned):
    """An address, a telephone number or a browser's subscription, sealed: unreadable without the keyring."""

    channel = models.SmallIntegerField(choices=Channel)
    sealed = models.BinaryField(null=True)
    """None once erased."""
    key_id = models.SmallIntegerField()
    fingerprint = models.BinaryField(max_length=16)
    state = models.SmallIntegerField(choices=ContactState, default=ContactState.OK)
    soft_bounces = models.SmallIntegerField(default=0)
    first_soft_at = models.DateTimeField(null=True)
    last_soft_at = models.DateTimeField(null=True)
    link_version = models.IntegerField(default=1)
    """Raised to make every preference link that is out there worthless."""
    created_at = models.DateTimeField()

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["town", "channel", "fingerprint"], name="one_contact_point"
            )
        ]

    def __str__(self) -> str:
        return f"contact point {self.pk}"


class Message(TownOwned):
    """A frozen text and everything its deliveries share."""

    lane = models.SmallIntegerField(choices=Lane)
    channel = models.SmallIntegerField(choices=Channel)
    state = models.SmallIntegerField(choices=MessageState, default=MessageState.SENDING)
    reference = models.CharField(max_length=80, blank=True)
    subject = models.CharField(max_length=998)
    """The title of a notification; empty for an SMS."""
    text = models.TextField()
    html = models.TextField(blank=True)
    page_url = models.CharField(max_length=500, blank=True, default="")
    """Where a click on a notification leads; may hold a slot."""
    topic = models.CharField(max_length=32, blank=True, default="")
    """RFC 8030, 5.4: a newer notification of the same topic replaces one that still waits."""
    parts = models.SmallIntegerField(default=1)
    """Of an SMS, as the networks count and bill them."""
    from_name = models.CharField(max_length=200)
    """For an SMS, the sender that telephones show."""
    from_address = models.CharField(max_length=254, blank=True)
    reply_to = models.CharField(max_length=254, blank=True)
    base_url = models.CharField(max_length=500)
    theme_ids = ArrayField(models.BigIntegerField(), default=list)
    list_id = models.CharField(max_length=255, blank=True)
    feedback_id = models.CharField(max_length=255, blank=True)
    with_list_unsubscribe = models.BooleanField()
    recipients = models.IntegerField(default=0)
    frozen_at = models.DateTimeField()
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        indexes = [
            models.Index(fields=["town", "frozen_at"], name="message_by_time"),
            models.Index(fields=["town", "reference"], name="message_by_reference"),
            models.Index(
                fields=["id"],
                name="message_open",
                condition=models.Q(state=MessageState.SENDING),
            ),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"


class Delivery(TownOwned):
    """One message to one contact point. The hot table: written by raw SQL in sets, never row by row.

    Its links carry no foreign key: checking two of them for each row costs more than sending the message, and
    rows are only born in `sql/freeze.sql`, which takes contact points of the message's own town and no other.
    """

    pk = models.CompositePrimaryKey("message_id", "seq")
    town = models.ForeignKey(
        Town, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    message_id = models.BigIntegerField()
    seq = models.IntegerField()
    contact_point_id = models.BigIntegerField()
    state = models.SmallIntegerField(choices=DeliveryState)
    attempts = models.SmallIntegerField()
    code = models.SmallIntegerField()
    """What the next hop answered (SMTP, HTTP, SMPP); the `StopReason` when suppressed."""
    settled_at = models.DateTimeField(null=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        indexes = [models.Index(fields=["contact_point_id"], name="delivery_by_contact")]

    def __str__(self) -> str:
        return f"delivery {self.message_id}.{self.seq}"


class Chunk(TownOwned):
    """About a thousand deliveries, claimed and sent together. These rows are the queue."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="chunks")
    n = models.IntegerField()
    lane = models.SmallIntegerField(choices=Lane)
    channel = models.SmallIntegerField(choices=Channel, default=Channel.EMAIL)
    """Its message's: a worker looks for the chunks of its channel only."""
    lo = models.IntegerField()
    hi = models.IntegerField()
    """Seqs from lo to hi - 1."""
    state = models.SmallIntegerField(choices=ChunkState)
    not_before = models.DateTimeField()
    attempts = models.SmallIntegerField(default=0)
    worker = models.CharField(max_length=120, blank=True)
    claim = models.UUIDField(null=True)
    """Changes at each claim: a worker that lost its lease can commit nothing more under it."""
    lease_until = models.DateTimeField(null=True)
    reached = models.IntegerField(default=0)
    """No delivery from this seq on has been handed to the network under the present claim."""
    accepted = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    suppressed = models.IntegerField(default=0)
    unknown = models.IntegerField(default=0)
    expired = models.IntegerField(default=0)
    cancelled = models.IntegerField(default=0)
    deferred = models.IntegerField(default=0)
    sent_again = models.IntegerField(db_default=0)
    """In doubt when a worker died, and sent once more: these people may have it twice (`policy.Doubt`)."""

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "n"], name="chunk_number")]
        indexes = [
            models.Index(
                fields=["channel", "lane", "n", "message"],
                name="chunk_waiting_by_channel",
                condition=models.Q(state=ChunkState.WAITING),
            ),
            models.Index(
                fields=["lease_until"],
                name="chunk_claimed",
                condition=models.Q(state=ChunkState.CLAIMED),
            ),
        ]

    def __str__(self) -> str:
        return f"chunk {self.message_id}/{self.n}"


class Stop(TownOwned):
    """This contact point gets nothing more: of one theme, or at all. Asked again at each claim."""

    contact_point = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="stops")
    theme_id = models.BigIntegerField(null=True)
    """None: everything."""
    reason = models.SmallIntegerField(choices=StopReason)
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    """A pause ends by itself."""

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contact_point", "theme_id", "reason"],
                name="one_stop",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"stop {self.pk}"


class Event(TownOwned):
    """Something that came back about one delivery, as it came. Appended, never changed."""

    message_id = models.BigIntegerField()
    seq = models.IntegerField()
    kind = models.SmallIntegerField(choices=EventKind)
    at = models.DateTimeField()
    status = models.CharField(max_length=20, blank=True)
    digest = models.BinaryField(max_length=16, null=True)
    """Of the raw report: the same one delivered twice counts once."""
    raw = models.BinaryField(null=True)
    """The report, sealed: it quotes the address."""
    key_id = models.SmallIntegerField(null=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message_id", "seq", "kind", "digest"], name="one_event_per_report"
            )
        ]
        indexes = [models.Index(fields=["town", "at"], name="event_by_time")]

    def __str__(self) -> str:
        return f"event {self.pk}"


class DeliveryReference(TownOwned):
    """What the next hop calls one part of one delivery in its receipts. Written by raw SQL in sets.

    Like a delivery it carries no foreign key: its rows are only born in `sql/mark.sql`, out of deliveries.
    """

    pk = models.CompositePrimaryKey("provider", "reference")
    provider = models.CharField(max_length=40)
    reference = models.CharField(max_length=80)
    town = models.ForeignKey(
        Town, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    message_id = models.BigIntegerField()
    seq = models.IntegerField()
    part = models.SmallIntegerField()
    """From 1."""
    state = models.SmallIntegerField(choices=ReceiptState, default=ReceiptState.NONE)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        indexes = [models.Index(fields=["message_id", "seq"], name="reference_by_delivery")]

    def __str__(self) -> str:
        return f"reference {self.message_id}.{self.seq}/{self.part}"


class WaitingReceipt(models.Model):
    """A receipt whose delivery is not known: it came before our own commit, or it is nobody's."""

    pk = models.CompositePrimaryKey("provider", "reference")
    provider = models.CharField(max_length=40)
    reference = models.CharField(max_length=80)
    state = models.SmallIntegerField(choices=ReceiptState)
    code = models.IntegerField()
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"waiting receipt of {self.provider}"


class WaitingReply(models.Model):
    """What somebody answered, sealed, as a provider brought it to the door: no town is entered there."""

    at = models.DateTimeField()
    digest = models.BinaryField(max_length=16, unique=True)
    raw = models.BinaryField()
    key_id = models.SmallIntegerField()

    def __str__(self) -> str:
        return f"waiting reply {self.pk}"


class InboundText(TownOwned):
    """What a resident answered to an SMS, sealed."""

    contact_point = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="+")
    message_id = models.BigIntegerField()
    seq = models.IntegerField()
    """The delivery that it answers: the last one that this town sent to this number."""
    at = models.DateTimeField()
    digest = models.BinaryField(max_length=16)
    """Keyed: the same words in answer to the same message count once, however often the provider repeats them."""
    raw = models.BinaryField()
    key_id = models.SmallIntegerField()
    read_at = models.DateTimeField(null=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contact_point", "message_id", "digest"], name="one_inbound_text"
            )
        ]
        indexes = [models.Index(fields=["town", "at"], name="inbound_text_by_time")]

    def __str__(self) -> str:
        return f"inbound text {self.pk}"


class StrayReturn(models.Model):
    """A report that belongs to no delivery of ours, kept for the operator's review."""

    at = models.DateTimeField()
    why = models.CharField(max_length=40)
    digest = models.BinaryField(max_length=16, unique=True)
    raw = models.BinaryField()
    key_id = models.SmallIntegerField()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"stray {self.pk}"
