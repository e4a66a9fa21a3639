"""The town's old address: a box at another host, whose letters are fetched until a date."""

from typing import ClassVar, Self

from django.db import models

from beffroi.mailhosting.models.boxes import Mailbox
from beffroi.mailhosting.words import Fetching
from beffroi.towns.models import Agent, TownOwned
from beffroi.towns.owned import TownManager


class OldAddress(TownOwned):
    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="+")
    """Where its letters go."""
    email = models.EmailField(max_length=254)
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField()
    security = models.CharField(max_length=8)
    """A `gateways.old_box.Security`."""
    sealed_password = models.BinaryField(null=True)
    """None: erased, nothing is fetched any more."""
    key_id = models.IntegerField(null=True)
    fetch_until = models.DateTimeField()
    state = models.CharField(max_length=12, choices=Fetching, default=Fetching.WAITING)
    lease_until = models.DateTimeField(null=True)
    """A process has it in hand until then."""
    made_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    fetched_at = models.DateTimeField(null=True)
    """The last time all folders were gone through."""
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-made_at", "-id"]
        verbose_name_plural = "old addresses"
        constraints = [
            models.UniqueConstraint(
                fields=["town", "email"], name="one_old_address", condition=models.Q(ended_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"old address {self.pk}"


class OldFolder(TownOwned):
    """How far one folder is."""

    of = models.ForeignKey(OldAddress, on_delete=models.CASCADE, related_name="folders")
    name = models.CharField(max_length=500)
    total = models.PositiveIntegerField(default=0)
    copied = models.PositiveIntegerField(default=0)
    by_letter = models.BooleanField(default=False)
    """Something in it stopped the sync: each letter is fetched alone from then on."""
    last_uid = models.PositiveBigIntegerField(default=0)
    """How far the last pass letter by letter came."""
    done_at = models.DateTimeField(null=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["of", "name"], name="one_old_folder")]

    def __str__(self) -> str:
        return f"folder {self.pk}"


class NotCopied(TownOwned):
    """A letter that its host cannot give."""

    folder = models.ForeignKey(OldFolder, on_delete=models.CASCADE, related_name="not_copied")
    uid = models.PositiveBigIntegerField()
    """Its number in the folder, at its host."""
    seen_at = models.DateTimeField()

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["uid"]
        constraints = [models.UniqueConstraint(fields=["folder", "uid"], name="one_not_copied")]

    def __str__(self) -> str:
        return f"letter {self.uid}"
