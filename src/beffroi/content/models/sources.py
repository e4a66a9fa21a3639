"""Where entries come from by themselves, how its labels are read, and what each visit did."""

from typing import ClassVar, Self

from django.db import models

from beffroi.audience.models import Theme
from beffroi.content.words import Category, Kind, Mode, Outcome
from beffroi.towns.models import Agent, Town, TownOwned
from beffroi.towns.owned import TownManager


class Source(TownOwned):
    """A feed, a calendar, a sheet, reference data, or the intercommunality that shares with its communes."""

    name = models.CharField(max_length=120)
    format = models.CharField(max_length=20)
    """A `words.Format`; empty: `parent`."""
    address = models.URLField(max_length=1000, blank=True)
    """Empty: files that an agent brings, or `parent`."""
    parent = models.ForeignKey(Town, on_delete=models.PROTECT, null=True, related_name="+")
    """The public body whose entries this town shows as well."""
    kind = models.CharField(max_length=10, choices=Kind, blank=True)
    """What its entries are, where the format does not say it."""
    category = models.CharField(max_length=20, choices=Category, blank=True)
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.MODERATED)
    columns = models.JSONField(default=dict)
    """Of a sheet: which column holds what, as corrected."""
    layout = models.JSONField(default=dict)
    """Of a sheet: the part of a `facts.Layout` that the next file has too, its worksheet and its separator."""
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=80, blank=True)
    asked_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=20, blank=True)
    failing_since = models.DateTimeField(null=True)
    wanted_at = models.DateTimeField(null=True)
    """Since when an agent waits for a visit that has not ended."""
    wanted_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    is_paused = models.BooleanField(default=False)
    added_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["town", "address"],
                name="source_once",
                condition=~models.Q(address="") & models.Q(removed_at=None),
            ),
            models.UniqueConstraint(
                fields=["town", "parent"],
                name="parent_once",
                condition=models.Q(parent__isnull=False) & models.Q(removed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Label(TownOwned):
    """A category or tag of a source, and what the town makes of it."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="labels")
    name = models.CharField(max_length=120)
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, null=True, related_name="+")
    is_left_out = models.BooleanField(default=False)
    """What bears it is not taken."""

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint("source", "name", name="label_once")]

    def __str__(self) -> str:
        return self.name


class Run(TownOwned):
    """One visit to a source."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="runs")
    at = models.DateTimeField()
    by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    """None: the clock."""
    outcome = models.CharField(max_length=10, choices=Outcome)
    made = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    remarks = models.JSONField(default=list)
    """`facts.Remark`s (`content.stored`), at most 200."""
    undone_at = models.DateTimeField(null=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"run {self.pk}"


class RunChange(TownOwned):
    """What a run did to one entry, so that it can be undone."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="changes")
    entry = models.ForeignKey("content.Entry", on_delete=models.CASCADE, related_name="+")
    before = models.JSONField(null=True)
    """A `facts.Text` as it was; None: the run made the entry."""

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        constraints = [models.UniqueConstraint("run", "entry", name="run_change_once")]

    def __str__(self) -> str:
        return f"{self.run_id} → {self.entry_id}"
