"""How the back office says dates, hours, durations and devices."""

from datetime import UTC, datetime

import pytest
import time_machine

from beffroi.backoffice.words import day, device, hour, lasting, moment

NOW = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


def at(*parts):
    year, month, day_, hour_, minute = parts
    return datetime(year, month, day_, hour_, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (at(2026, 11, 24, 17, 0), "aujourd’hui à 18 h"),
        (at(2026, 11, 23, 8, 5), "hier à 9 h 05"),
        (at(2026, 11, 24, 23, 30), "demain à 0 h 30"),
        (at(2026, 12, 1, 9, 0), "mardi 1ᵉʳ décembre à 10 h"),
        (at(2025, 7, 14, 9, 0), "lundi 14 juillet 2025 à 11 h"),
        (None, ""),
    ],
)
def test_moments_are_said_as_people_say_them(when, said):
    with time_machine.travel(NOW):
        assert moment(when).replace("\N{NO-BREAK SPACE}", " ") == said


def test_nothing_has_neither_day_nor_hour():
    assert (day(None), hour(None)) == ("", "")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (59, "59 s"), (1091, "18 min"), (11_100, "3 h 05"), (90_000, "1 jour")],
)
def test_durations_are_short(seconds, said):
    assert lasting(seconds).replace("\N{NO-BREAK SPACE}", " ") == said


@pytest.mark.parametrize(
    ("user_agent", "said"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox, Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari, iPhone"),
        ("curl/8", "Appareil inconnu"),
    ],
)
def test_a_device_is_named_as_its_owner_would(user_agent, said):
    assert device(user_agent) == said
