"""What the servers said that a box holds, the last time they were asked."""

from typing import ClassVar, Self

from django.db import models

from beffroi.mailhosting.models.boxes import Mailbox
from beffroi.towns.models import TownOwned
from beffroi.towns.owned import TownManager


class Usage(TownOwned):
    mailbox = models.OneToOneField(Mailbox, on_delete=models.CASCADE, related_name="usage")
    size_bytes = models.PositiveBigIntegerField()
    seen_at = models.DateTimeField()

    objects: ClassVar[TownManager[Self]] = TownManager()

    def __str__(self) -> str:
        return f"{self.size_bytes} bytes in box {self.mailbox_id}"
