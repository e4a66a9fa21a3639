"""Notifications kept for the evening: what each person who asked for one a day will be told of."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from beffroi.audience.models.people import Subscriber
from beffroi.towns.models import TownOwned
from beffroi.towns.owned import TownManager


class DigestTitle(TownOwned):
    """One message that waits for the evening."""

    reference = models.CharField(max_length=80)
    """What it is to whoever sent it, e.g. "campaign:12": kept once."""
    title = models.CharField(max_length=200)
    page_url = models.CharField(max_length=500)
    theme_ids = ArrayField(models.BigIntegerField(), default=list)
    at = models.DateTimeField()
    is_held = models.BooleanField(default=False)
    """The town paused its sending: not told of until it goes on."""

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["town", "reference"], name="digest_once_per_message")
        ]

    def __str__(self) -> str:
        return self.reference


class DigestLine(TownOwned):
    """One title for one person; gone once the digest is on its way."""

    title = models.ForeignKey(
        DigestTitle, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["title", "subscriber"], name="digest_line_once")
        ]

    def __str__(self) -> str:
        return f"digest line {self.pk}"
