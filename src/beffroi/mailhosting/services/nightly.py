"""The night's work, town by town."""

from datetime import datetime

from beffroi.mailhosting.services import departures, inventories
from beffroi.towns import zones
from beffroi.towns.models import Town
from beffroi.towns.queries import open_towns


def tidy_all(*, at: datetime) -> None:
    """Every open town."""
    for town in zones.each(open_towns()):
        tidy(town, at=at)


def tidy(town: Town, *, at: datetime) -> None:
    """Everything that is due. Doing it twice changes nothing."""
    departures.archive_due(town, at=at)
    inventories.archive_due(town, at=at)
