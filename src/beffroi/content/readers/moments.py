"""Dates and times as people and programs write them; without a zone, they are the town’s."""

import re
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from beffroi.kit.names import fold_words

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Outside of them, it is a mistake, and zones overflow."""
_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[T ]\s?(\d{1,2})(?:[:hH](\d{1,2}))?(?::(\d{1,2})(?:[.,]\d{1,9})?)?)?"
    r"\s*(Z|z|UTC|[+-]\d{1,2}(?::?\d{2})?)?"
)
_FRENCH = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})\b(.*)", re.DOTALL)
_SPOKEN = re.compile(r"(?:[a-z]+ )?(\d{1,2})(?:er)? ([a-z]+) (\d{4})\b(.*)")
_TIME = re.compile(r"(\d{1,2})\s*(?:[:hH]|heures?)\s*(\d{1,2})?(?:[:](\d{1,2}))?(?:\s*min)?")
_MONTHS = (
    "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre",
    "novembre", "decembre",
)  # fmt: skip
_SPOKEN_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
    "novembre", "décembre",
)  # fmt: skip
_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")

Moment = datetime | date
"""A date alone is a whole day."""


def moment(text: object, zone: ZoneInfo) -> Moment | None:
    """« 2026-3-5T9:05 », « 12/03/2026 20h30 », « samedi 12 mars 2026 », RFC 2822; None if it is no date."""
    if not isinstance(text, str):
        return None
    words = " ".join(text.split())[:80]
    return _iso(words, zone) or _french(words, zone) or _mail(words, zone)


def hour(text: str) -> time | None:
    """« 20h30 », « 20:30:00 », « 20 h », « midi »."""
    words = text.strip().lower()
    if words in {"midi", "minuit"}:
        return time(12 if words == "midi" else 0)
    found = _TIME.fullmatch(words)
    if found is None:
        return None
    hours, minutes = int(found[1]), int(found[2] or 0)
    return time(hours, minutes) if hours < 24 and minutes < 60 else None


def minutes(text: object) -> int | None:
    """Since midnight; « 24:00 » is the end of the day."""
    if not isinstance(text, str):
        return None
    if text.strip().startswith(("24:00", "24h")):
        return 24 * 60
    found = hour(text)
    return None if found is None else found.hour * 60 + found.minute


def weekday(text: object) -> int | None:
    """0 is Monday."""
    words = fold_words(text) if isinstance(text, str) else ""
    return _DAYS.index(words) if words in _DAYS else None


def spoken(day: date) -> str:
    """« 1er mars 2026 »."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {_SPOKEN_MONTHS[day.month - 1]} {day.year}"


def at(found: Moment, zone: ZoneInfo) -> datetime:
    """A whole day begins at midnight."""
    if isinstance(found, datetime):
        return found
    return datetime.combine(found, time(), zone)


def day_after(found: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(found + timedelta(days=1), time(), zone)


def is_day(found: Moment | None) -> bool:
    return found is not None and not isinstance(found, datetime)


def is_known(found: date) -> bool:
    return FIRST_YEAR <= found.year <= LAST_YEAR


def in_zone(found: datetime, zone: ZoneInfo) -> datetime:
    """A time without a zone is read in this one."""
    return found.replace(tzinfo=zone) if found.tzinfo is None else found.astimezone(zone)


def _iso(words: str, zone: ZoneInfo) -> Moment | None:
    found = _ISO.match(words)
    if found is None:
        return None
    day = _day(int(found[1]), int(found[2]), int(found[3]))
    if day is None or found[4] is None:
        return day
    if (int(found[4]), int(found[5] or 0)) == (24, 0):
        return datetime.combine(day + timedelta(days=1), time(), zone)
    try:
        clock = time(int(found[4]), int(found[5] or 0), min(int(found[6] or 0), 59))
        whole = datetime.combine(day, clock)
        return in_zone(whole.replace(tzinfo=UTC) - _offset(found[7]), zone) if found[7] else (
            whole.replace(tzinfo=zone)
        )  # fmt: skip
    except (ValueError, OverflowError):
        return None


def _offset(text: str) -> timedelta:
    if text.upper() in {"Z", "UTC"}:
        return timedelta()
    digits = text[1:].replace(":", "")
    hours, rest = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    if hours > 14 or rest > 59:
        raise ValueError(text)
    return timedelta(hours=hours, minutes=rest) * (-1 if text[0] == "-" else 1)


def _french(words: str, zone: ZoneInfo) -> Moment | None:
    if found := _FRENCH.search(words):
        year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
        day = _day(year, int(found[2]), int(found[1]))
    elif (found := _SPOKEN.search(fold_words(words))) and found[2] in _MONTHS:
        day = _day(int(found[3]), _MONTHS.index(found[2]) + 1, int(found[1]))
    else:
        return None
    clock = _TIME.search(found[4])
    if day is None or clock is None:
        return day
    read = hour(clock[0])
    return None if read is None else datetime.combine(day, read, zone)


def _mail(words: str, zone: ZoneInfo) -> datetime | None:
    try:
        found = parsedate_to_datetime(words)
        return in_zone(found, zone) if is_known(found) else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if is_known(found) else None
