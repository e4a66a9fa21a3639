"""How the town signs its mail: what is common to all, and what each box adds."""

from typing import ClassVar, Self

from django.db import models

from beffroi.mailhosting.models.boxes import Mailbox
from beffroi.towns.models import TownOwned
from beffroi.towns.owned import TownManager


class SignatureTemplate(TownOwned):
    """One per town; without a row, the arms and the address, and no announcement."""

    with_arms = models.BooleanField(default=True)
    with_address = models.BooleanField(default=True)
    announcement = models.CharField(max_length=200, blank=True)
    """« Notre adresse change… », for the time that it is true."""

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["town"], name="one_signature_template")]

    def __str__(self) -> str:
        return f"signature of {self.town_id}"


class Signature(TownOwned):
    """What the town's template says of one box."""

    mailbox = models.OneToOneField(Mailbox, on_delete=models.CASCADE, related_name="signature")
    job = models.CharField(max_length=120, blank=True)
    """« Adjointe à la culture »."""
    telephone = models.CharField(max_length=30, blank=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    def __str__(self) -> str:
        return f"signature of box {self.mailbox_id}"
