"""Days that people choose, as moments: from midnight, and to the end of the last one."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone


def begins(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time())) if day else None


def ends(day: date | None) -> datetime | None:
    return begins(day + timedelta(days=1)) if day else None


def last_day(until: datetime | None) -> date | None:
    """The last day of what ends at that moment."""
    return timezone.localdate(until - timedelta(microseconds=1)) if until else None
