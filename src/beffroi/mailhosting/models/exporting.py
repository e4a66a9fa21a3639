"""A box written to a file, asked for by somebody, and forgotten after some days."""

from typing import ClassVar, Self

from django.db import models

from beffroi.mailhosting.models.boxes import Mailbox
from beffroi.mailhosting.words import Exporting
from beffroi.towns.models import Agent, TownOwned
from beffroi.towns.owned import TownManager


class BoxExport(TownOwned):
    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="exports")
    asked_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=Exporting, default=Exporting.WAITING)
    lease_until = models.DateTimeField(null=True)
    """A process has it in hand until then."""
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    """Letters written, and in the box."""
    ready_at = models.DateTimeField(null=True)
    size_bytes = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox"],
                name="one_export_at_a_time",
                condition=models.Q(state__in=[Exporting.WAITING, Exporting.RUNNING]),
            )
        ]

    def __str__(self) -> str:
        return f"export {self.pk} of box {self.mailbox_id}"
