"""The second net: rows that belong to a town cannot be asked for without naming the town."""

from typing import TYPE_CHECKING, TypeVar

from django.db import models

if TYPE_CHECKING:
    from beffroi.towns.models import Town

M = TypeVar("M", bound=models.Model)


class TownRequired(Exception):
    """Town-owned rows were asked for without naming a town."""


class TownManager(models.Manager[M]):
    """Refuses every query that names no town; an allow-list, so that nothing is forgotten."""

    def of(self, town: "Town") -> models.QuerySet[M]:
        """The rows of `town`."""
        return super().get_queryset().filter(town=town)

    def across_towns(self, *, why: str) -> models.QuerySet[M]:
        """Every town's rows: for the engine and nightly work only, with the reason at the call."""
        return super().get_queryset()

    def get_queryset(self) -> models.QuerySet[M]:
        if hasattr(self, "core_filters"):  # a reverse relation: its parent row bounds it
            return super().get_queryset()
        raise TownRequired(f"{self.model.__name__}: use .objects.of(town)")

    def create_in(self, town: "Town", **fields: object) -> M:
        """Inserts one row that belongs to `town`."""
        row = self.model(town=town, **fields)
        row.save(force_insert=True)
        return row

    def bulk_create_in(self, town: "Town", rows: list[M], **options: object) -> list[M]:
        """Inserts rows, each of which must already belong to `town`."""
        if any(row.town_id != town.pk for row in rows):  # type: ignore[attr-defined]
            raise TownRequired(f"{self.model.__name__}: a row of another town")
        return super().get_queryset().bulk_create(rows, **options)  # type: ignore[arg-type]
