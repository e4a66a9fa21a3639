"""What the town follows at Météo-France, and what it has seen."""

from typing import ClassVar, Self

from django.db import models

from beffroi.alerts.words import ColourChoice, PhenomenonChoice, Trouble
from beffroi.towns.models import Agent, TownOwned
from beffroi.towns.owned import TownManager


class Watch(TownOwned):
    """Whether and how the town follows the vigilance."""

    sealed_key = models.BinaryField(null=True)
    """The town's key at Météo-France's portal; None: nothing is asked."""
    key_id = models.SmallIntegerField(null=True)
    with_coast = models.BooleanField(default=False)
    own_words = models.TextField(blank=True)
    """What the town adds to the official words of every draft: whom to call, what is closed."""
    proof_within_s = models.PositiveIntegerField(default=120)
    """A channel of an emergency on which nothing is proved to have arrived after this long rings a human."""
    asked_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=10, choices=Trouble, blank=True)
    """Why the last question brought nothing usable; empty when it did."""
    failing_since = models.DateTimeField(null=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["town"], name="one_watch")]

    def __str__(self) -> str:
        return f"watch of {self.town_id}"


class Drill(TownOwned):
    """One exercise: a day played publication by publication, seen by volunteers only."""

    started_at = models.DateTimeField()
    by = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+")
    step = models.PositiveSmallIntegerField(default=0)
    """How many publications of the day have been played."""
    finished_at = models.DateTimeField(null=True)
    day = models.DateField(null=True)
    """Of the town's own past; None: the shipped storm."""

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"drill {self.pk}"


class SeenPublication(TownOwned):
    """A publication that was taken in: the same bytes again change nothing."""

    drill = models.ForeignKey(Drill, on_delete=models.CASCADE, null=True)
    digest = models.CharField(max_length=64)
    """SHA-256 of the map and the texts."""
    updated_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    colour = models.SmallIntegerField(choices=ColourChoice, default=ColourChoice.GREEN)
    """The gravest for the town."""
    map = models.TextField(blank=True)
    texts = models.TextField(blank=True)
    """What it said of the town, in its own form, to be played again; kept of what is above green or ends it."""

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-updated_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["town", "drill", "digest"], name="publication_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.digest


class Followed(TownOwned):
    """Where one phenomenon stands; none when it is green."""

    drill = models.ForeignKey(Drill, on_delete=models.CASCADE, null=True)
    phenomenon = models.SmallIntegerField(choices=PhenomenonChoice)
    colour = models.SmallIntegerField(choices=ColourChoice)
    begin = models.DateTimeField()
    end = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-colour", "phenomenon"]
        constraints = [
            models.UniqueConstraint(
                fields=["town", "drill", "phenomenon"], name="phenomenon_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.phenomenon}: {self.colour}"
