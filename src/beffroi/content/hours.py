"""Opening hours: is it open now, when does it change, and how a week reads. Plain functions of facts and of the clock."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from beffroi.content.facts import Hours
from beffroi.kit.public_holidays import is_public_holiday

DAY_MIN = 24 * 60
AHEAD_DAYS = 22
"""How far the next opening is looked for: what opens on Fridays passes over Christmas and New Year’s Day."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Now:
    is_open: bool
    """By the week; on a public holiday that says little."""
    until: datetime | None
    """When it closes, or opens next on a day that is no public holiday; None when the week says nothing."""
    is_holiday: bool = False


def now(hours: Sequence[Hours], *, at: datetime, department_code: str) -> Now:
    """`at` in the zone of the town."""
    is_holiday = is_public_holiday(at.date(), department_code)
    for opens, closes in _spans(hours, at):
        if opens.date() != at.date() and is_public_holiday(opens.date(), department_code):
            continue
        if opens <= at < closes:
            return Now(is_open=True, until=closes, is_holiday=is_holiday)
        if opens > at:
            return Now(is_open=False, until=opens, is_holiday=is_holiday)
    return Now(is_open=False, until=None, is_holiday=is_holiday)


def _spans(hours: Sequence[Hours], at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """In order, from the evening before; as few as are looked at."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    for day in range(-1, AHEAD_DAYS):
        weekday = (midnight.weekday() + day) % 7
        for one in sorted(hours, key=lambda one: (one.opens_min, one.closes_min)):
            if one.weekday == weekday:
                yield _moment(midnight, day, one.opens_min), _moment(midnight, day, one.closes_min)


def _moment(midnight: datetime, day: int, minutes: int) -> datetime:
    """On the wall clock: a day with a change of hour still opens at nine."""
    date = midnight + timedelta(days=day + minutes // DAY_MIN)
    return date.replace(hour=minutes % DAY_MIN // 60, minute=minutes % 60)
