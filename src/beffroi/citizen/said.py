"""Hours, days and weeks as a neighbour says them. Moments are in the zone of the town."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import formats
from django.utils.translation import gettext

from beffroi.content.facts import Hours

DAY_MIN = 24 * 60


@dataclass(frozen=True, kw_only=True, slots=True)
class WeekLine:
    day: str
    spans: str


def hour(at: datetime) -> str:
    return _clock(at.hour, at.minute)


def near_day(day: date, today: date) -> str:
    """The year only when it is another one."""
    number = gettext("1er") if day.day == 1 else str(day.day)
    words = f"{formats.date_format(day, 'l')} {number} {formats.date_format(day, 'F')}"
    return words if day.year == today.year else f"{words} {day.year}"


def span(begins: datetime, ends: datetime | None, *, is_all_day: bool) -> str:
    if is_all_day:
        last = (ends - timedelta(days=1)).date() if ends else begins.date()
        return (
            gettext("jusqu’au {day}").format(day=near_day(last, begins.date()))
            if last > begins.date()
            else gettext("toute la journée")
        )
    if ends is None:
        return gettext("à {hour}").format(hour=hour(begins))
    if ends - begins >= timedelta(hours=18):
        return gettext("à {hour}, jusqu’au {day}").format(
            hour=hour(begins), day=near_day(ends.date(), begins.date())
        )
    return gettext("de {begins} à {ends}").format(begins=hour(begins), ends=hour(ends))


def near_hour(at: datetime, now: datetime) -> str:
    days = (at.date() - now.date()).days
    if days == 0:
        return gettext("à {hour}").format(hour=hour(at))
    if days == 1:
        return gettext("demain à {hour}").format(hour=hour(at))
    day = formats.date_format(at, "l") if days < 7 else near_day(at.date(), now.date())
    return gettext("{day} à {hour}").format(day=day, hour=hour(at))


def week(hours: Sequence[Hours]) -> list[WeekLine]:
    """Monday first; a day without hours is shut."""
    monday = date(2024, 1, 1)
    lines = []
    for weekday in range(7):
        spans = sorted(
            (one for one in hours if one.weekday == weekday), key=lambda one: one.opens_min
        )
        lines.append(
            WeekLine(
                day=formats.date_format(monday + timedelta(days=weekday), "l"),
                spans=", ".join(map(_span, spans)) or gettext("fermé"),
            )
        )
    return lines


def _span(one: Hours) -> str:
    if one.opens_min == 0 and one.closes_min >= DAY_MIN:
        return gettext("jour et nuit")
    space = "\N{NO-BREAK SPACE}"
    words = f"{_minutes(one.opens_min)}{space}–{space}{_minutes(one.closes_min)}"
    return f"{words} ({one.note})" if one.note else words


def _minutes(count: int) -> str:
    return _clock(count % DAY_MIN // 60, count % 60)


def _clock(hours: int, minutes: int) -> str:
    space = "\N{NO-BREAK SPACE}"
    return f"{hours}{space}h{space}{minutes:02d}" if minutes else f"{hours}{space}h"
