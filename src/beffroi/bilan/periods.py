"""Whole days in French time, from one to another, and the period that came before."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

A_DAY = timedelta(days=1)


class NoPeriod(Exception):
    """The last day comes before the first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    first: date
    last: date
    """The last day that counts."""

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise NoPeriod(self.first, self.last)

    @property
    def start(self) -> datetime:
        return _midnight(self.first)

    @property
    def end(self) -> datetime:
        """The first moment that no longer counts."""
        return _midnight(self.last + A_DAY)

    @property
    def months(self) -> "list[date]":
        """The first day of each month that has a day in it."""
        return [_month(n) for n in range(_count(self.first), _count(self.last) + 1)]

    @property
    def before(self) -> "Period":
        """As many whole months before whole months, as many days before anything else."""
        last = self.first - A_DAY
        if self._is_whole_months():
            months = _count(self.last) - _count(self.first) + 1
            return Period(first=_month(_count(self.first) - months), last=last)
        return Period(first=last - (self.last - self.first), last=last)

    def _is_whole_months(self) -> bool:
        return self.first.day == 1 and (self.last + A_DAY).day == 1


def of_year(year: int) -> Period:
    return Period(first=date(year, 1, 1), last=date(year, 12, 31))


def last_months(today: date, months: int) -> Period:
    """The months before the current one."""
    return Period(first=_month(_count(today) - months), last=today.replace(day=1) - A_DAY)


def past_year(today: date) -> Period:
    """From this day of last year to yesterday; the 29th of February has the 28th for last year's."""
    day = min(today.day, 28) if today.month == 2 else today.day
    return Period(first=today.replace(year=today.year - 1, day=day), last=today - A_DAY)


def _count(day: date) -> int:
    """Months since the year 0."""
    return day.year * 12 + day.month - 1


def _month(count: int) -> date:
    return date(count // 12, count % 12 + 1, 1)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
