"""What the operator says of a town where the lists that come with Beffroi are silent or late: its clock, its population."""

from datetime import datetime

from django.db import transaction

from beffroi.towns import communes, journal, zones
from beffroi.towns.models import Agent, Town


@transaction.atomic
def set_time_zone(town: Town, zone: str, *, by: Agent, at: datetime) -> None:
    """One of `zones.ALL`; empty: the usual one of its department."""
    town.time_zone = zone
    town.save(update_fields=["time_zone"])
    journal.write(town, journal.Kind.TOWN_CHANGED, at=at, by=by, detail=zone or zones.usual(town))


@transaction.atomic
def set_population(town: Town, population: int, source: str, *, by: Agent, at: datetime) -> None:
    """Inhabitants, and where that is written. Without a source: what the list of communes says, which is 0 for others."""
    town.population = population if source else listed_population(town)
    town.population_source = source
    town.save(update_fields=["population", "population_source"])
    told = f"{town.population} ({source})" if source else str(town.population)
    journal.write(town, journal.Kind.TOWN_CHANGED, at=at, by=by, detail=told)


def listed_population(town: Town) -> int:
    """Of the list of communes; 0: it is not there."""
    commune = communes.everyone().get(town.insee_code)
    return commune.population if commune else 0
