"""The one row of this room: what the town says of its paper. Every other figure is counted elsewhere."""

from typing import ClassVar, Self

from django.db import models

from beffroi.towns.models import TownOwned
from beffroi.towns.owned import TownManager


class PaperFigures(TownOwned):
    """What the town printed for one sending before it had Télmail; its own figures."""

    letters_per_sending = models.PositiveIntegerField()
    sheets_per_letter = models.PositiveIntegerField()

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["town"], name="one_paper_figures")]

    def __str__(self) -> str:
        return f"paper figures of {self.town_id}"
