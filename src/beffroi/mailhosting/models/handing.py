"""A hand-over after an election: who goes, who sits on which commission, and the inventory that both mayors sign."""

from typing import ClassVar, Self

from django.db import models

from beffroi.mailhosting.models.boxes import Mailbox, Member
from beffroi.mailhosting.words import SUBJECT_MAX_LENGTH
from beffroi.towns.models import Agent, TownOwned
from beffroi.towns.owned import TownManager


class HandOver(TownOwned):
    """One election. What it does to people and rosters is written when it is decided, and in force by its dates alone."""

    takes_place_at = models.DateTimeField()
    archive_at = models.DateTimeField()
    outgoing_mayor = models.CharField(max_length=120)
    incoming_mayor = models.CharField(max_length=120)
    subject = models.CharField(max_length=SUBJECT_MAX_LENGTH, blank=True)
    text = models.TextField(blank=True)
    """The automatic answer of the outgoing people's boxes, with its blanks; empty: none."""
    custodian = models.ForeignKey(Mailbox, on_delete=models.PROTECT, null=True, related_name="+")
    prepared_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    prepared_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    """Boxes frozen, inventory opened: in one transaction."""
    counted_at = models.DateTimeField(null=True)
    """Every line of the inventory has been measured, or tried in vain."""
    archived_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    record = models.BinaryField(null=True)
    """The PDF, as it was signed."""
    record_sha256 = models.CharField(max_length=64, blank=True)
    record_at = models.DateTimeField(null=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-takes_place_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["town"],
                name="one_hand_over",
                condition=models.Q(cancelled_at=None, archived_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"hand-over {self.pk}"


class Outgoing(TownOwned):
    """Somebody whose mandate ends."""

    hand_over = models.ForeignKey(HandOver, on_delete=models.CASCADE, related_name="outgoing")
    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["mailbox__display_name", "id"]
        constraints = [models.UniqueConstraint(fields=["hand_over", "mailbox"], name="goes_once")]

    def __str__(self) -> str:
        return f"{self.mailbox_id} goes"


class NewRoster(TownOwned):
    """A commission whose roster is new; without seats, nobody sits on it until somebody is added."""

    hand_over = models.ForeignKey(HandOver, on_delete=models.CASCADE, related_name="rosters")
    shared = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["shared__display_name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["hand_over", "shared"], name="one_new_roster")
        ]

    def __str__(self) -> str:
        return f"roster of {self.shared_id}"


class Seat(TownOwned):
    """Somebody on a new roster."""

    roster = models.ForeignKey(NewRoster, on_delete=models.CASCADE, related_name="seats")
    person = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    """The membership made for it; None: the person sat there already, or nothing is decided yet."""

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["person__display_name", "id"]
        constraints = [models.UniqueConstraint(fields=["roster", "person"], name="one_seat")]

    def __str__(self) -> str:
        return f"seat of {self.person_id}"


class Counted(TownOwned):
    """A line of an inventory: what a box held."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="+")
    messages = models.PositiveIntegerField(null=True)
    """None: the servers could not say."""
    size_bytes = models.PositiveBigIntegerField(null=True)
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    counted_at = models.DateTimeField(null=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        abstract = True


class InventoryLine(Counted):
    """When the hand-over took place."""

    hand_over = models.ForeignKey(HandOver, on_delete=models.CASCADE, related_name="inventory")

    class Meta:
        ordering = ["mailbox__kind", "mailbox__display_name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["hand_over", "mailbox"], name="counted_once")
        ]

    def __str__(self) -> str:
        return f"line {self.pk}"
