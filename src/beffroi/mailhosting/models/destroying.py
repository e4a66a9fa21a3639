"""A disposal: boxes whose retention has ended, destroyed once the archives have agreed."""

from typing import ClassVar, Self

from django.db import models

from beffroi.mailhosting.models.handing import Counted
from beffroi.towns.models import Agent, TownOwned
from beffroi.towns.owned import TownManager


class Disposal(TownOwned):
    """One list of boxes, one visa, one destruction."""

    reason = models.CharField(max_length=200)
    prepared_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    prepared_at = models.DateTimeField()
    counted_at = models.DateTimeField(null=True)
    """Every line has been measured, or tried in vain."""
    record = models.BinaryField(null=True)
    """The list as it goes to the archives: PDF."""
    record_sha256 = models.CharField(max_length=64, blank=True)
    record_at = models.DateTimeField(null=True)
    visa_reference = models.CharField(max_length=100, blank=True)
    visa_on = models.DateField(null=True)
    confirmed_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    destroy_at = models.DateTimeField(null=True)
    """Until then it can be taken back."""
    destroyed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-prepared_at", "-id"]

    def __str__(self) -> str:
        return f"disposal {self.pk}"


class DisposalLine(Counted):
    """One box of the list."""

    disposal = models.ForeignKey(Disposal, on_delete=models.CASCADE, related_name="lines")
    archived_at = models.DateTimeField()
    """Since when nothing came in any more; a box that has been in use since is spared."""
    retention_months = models.PositiveSmallIntegerField()
    spared_at = models.DateTimeField(null=True)
    """On the day something stood against it: a hold, a longer retention, a use."""
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["mailbox__kind", "mailbox__display_name", "id"]
        constraints = [models.UniqueConstraint(fields=["disposal", "mailbox"], name="listed_once")]

    def __str__(self) -> str:
        return f"line {self.pk}"
