"""Imported files, piece by piece and line by line, sealed."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from beffroi.audience.models.themes import ConsentText
from beffroi.audience.words import (
    ImportState,
    RowReason,
)
from beffroi.towns.models import Agent, TownOwned
from beffroi.towns.owned import TownManager


class Import(TownOwned):
    """A file of subscribers, from its arrival to its undoing."""

    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    filename = models.CharField(max_length=200)
    size_bytes = models.PositiveIntegerField()
    digest = models.BinaryField(max_length=32)
    """SHA-256 of the file, to tell an agent that it was imported before."""
    reading = models.JSONField(default=dict)
    """Read through `importer.plan.Plan`: encoding, separator, header line, role of each column."""
    theme_ids = ArrayField(models.BigIntegerField(), default=list)
    """Themes given to every row, beside those that its own columns name."""
    consent_text = models.ForeignKey(
        ConsentText, on_delete=models.PROTECT, null=True, related_name="+"
    )
    collected_by = models.CharField(max_length=200, blank=True)
    collected_on = models.DateField(null=True, blank=True)
    collected_how = models.CharField(max_length=500, blank=True)
    created_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    emptied_at = models.DateTimeField(null=True, blank=True)
    """When the sealed file and its rejected lines were destroyed."""
    claim = models.UUIDField(null=True)
    """Changes when another process takes the import over."""
    lease_until = models.DateTimeField(null=True)
    failure = models.CharField(max_length=40, blank=True)
    lines_done = models.PositiveIntegerField(default=0)
    """Every line up to this one is settled: where to go on after a death."""
    lines_total = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    blank_lines = models.PositiveIntegerField(default=0)
    addresses = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    """New subscribers."""
    extended = models.PositiveIntegerField(default=0)
    """Known subscribers who got further themes."""
    known = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    stopped = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["lease_until"],
                name="import_open",
                condition=models.Q(state__in=["waiting", "running"]),
            )
        ]

    def __str__(self) -> str:
        return f"import {self.pk}"


class ImportPart(TownOwned):
    """A piece of the file, sealed."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="parts")
    n = models.PositiveIntegerField()
    sealed = models.BinaryField()
    key_id = models.SmallIntegerField()

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["n"]
        constraints = [models.UniqueConstraint(fields=["of", "n"], name="import_part")]

    def __str__(self) -> str:
        return f"part {self.of_id}.{self.n}"


class ImportRow(TownOwned):
    """A line that did not simply make a subscriber, with its reason and its text, sealed."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="faults")
    line = models.PositiveIntegerField()
    reason = models.CharField(max_length=12, choices=RowReason)
    other_line = models.PositiveIntegerField(null=True)
    """Where the same address stands first."""
    sealed = models.BinaryField()
    key_id = models.SmallIntegerField()

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["line", "id"]
        indexes = [models.Index(fields=["of", "reason", "line"], name="import_row_by_reason")]

    def __str__(self) -> str:
        return f"line {self.of_id}.{self.line}"
