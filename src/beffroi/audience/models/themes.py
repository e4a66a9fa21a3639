"""Themes, and the wording under which people subscribe to them."""

from typing import ClassVar, Self

from django.db import models
from django.db.models.functions import Lower

from beffroi.audience.words import (
    ThemeKind,
)
from beffroi.towns.models import Agent, TownOwned
from beffroi.towns.owned import TownManager


class Theme(TownOwned):
    """What a resident subscribes to. A temporary one ends, says farewell and is purged by itself."""

    kind = models.CharField(max_length=10, choices=ThemeKind)
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=250, blank=True)
    position = models.SmallIntegerField(default=0)
    is_alert = models.BooleanField(default=False)
    is_public = models.BooleanField(default=True)
    """Offered on the public page; a hidden theme is filled by agents only."""
    ends_on = models.DateField(null=True, blank=True)
    """Last day of a temporary theme."""
    farewell = models.TextField(blank=True)
    """What its subscribers are sent at the end by e-mail, once the cabinet approved it; empty: nothing."""
    farewell_sms = models.TextField(blank=True)
    farewell_push = models.TextField(blank=True)
    """The same by SMS and by notification; all three are approved together."""
    farewell_author = models.ForeignKey(
        Agent, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    """Who last changed what the approval is about."""
    farewell_approved_hash = models.CharField(max_length=64, blank=True)
    """SHA-256 of what was approved (audience.farewells); any change makes it another."""
    farewell_approved_by = models.ForeignKey(
        Agent, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    farewell_approved_at = models.DateTimeField(null=True)
    purge_on = models.DateField(null=True, blank=True)
    """From this day on nobody can tell who had subscribed."""
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["town", "slug"], name="theme_slug"),
            models.UniqueConstraint(
                "town", Lower("name"), name="theme_name", condition=models.Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="theme_temporary_has_an_end",
                condition=models.Q(kind=ThemeKind.TEMPORARY, ends_on__isnull=False)
                | (~models.Q(kind=ThemeKind.TEMPORARY) & models.Q(ends_on=None, purge_on=None)),
            ),
            models.CheckConstraint(
                name="theme_purge_after_end",
                condition=models.Q(purge_on=None) | models.Q(purge_on__gte=models.F("ends_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ConsentText(TownOwned):
    """One version of the words under which residents subscribe. Never changed: the next version replaces it."""

    version = models.PositiveSmallIntegerField()
    wording = models.TextField()
    created_at = models.DateTimeField()
    author = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["town", "version"], name="consent_text_version")
        ]

    def __str__(self) -> str:
        return f"v{self.version}"
