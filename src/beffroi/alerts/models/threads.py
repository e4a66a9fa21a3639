"""The alerts: each a thread of messages, from the one that opens it to the one that ends it."""

from typing import ClassVar, Self

from django.db import models

from beffroi.alerts.models.followed import Drill
from beffroi.alerts.models.prepared import Prewritten, StandingApproval
from beffroi.alerts.words import (
    AlertKind,
    Basis,
    ColourChoice,
    MessageKind,
    MessageState,
    PhenomenonChoice,
)
from beffroi.delivery.words import Channel
from beffroi.towns.models import Agent, TownOwned
from beffroi.towns.owned import TownManager


class Alert(TownOwned):
    """One alert, real or an exercise."""

    kind = models.CharField(max_length=10, choices=AlertKind)
    is_drill = models.BooleanField(default=False)
    drill = models.ForeignKey(Drill, on_delete=models.PROTECT, null=True)
    """The played day that it belongs to; an exercise of the emergency chain has none."""
    headline = models.CharField(max_length=200)
    phenomenon = models.SmallIntegerField(choices=PhenomenonChoice, null=True)
    colour = models.SmallIntegerField(choices=ColourChoice, null=True)
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(fields=["town"], name="alert_open", condition=models.Q(ended_at=None)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["town", "drill", "phenomenon"],
                name="one_open_alert",
                condition=models.Q(ended_at=None, kind=AlertKind.VIGILANCE),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="vigilance_has_its_phenomenon",
                condition=models.Q(kind=AlertKind.VIGILANCE, phenomenon__isnull=False)
                | models.Q(kind=AlertKind.EMERGENCY, phenomenon=None)
                | models.Q(kind=AlertKind.RECEIVED),
            ),
        ]

    def __str__(self) -> str:
        return self.headline


class AlertMessage(TownOwned):
    """One message of an alert: prepared, then sent or overtaken."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=10, choices=MessageKind)
    state = models.CharField(max_length=10, choices=MessageState)
    content = models.TextField()
    """Canonical text (alerts.texts) whose SHA-256 is `content_hash`; once sent, what left."""
    content_hash = models.CharField(max_length=64)
    prepared_at = models.DateTimeField()
    campaign_id = models.BigIntegerField(null=True)
    """The draft made with it, for the town's usual chain."""
    valid_until = models.DateTimeField(null=True)

    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    """None: Beffroi itself, under a standing approval."""
    basis = models.CharField(max_length=10, choices=Basis, blank=True)
    prewritten = models.ForeignKey(
        Prewritten, on_delete=models.PROTECT, null=True, related_name="+"
    )
    standing = models.ForeignKey(
        StandingApproval, on_delete=models.PROTECT, null=True, related_name="+"
    )
    cap = models.TextField(blank=True)
    """Its CAP 1.2 document, as it was published."""
    judged_at = models.DateTimeField(null=True)
    judged_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    """Who approved it after the fact."""
    proof_due_at = models.DateTimeField(null=True)
    """When the watchdog looks whether it arrived; None once it has looked."""
    unproved = models.CharField(max_length=100, blank=True)
    """The channels on which nothing was proved to have arrived in time, in words."""

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["proof_due_at"],
                name="alert_proof_due",
                condition=models.Q(proof_due_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="sent_on_somebodys_word",
                condition=models.Q(state=MessageState.SENT, sent_at__isnull=False)
                & ~models.Q(basis="")
                | ~models.Q(state=MessageState.SENT),
            ),
            models.CheckConstraint(
                name="standing_word_is_named",
                condition=~models.Q(basis=Basis.STANDING) | models.Q(standing__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.alert_id}"


class Dispatch(TownOwned):
    """One channel of a message that was sent."""

    message = models.ForeignKey(AlertMessage, on_delete=models.CASCADE, related_name="dispatches")
    channel = models.SmallIntegerField(choices=Channel)
    message_number = models.BigIntegerField()
    """Of `delivery`."""
    recipients = models.PositiveIntegerField()

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["channel"]
        constraints = [models.UniqueConstraint(fields=["message", "channel"], name="channel_once")]

    def __str__(self) -> str:
        return f"{self.message_id} by {self.channel}"
