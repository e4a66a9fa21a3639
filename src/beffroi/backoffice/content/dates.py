"""The dates of an event and the screenings of a film, as the lines of a form."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext

from beffroi.content.facts import Occurrence
from beffroi.content.words import Kind

MOST = 60
"""Lines that a form shows; a calendar that brings more keeps them as they are."""
_FIELDS = ("day", "hour", "last", "end", "version", "price", "link")
_DAY, _HOUR = ("%Y-%m-%d", "%d/%m/%Y"), ("%H:%M", "%H:%M:%S", "%Hh%M", "%Hh")


class BadLine(Exception):
    """The message says in French what is wrong with it."""


@dataclass(kw_only=True, slots=True)
class Line:
    """What is typed, as it is typed."""

    day: str = ""
    hour: str = ""
    """Empty: all day."""
    last: str = ""
    """The last day, if it is another one."""
    end: str = ""
    version: str = ""
    price: str = ""
    link: str = ""
    is_cancelled: bool = False
    error: str = ""
    refusal: str = ""
    """What the button asked of it and could not be done; an unfinished form says nothing else."""

    @property
    def has_more(self) -> bool:
        return bool(self.link or self.is_cancelled or self.last)


def shown(occurrences: Sequence[Occurrence]) -> list[Line]:
    return [_line(one) for one in occurrences] or [Line()]


def posted(post: QueryDict) -> list[Line]:
    """The lines that were not left empty, after what the button asked: « add-date », « repeat-date », « remove-date-2 »."""
    numbers = [n for n in range(MOST) if f"date-{n}-day" in post]
    do = post.get("do", "")
    kept = [_typed(post, n) for n in numbers if do != f"remove-date-{n}"]
    lines = [line for line in kept if any(getattr(line, name) for name in _FIELDS)]
    if do == "add-date" and len(lines) < MOST:
        lines.append(Line())
    if do == "repeat-date" and lines:
        _repeat(lines, post.get("repeat-until", ""), post.get("repeat-days", ""))
    return lines or [Line()]


def _repeat(lines: list[Line], until: str, days: str) -> None:
    """The last line again every week, or every second one, up to a day; what cannot be done is said on that line."""
    first = lines[-1]
    try:
        begins, ends = _day(first.day), _day(until)
        last = _day(first.last)
    except BadLine as bad:
        first.refusal = str(bad)
        return
    if begins is None or ends is None or ends <= begins:
        first.refusal = gettext("Pour répéter cette date, donnez son jour, et plus bas un jour qui vient après.")  # fmt: skip
        return
    step = timedelta(days=14 if days == "14" else 7)
    while (begins := begins + step) <= ends:
        if len(lines) == MOST:
            lines[-1].refusal = gettext("Une page porte {n} dates au plus : les suivantes n’ont pas été ajoutées.").format(n=MOST)  # fmt: skip
            return
        last = last + step if last else None
        lines.append(
            replace(first, day=f"{begins:%Y-%m-%d}", last=f"{last:%Y-%m-%d}" if last else "")
        )


def read(lines: list[Line], kind: Kind) -> tuple[Occurrence, ...]:
    """In order; marks each line that cannot be read, and leaves it out."""
    found = []
    for line in lines:
        if not any(getattr(line, name) for name in _FIELDS):
            continue
        try:
            found.append(_occurrence(line, kind))
        except BadLine as bad:
            line.error = str(bad)
    return tuple(sorted(found, key=lambda one: one.begins_at))


def _typed(post: QueryDict, number: int) -> Line:
    said = {name: post.get(f"date-{number}-{name}", "").strip()[:500] for name in _FIELDS}
    return Line(**said, is_cancelled=f"date-{number}-off" in post)


def _occurrence(line: Line, kind: Kind) -> Occurrence:
    day = _day(line.day)
    if day is None:
        raise BadLine(gettext("Donnez le jour, comme 24/11/2026."))
    plain = Occurrence(
        begins_at=_moment(day, time()),
        version=line.version,
        link=_link(line.link),
        price=line.price,
        is_cancelled=line.is_cancelled,
    )
    last = _day(line.last) or day
    if last < day:
        raise BadLine(gettext("Le dernier jour vient avant le premier."))
    if line.hour:
        return _with_hours(plain, line, day, last)
    if line.end or kind is Kind.FILM:
        raise BadLine(gettext("Donnez l’heure de début, comme 18:30."))
    return replace(plain, is_all_day=True, ends_at=_moment(last + timedelta(days=1), time()))


def _with_hours(plain: Occurrence, line: Line, day: date, last: date) -> Occurrence:
    begins = _moment(day, _hour(line.hour))
    if not line.end:
        if last > day:
            raise BadLine(gettext("Donnez aussi l’heure de fin du dernier jour."))
        return replace(plain, begins_at=begins)
    end = _hour(line.end)
    if last == day and end <= _hour(line.hour):
        last += timedelta(days=1)  # a dance that ends at one
    return replace(plain, begins_at=begins, ends_at=_moment(last, end))


def _line(one: Occurrence) -> Line:
    begins = timezone.localtime(one.begins_at)
    ends = timezone.localtime(one.ends_at) if one.ends_at else None
    line = Line(
        day=f"{begins:%Y-%m-%d}",
        version=one.version,
        price=one.price,
        link=one.link,
        is_cancelled=one.is_cancelled,
    )
    if one.is_all_day:
        last = ends - timedelta(days=1) if ends else begins
    else:
        line.hour, line.end = f"{begins:%H:%M}", f"{ends:%H:%M}" if ends else ""
        last = ends if ends and not _is_same_night(begins, ends) else begins
    line.last = f"{last:%Y-%m-%d}" if last.date() > begins.date() else ""
    return line


def _is_same_night(begins: datetime, ends: datetime) -> bool:
    """It ends the next day, at an hour before that of its beginning: nobody writes the second day."""
    return ends.date() == begins.date() + timedelta(days=1) and ends.time() <= begins.time()


def _day(typed: str) -> date | None:
    if not typed:
        return None
    found = _first(typed, _DAY)
    if found is None:
        raise BadLine(gettext("Ce jour n’existe pas. Écrivez-le comme 24/11/2026."))
    return found.date()


def _hour(typed: str) -> time:
    found = _first(typed.replace(" ", ""), _HOUR)
    if found is None:
        raise BadLine(gettext("Cette heure n’existe pas. Écrivez-la comme 18:30."))
    return found.time().replace(second=0)


def _first(typed: str, forms: Sequence[str]) -> datetime | None:
    for form in forms:
        try:
            return datetime.strptime(typed, form)  # noqa: DTZ007 - a day or an hour, of no zone yet
        except ValueError:
            continue
    return None


def _link(typed: str) -> str:
    if not typed:
        return ""
    whole = typed if "://" in typed else f"https://{typed}"
    if not whole.startswith(("https://", "http://")) or " " in whole or "." not in whole:
        raise BadLine(gettext("L’adresse de réservation n’est pas celle d’une page."))
    return whole


def _moment(day: date, hour: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, hour))
