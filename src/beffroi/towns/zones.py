"""The clock on a town's belfry. Whoever works for a town sets it; every date that is read or said follows it.

Doors set it for a request (`enter`), jobs for one town after the other (`each`); Django's current time zone carries it.
"""

from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from beffroi.towns.models import Town

BY_DEPARTMENT = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/St_Barthelemy",
    "978": "America/Marigot",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}
"""Where it is not that of Paris (IANA tz database, zone1970.tab and backward)."""
BY_COMMUNE = {
    "98719": "Pacific/Gambier",
    **dict.fromkeys(
        ("98718", "98723", "98731", "98746", "98756", "98757"), "Pacific/Marquesas"
    ),
}  # fmt: skip
"""Islands that keep another time than their department, by INSEE code."""
ALL = (settings.TIME_ZONE, *sorted({*BY_DEPARTMENT.values(), *BY_COMMUNE.values()}))


def usual(town: Town) -> str:
    """The zone of its commune or department."""
    of_department = BY_DEPARTMENT.get(town.department_code, settings.TIME_ZONE)
    return BY_COMMUNE.get(town.insee_code, of_department)


def of(town: Town) -> ZoneInfo:
    """What the operator set, else the usual one."""
    return ZoneInfo(town.time_zone or usual(town))


def here() -> ZoneInfo:
    """The zone of the town that was entered; of no town, the house's."""
    return ZoneInfo(timezone.get_current_timezone_name())


def enter(town: Town) -> None:
    """Until the request is over (`scope.leave_after_each_request`)."""
    timezone.activate(of(town))


def each(towns: Iterable[Town]) -> Iterator[Town]:
    """One after the other, each by its own clock."""
    for town in towns:
        with timezone.override(of(town)):
            yield town
