"""What happens to mail that comes in while, or because, its holder is away. In force by their dates alone."""

from typing import ClassVar, Self

from django.db import models

from beffroi.mailhosting.models.boxes import Mailbox
from beffroi.mailhosting.words import SUBJECT_MAX_LENGTH
from beffroi.towns.models import TownOwned
from beffroi.towns.owned import TownManager


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
