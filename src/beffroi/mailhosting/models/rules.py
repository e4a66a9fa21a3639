"""What happens to mail that comes in while, or because, its holder is away. In force by their dates alone."""

from typing import ClassVar, Self

from django.db import models

from beffroi.mailhosting.models.boxes import Mailbox
from beffroi.towns.models import Agent, TownOwned
from beffroi.towns.owned import TownManager

SUBJECT_MAX_LENGTH = 150


class Absence(TownOwned):
    """Answers for the holder between two dates."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="absences")
    subject = models.CharField(max_length=SUBJECT_MAX_LENGTH)
    text = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-since", "-id"]

    def __str__(self) -> str:
        return f"absence {self.pk}"


class Redirect(TownOwned):
    """Sends mail on to one address between two dates."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="redirects")
    to = models.EmailField(max_length=254)
    keep_copy = models.BooleanField(default=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-since", "-id"]

    def __str__(self) -> str:
        return f"redirect {self.pk}"


class Departure(TownOwned):
    """One person leaves: from that day nobody signs in, mail is answered and goes to the successor."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="departures")
    leaves_at = models.DateTimeField()
    subject = models.CharField(max_length=SUBJECT_MAX_LENGTH, blank=True)
    text = models.TextField(blank=True)
    """The automatic answer; empty: none."""
    successor = models.ForeignKey(Mailbox, on_delete=models.PROTECT, null=True, related_name="+")
    """Who receives the mail from then on; None: it stays in the box."""
    keep_copy = models.BooleanField(default=True)
    custodian = models.ForeignKey(Mailbox, on_delete=models.PROTECT, null=True, related_name="+")
    """The box whose holder may read what was left, and only read."""
    archive_at = models.DateTimeField(null=True)
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
