"""Alerts of others: the feeds that the town follows, and what they said."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from beffroi.alerts.models.threads import Alert
from beffroi.alerts.words import ColourChoice, PhenomenonChoice, Trouble
from beffroi.towns.models import TownOwned
from beffroi.towns.owned import TownManager


class Feed(TownOwned):
    """An Atom feed of CAP documents: MeteoAlarm's, a prefecture's."""

    address = models.URLField(max_length=500)
    place = models.CharField(max_length=80)
    """Words that an alert's area must hold to concern the town: « Gironde »."""
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=80, blank=True)
    asked_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=10, choices=Trouble, blank=True)
    failing_since = models.DateTimeField(null=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["town", "address"], name="feed_once")]

    def __str__(self) -> str:
        return self.address


class ReceivedAlert(TownOwned):
    """One CAP document of somebody else that concerns the town. Kept as it came; it sends nothing by itself."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="received")
    sender = models.CharField(max_length=200)
    identifier = models.CharField(max_length=200)
    sent = models.DateTimeField()
    expires = models.DateTimeField(null=True)
    message_type = models.CharField(max_length=10)
    headline = models.CharField(max_length=300)
    colour = models.SmallIntegerField(choices=ColourChoice, null=True)
    phenomenon = models.SmallIntegerField(choices=PhenomenonChoice, null=True)
    document = models.TextField()
    references = ArrayField(models.CharField(max_length=401), default=list)
    """The earlier documents that this one follows, as « sender,identifier »."""
    superseded_at = models.DateTimeField(null=True)
    """When a later document of the same alert was there."""
    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, null=True, related_name="received")
    """What the town made of it; the documents that follow it belong to the same."""
    received_at = models.DateTimeField()

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-sent", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["town", "sender", "identifier"], name="received_alert_once"
            )
        ]

    def __str__(self) -> str:
        return self.identifier
