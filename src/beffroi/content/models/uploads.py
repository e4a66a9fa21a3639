"""Files that agents bring, kept sealed between the steps of taking them in."""

from typing import ClassVar, Self

from django.db import models

from beffroi.content.models.sources import Run, Source
from beffroi.content.words import Category, Kind, Mode
from beffroi.towns.models import Agent, TownOwned
from beffroi.towns.owned import TownManager


class Upload(TownOwned):
    """A file, with what its agent has settled so far; a week after it came it is forgotten."""

    filename = models.CharField(max_length=200)
    size_bytes = models.PositiveIntegerField()
    format = models.CharField(max_length=20)
    """A `words.Format`."""
    source = models.ForeignKey(Source, on_delete=models.CASCADE, null=True, related_name="+")
    """The one that it renews; None: it makes a new one."""
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind, blank=True)
    category = models.CharField(max_length=20, choices=Category, blank=True)
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.MODERATED)
    layout = models.JSONField(default=dict)
    """A `facts.Layout`."""
    columns = models.JSONField(default=dict)
    """As `Source.columns`."""
    labels = models.JSONField(default=dict)
    """Name → `facts.LabelUse`."""
    brought_by = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+")
    """Nobody else sees it."""
    brought_at = models.DateTimeField()
    busy_at = models.DateTimeField(null=True)
    """The last sign of whoever takes it in; None: it waits for its agent."""
    tries = models.PositiveSmallIntegerField(default=0)
    photos_done = models.PositiveSmallIntegerField(default=0)
    photos_total = models.PositiveSmallIntegerField(default=0)
    came_back = models.CharField(max_length=20, blank=True)
    """A `words.Setback`: why it was to be taken in, and could not be."""
    run = models.ForeignKey(Run, on_delete=models.CASCADE, null=True, related_name="+")
    """What it became; its parts are gone then."""

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"upload {self.pk}"


class UploadPart(TownOwned):
    """A piece of the file, sealed."""

    of = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="parts")
    n = models.PositiveIntegerField()
    sealed = models.BinaryField()
    key_id = models.SmallIntegerField()

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["n"]
        constraints = [models.UniqueConstraint(fields=["of", "n"], name="upload_part_once")]

    def __str__(self) -> str:
        return f"part {self.of_id}.{self.n}"
