"""The agenda: what comes, one event, calendars to add or to follow; and the week at the cinema."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from beffroi.citizen import calendars, doors
from beffroi.citizen.doors import public_page, respond
from beffroi.citizen.views.news import entry_or_404
from beffroi.content.facts import Card, Dated, Occurrence, Whole
from beffroi.content.queries import public
from beffroi.content.words import Kind
from beffroi.kit import paths

if TYPE_CHECKING:
    from beffroi.citizen.doors import Draft
    from beffroi.towns.models import Town

AHEAD = timedelta(days=60)
PER_PAGE = 50
"""Dates that fit the first packets of a connection, with long names."""
LAST_PAGE = 500
IN_CALENDAR = timedelta(days=400)
IN_CALENDAR_MOST = 5_000
"""Dates of a calendar to follow: a megabyte and a half, what programs still take; a town has a few hundred."""
WEEK = timedelta(days=7)
CALENDAR = "text/calendar; charset=utf-8"


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    day: date
    is_today: bool
    dates: list[Dated]


@dataclass(frozen=True, kw_only=True, slots=True)
class FilmDay:
    day: date
    screenings: list[Occurrence]


@dataclass(frozen=True, kw_only=True, slots=True)
class FilmWeek:
    card: Card
    days: list[FilmDay]


@public_page()
def listing(
    request: HttpRequest, town: Town, year: int = 0, month: int = 0, number: int = 1
) -> HttpResponse:
    """The next two months, or any month, page by page."""
    if not 1 <= number <= LAST_PAGE:
        raise Http404
    at = timezone.now()
    since, until = _span(at, year, month)
    begins = (number - 1) * PER_PAGE
    found = public.dates(
        town, Kind.EVENT, since=since, until=until, at=at, first=begins, limit=PER_PAGE + 1
    )
    if number > 1 and not found:
        raise Http404
    first = timezone.localtime(since).date()
    return respond(
        town,
        "agenda.html",
        here="agenda",
        days=by_day(found[:PER_PAGE], first, timezone.localtime(at).date()),
        month=date(year, month, 1) if year else None,
        number=number,
        before=_page_of(town, year, month, number - 1) if number > 1 else "",
        after=_page_of(town, year, month, number + 1) if len(found) > PER_PAGE else "",
        following=timezone.localtime(until).date().replace(day=1),
        webcal=_webcal(request, town),
    )


@public_page()
def event(request: HttpRequest, town: Town, slug: str) -> HttpResponse:
    return shown_event(town, entry_or_404(request, town, Kind.EVENT, slug), at=timezone.now())


def shown_event(
    town: Town, found: Whole, *, at: datetime, draft: Draft | None = None
) -> HttpResponse:
    coming = [one for one in found.occurrences if (one.ends_at or one.begins_at) >= at]
    return respond(
        town,
        "entry.html",
        here="agenda",
        entry=found,
        coming=coming[:30],
        is_over=not coming,
        draft=draft,
    )


@public_page()
def event_calendar(request: HttpRequest, town: Town, slug: str) -> HttpResponse:
    found = entry_or_404(request, town, Kind.EVENT, slug)
    dated = ((found.card, one) for one in found.occurrences)
    return _calendar(request, town, found.card.title, dated)


@public_page()
def whole_calendar(request: HttpRequest, town: Town) -> HttpResponse:
    at = timezone.now()
    found = public.dates(
        town,
        Kind.EVENT,
        since=at - timedelta(days=30),
        until=at + IN_CALENDAR,
        at=at,
        limit=IN_CALENDAR_MOST,
    )
    name = gettext("Agenda\N{NO-BREAK SPACE}: {town}").format(town=town.name)
    return _calendar(request, town, name, ((one.card, one.occurrence) for one in found))


@public_page()
def cinema(request: HttpRequest, town: Town) -> HttpResponse:
    """The next seven days, film by film."""
    at = timezone.now()
    found = public.dates(town, Kind.FILM, since=at - timedelta(minutes=20), until=at + WEEK, at=at)
    return respond(town, "cinema.html", here="cinema", films=by_film(found))


@public_page()
def film(request: HttpRequest, town: Town, slug: str) -> HttpResponse:
    return shown_film(town, entry_or_404(request, town, Kind.FILM, slug), at=timezone.now())


def shown_film(
    town: Town, found: Whole, *, at: datetime, draft: Draft | None = None
) -> HttpResponse:
    coming = [one for one in found.occurrences if one.begins_at >= at]
    days = [FilmDay(day=day, screenings=list(all_)) for day, all_ in groupby(coming, _day_of)]
    return respond(
        town,
        "entry.html",
        here="cinema",
        entry=found,
        screenings=days,
        is_over=not coming,
        draft=draft,
    )


def by_day(found: Iterable[Dated], first: date, today: date) -> list[Day]:
    """What began earlier stands under the first day shown."""

    def shown(one: Dated) -> date:
        return max(_day_of(one.occurrence), first)

    return [
        Day(day=day, is_today=day == today, dates=list(dates))
        for day, dates in groupby(sorted(found, key=shown), shown)
    ]


def by_film(found: Iterable[Dated]) -> list[FilmWeek]:
    films: dict[int, list[Dated]] = {}
    for one in found:
        films.setdefault(one.card.id, []).append(one)
    return [
        FilmWeek(
            card=dates[0].card,
            days=[
                FilmDay(day=day, screenings=list(all_))
                for day, all_ in groupby((one.occurrence for one in dates), _day_of)
            ],
        )
        for dates in films.values()
    ]


def _span(at: datetime, year: int, month: int) -> tuple[datetime, datetime]:
    today = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    if not year:
        return at, today + AHEAD
    if not (1 <= month <= 12 and abs(year - today.year) <= 3):
        raise Http404
    first = today.replace(year=year, month=month, day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return first, following


def _page_of(town: Town, year: int, month: int, number: int) -> str:
    name = "agenda_month" if year else "agenda"
    named: dict[str, object] = {"year": year, "month": month} if year else {}
    return doors.page_address(town, name, number, **named)


def _day_of(one: Occurrence) -> date:
    return timezone.localtime(one.begins_at).date()


def _calendar(
    request: HttpRequest, town: Town, name: str, dated: Iterable[tuple[Card, Occurrence]]
) -> HttpResponse:
    body = calendars.calendar(
        name,
        doors.base_url(request, town),
        dated,
        house=paths.town_url(settings.BEFFROI_URL, town.slug),
        at=timezone.now().replace(second=0, microsecond=0),
    )
    return HttpResponse(body, content_type=CALENDAR)


def _webcal(request: HttpRequest, town: Town) -> str:
    """Programs follow an address of this scheme; browsers only fetch the other."""
    site = doors.base_url(request, town).partition("://")[2]
    return f"webcal://{site}{paths.AGENDA}agenda.ics"
