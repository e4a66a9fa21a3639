"""People who leave: what happens to their mail, what they were on, and who reads what they left."""

from typing import ClassVar, Self

from django.db import models

from beffroi.mailhosting.models.boxes import Mailbox, Member
from beffroi.mailhosting.models.handing import HandOver
from beffroi.mailhosting.words import SUBJECT_MAX_LENGTH, Reply
from beffroi.towns.models import Agent, TownOwned
from beffroi.towns.owned import TownManager


class Departure(TownOwned):
    """One person leaves: from that day nobody signs in, mail is answered and goes to the successor.

    In force by its dates alone: no work has to be done at the moment it begins.
    """

    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="departures")
    leaves_at = models.DateTimeField()
    subject = models.CharField(max_length=SUBJECT_MAX_LENGTH, blank=True)
    text = models.TextField(blank=True)
    """The automatic answer; empty: none."""
    successor = models.ForeignKey(Mailbox, on_delete=models.PROTECT, null=True, related_name="+")
    """Who receives the mail from then on; None: it stays in the box."""
    keep_copy = models.BooleanField(default=True)
    custodian = models.ForeignKey(Mailbox, on_delete=models.PROTECT, null=True, related_name="+")
    """The box whose holder may read what was left, when a `Consultation` is open, and only read."""
    archive_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    hand_over = models.ForeignKey(HandOver, on_delete=models.PROTECT, null=True, related_name="+")
    """The election with which it comes, and with which alone it is changed or cancelled."""
    state_before = models.CharField(max_length=10, blank=True)
    """Of the box, before a hand-over froze it."""
    decided_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-leaves_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox"],
                name="one_departure",
                condition=models.Q(cancelled_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"departure {self.pk}"


class Cut(TownOwned):
    """A membership that a departure, or a new roster, ends, and what it was to be otherwise: so that it can be given back."""

    departure = models.ForeignKey(
        Departure, on_delete=models.CASCADE, null=True, related_name="cuts"
    )
    hand_over = models.ForeignKey(
        HandOver, on_delete=models.CASCADE, null=True, related_name="cuts"
    )
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    until_before = models.DateTimeField(null=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="cut_has_one_cause",
                condition=models.Q(departure=None) ^ models.Q(hand_over=None),
            )
        ]

    def __str__(self) -> str:
        return f"cut {self.pk}"


class Consultation(TownOwned):
    """The custodian reads what was left, for a reason and a while; the journal says so."""

    departure = models.ForeignKey(Departure, on_delete=models.PROTECT, related_name="consultations")
    reader = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    since = models.DateTimeField()
    until = models.DateTimeField()
    opened_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-since", "-id"]

    def __str__(self) -> str:
        return f"consultation {self.pk}"


class ReplyText(TownOwned):
    """The town's own words for an automatic answer; without a row, the usual ones (texts.py)."""

    kind = models.CharField(max_length=12, choices=Reply)
    subject = models.CharField(max_length=SUBJECT_MAX_LENGTH)
    text = models.TextField()

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["town", "kind"], name="one_reply_text")]

    def __str__(self) -> str:
        return self.kind
