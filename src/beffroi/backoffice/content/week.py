"""Opening hours as a table of seven days, each with two spans."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.dateparse import parse_time
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext

from beffroi.content.facts import Hours

SPANS = 2
DAY_MIN = 24 * 60
Span = tuple[str, str]


@dataclass(kw_only=True, slots=True)
class Day:
    weekday: int
    spans: list[Span] = field(default_factory=lambda: [("", "")] * SPANS)
    error: str = ""

    @property
    def name(self) -> str:
        return str(WEEKDAYS[self.weekday]).capitalize()


def shown(hours: Sequence[Hours]) -> list[Day]:
    week = [Day(weekday=n) for n in range(7)]
    for day in week:
        spans = [(_clock(h.opens_min), _clock(h.closes_min)) for h in _of(hours, day.weekday)]
        day.spans = [*spans[:SPANS], *[("", "")] * (SPANS - len(spans))]
    return week


def posted(post: QueryDict) -> list[Day]:
    week = [
        Day(
            weekday=n,
            spans=[
                (post.get(f"h-{n}-{s}-from", "").strip(), post.get(f"h-{n}-{s}-to", "").strip())
                for s in range(SPANS)
            ],
        )
        for n in range(7)
    ]
    if post.get("do") == "copy-monday":
        for day in week[1:5]:
            day.spans = list(week[0].spans)
    return week


def read(week: list[Day], before: Sequence[Hours]) -> tuple[Hours, ...]:
    """Marks each day that cannot be read. What the table cannot show of `before` stays: a third span, a note."""
    found: list[Hours] = []
    for day in week:
        kept = _of(before, day.weekday)
        notes = {(h.opens_min, h.closes_min): h.note for h in kept}
        for span in day.spans:
            if any(span):
                found += _hours(day, span, notes)
        found += kept[SPANS:]
    return tuple(before) if set(found) == set(before) else tuple(found)


def _hours(day: Day, span: Span, notes: dict[tuple[int, int], str]) -> list[Hours]:
    opens, closes = _minutes(span[0]), _minutes(span[1])
    if opens is None or closes is None:
        day.error = gettext("Donnez l’ouverture et la fermeture, comme 09:00 et 12:30.")
        return []
    if closes <= opens:
        closes += DAY_MIN  # a bar that closes at two
    note = notes.get((opens, closes), "")
    return [Hours(weekday=day.weekday, opens_min=opens, closes_min=closes, note=note)]


def _of(hours: Sequence[Hours], weekday: int) -> list[Hours]:
    return sorted((h for h in hours if h.weekday == weekday), key=lambda h: h.opens_min)


def _minutes(typed: str) -> int | None:
    try:
        found = parse_time(typed)
    except ValueError:
        return None
    return found.hour * 60 + found.minute if found else None


def _clock(minutes: int) -> str:
    return f"{minutes % DAY_MIN // 60:02}:{minutes % 60:02}"
