"""How a holder gets in, and what running servers have to be told."""

from typing import ClassVar, Self

from django.db import models

from beffroi.mailhosting.models.boxes import Mailbox
from beffroi.towns.models import Agent, TownOwned
from beffroi.towns.owned import TownManager


class AppPassword(TownOwned):
    """A password for one device, made by us, shown once, withdrawn alone."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="app_passwords")
    label = models.CharField(max_length=60)
    """« Téléphone », « Thunderbird du bureau »."""
    digest = models.CharField(max_length=64)
    """SHA-256 in hexadecimal: 100 random bits need no slow hash."""
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "digest"], name="one_app_password")
        ]

    def __str__(self) -> str:
        return self.label


class PasswordLink(TownOwned):
    """A link through which the holder chooses the password of a box; good once, until a date."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="password_links")
    digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of the token in the link."""
    made_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"link {self.pk}"


class Nudge(TownOwned):
    """What the running IMAP server must be told; the desk (mailhosting/desk.py) does it and deletes the row."""

    class Kind(models.TextChoices):
        OPEN = "open"
        """A box is new: its folders, and the right of its roster to see them."""
        KICK = "kick"
        """Sessions of this login are ended: what they may see has changed."""

    kind = models.CharField(max_length=10, choices=Kind)
    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="+")
    login = models.CharField(max_length=320)
    """The address under which sessions are open."""
    due_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [models.Index(fields=["due_at"], name="nudge_by_time")]

    def __str__(self) -> str:
        return f"{self.kind} {self.mailbox_id}"
