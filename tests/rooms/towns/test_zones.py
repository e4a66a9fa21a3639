"""Every town lives by its own clock: that of its department, or the one that the operator set."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from beffroi.content.reading import Asked, read
from beffroi.content.words import Format
from beffroi.towns import corrections, zones
from beffroi.towns.models import Town
from tests.cast import NOON, a_town

FLOATING = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//Essai//FR\r
BEGIN:VEVENT\r
UID:1@exemple.example\r
SUMMARY:Bal\r
DTSTART:20261205T200000\r
END:VEVENT\r
END:VCALENDAR\r
"""


@pytest.mark.parametrize(
    ("department", "insee", "zone"),
    [
        ("33", "33009", "Europe/Paris"),
        ("2A", "2A004", "Europe/Paris"),
        ("971", "97105", "America/Guadeloupe"),
        ("972", "97209", "America/Martinique"),
        ("973", "97302", "America/Cayenne"),
        ("974", "97411", "Indian/Reunion"),
        ("975", "97502", "America/Miquelon"),
        ("976", "97611", "Indian/Mayotte"),
        ("986", "", "Pacific/Wallis"),
        ("987", "98735", "Pacific/Tahiti"),
        ("987", "98731", "Pacific/Marquesas"),
        ("987", "98719", "Pacific/Gambier"),
        ("988", "98818", "Pacific/Noumea"),
    ],
)
def test_the_department_tells_the_zone_and_the_operator_corrects_it(department, insee, zone):
    town = Town(department_code=department, insee_code=insee)
    assert zones.of(town).key == zone

    town.time_zone = "Indian/Mayotte"
    assert zones.of(town).key == "Indian/Mayotte"


def test_a_job_goes_from_town_to_town_and_the_clock_goes_with_it(town):
    island = a_town("97411", sender_address="mairie@saint-denis.example")

    seen = {one.slug: timezone.localtime(NOON).hour for one in zones.each((town, island))}

    assert seen == {town.slug: 12, island.slug: 15}
    assert zones.here().key == "Europe/Paris"


def test_a_calendar_without_a_zone_is_read_by_the_clock_of_its_town(db):
    island = a_town("97411", sender_address="mairie@saint-denis.example")

    (reading,) = [read(FLOATING, Asked(format=Format.ICAL, at=NOON)) for _ in zones.each([island])]

    (ball,) = reading.found
    assert ball.occurrences[0].begins_at == datetime(2026, 12, 5, 16, tzinfo=UTC)


def test_the_change_is_journalled(town, agent):
    corrections.set_time_zone(town, "America/Martinique", by=agent, at=NOON)

    town.refresh_from_db()
    assert zones.of(town).key == "America/Martinique"
