"""How often pages were opened and what was searched: sums by day and town, nobody's trail (CNIL, 4 July 2025)."""

from typing import ClassVar, Self

from django.db import models

from beffroi.content.models.entries import Entry
from beffroi.towns.models import TownOwned
from beffroi.towns.owned import TownManager


class Viewed(TownOwned):
    """How often a page was asked for on one day."""

    day = models.DateField()
    page = models.CharField(max_length=30)
    """The name of its address (`citizen.urls`): home, news, agenda…"""
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, null=True, related_name="views")
    views = models.PositiveIntegerField(default=0)
    visits = models.PositiveIntegerField(default=0)
    """Of them, those that came from no page of ours: the first of a visit."""

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["town", "day", "page", "entry"], name="viewed_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.page} {self.day}"


class Searched(TownOwned):
    """Words that residents looked for on one day, and how many entries answered."""

    day = models.DateField()
    words = models.CharField(max_length=60)
    found = models.PositiveIntegerField()
    times = models.PositiveIntegerField(default=0)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        constraints = [models.UniqueConstraint("town", "day", "words", name="searched_once")]

    def __str__(self) -> str:
        return self.words
