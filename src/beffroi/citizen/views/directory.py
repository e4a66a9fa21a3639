"""Directories, practical pages and useful numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from beffroi.citizen import doors
from beffroi.citizen.doors import public_page, respond
from beffroi.citizen.views.news import entry_or_404
from beffroi.content import hours
from beffroi.content.facts import Card, Place, Whole
from beffroi.content.queries import directories as shelf, public
from beffroi.content.queries.directories import Line
from beffroi.content.words import DIRECTORIES, Category, Kind
from beffroi.kit.public_holidays import is_public_holiday

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from beffroi.citizen.doors import Draft
    from beffroi.towns.models import Town

PER_PAGE = 50
"""Rows of a directory that fit the first packets of a connection, with long names and addresses."""
NUMBERS_MOST = 40
"""The town's own contacts beside the emergency numbers; the directory has them all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    card: Card
    now: hours.Now | None
    """None: its hours are not known."""
    letter: str = ""
    """Of the first place that stands under it on its page; empty for the others."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """Where the places under it begin."""

    name: str
    address: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    """A number that answers everywhere in France (ARCEP, numéros d’urgence et à intérêt général)."""

    digits: str
    who: Promise
    is_text: bool = False


NUMBERS = (
    Number(digits="112", who=_("Toute urgence, partout en Europe")),
    Number(digits="15", who=_("Samu\N{NO-BREAK SPACE}: un malaise, un blessé")),
    Number(digits="18", who=_("Pompiers\N{NO-BREAK SPACE}: un feu, un accident")),
    Number(digits="17", who=_("Police ou gendarmerie")),
    Number(digits="114", who=_("Par SMS, si vous entendez ou parlez mal"), is_text=True),
    Number(digits="196", who=_("Secours en mer")),
    Number(digits="115", who=_("Une personne sans abri")),
    Number(digits="119", who=_("Un enfant en danger")),
    Number(digits="3919", who=_("Violences faites aux femmes")),
)


@public_page()
def directories(request: HttpRequest, town: Town) -> HttpResponse:
    counts = public.counts(town, at=timezone.now())
    kept = [(one, counts.get((Kind.PLACE, one.value), 0)) for one in DIRECTORIES]
    return respond(
        town, "directories.html", here="directory", shelves=[pair for pair in kept if pair[1]]
    )


@public_page()
def directory(
    request: HttpRequest, town: Town, category: Category, is_open: bool = False, number: int = 1
) -> HttpResponse:
    """By name, page by page; the letters lead to theirs."""
    if category not in DIRECTORIES:
        raise Http404
    at = timezone.now()
    whole = shelf.lines(town, category, at=at)
    lines = [one for one in whole if _is_open(town, one.place, at)] if is_open else whole
    last = max(1, -(-len(lines) // PER_PAGE))
    if not whole or not 1 <= number <= last:
        raise Http404
    pages = [_page_of(town, category, one, is_open=is_open) for one in range(1, last + 1)]
    return respond(
        town,
        "directory.html",
        here="directory",
        category=category,
        places=_shown(town, lines[(number - 1) * PER_PAGE : number * PER_PAGE], at),
        total=len(lines),
        is_open=is_open,
        is_timed=any(one.place and one.place.hours for one in whole),
        has_positions=any(one.place and one.place.latitude for one in whole),
        is_holiday=is_public_holiday(timezone.localtime(at).date(), town.department_code),
        letters=_letters(lines, pages) if last > 1 else [],
        number=number,
        last=last,
        before=pages[number - 2] if number > 1 else "",
        after=pages[number] if number < last else "",
    )


@public_page()
def place(request: HttpRequest, town: Town, category: Category, slug: str) -> HttpResponse:
    found = entry_or_404(request, town, Kind.PLACE, slug)
    if found.card.category != category:
        raise Http404
    return shown_place(town, found, at=timezone.now())


def shown_place(
    town: Town, found: Whole, *, at: datetime, draft: Draft | None = None
) -> HttpResponse:
    return respond(
        town,
        "entry.html",
        here="directory",
        entry=found,
        category=Category(found.card.category or Category.USEFUL),
        listed=Listed(card=found.card, now=_now(town, found.card.place, at)),
        draft=draft,
    )


@public_page()
def practical(request: HttpRequest, town: Town) -> HttpResponse:
    cards = public.shelves(town, at=timezone.now())
    shelves = [
        (Category(value), list(found)) for value, found in groupby(cards, lambda c: c.category)
    ]
    return respond(town, "practical.html", here="practical", shelves=shelves)


@public_page()
def practical_page(request: HttpRequest, town: Town, slug: str) -> HttpResponse:
    return shown_page(town, entry_or_404(request, town, Kind.PAGE, slug), at=timezone.now())


def shown_page(
    town: Town, found: Whole, *, at: datetime, draft: Draft | None = None
) -> HttpResponse:
    return respond(town, "entry.html", here="practical", entry=found, draft=draft)


@public_page()
def numbers(request: HttpRequest, town: Town) -> HttpResponse:
    """The same for every town, then the town's own."""
    at = timezone.now()
    useful = shelf.lines(town, Category.USEFUL, at=at)
    called = [one.id for one in useful if one.place and one.place.phones]
    shelves = public.shelves(town, at=at)
    return respond(
        town,
        "numbers.html",
        here="numbers",
        numbers=NUMBERS,
        places=shelf.listed(town, called[:NUMBERS_MOST], at=at),
        others=len(called) - NUMBERS_MOST,
        useful=Category.USEFUL,
        pages=[card for card in shelves if card.category == Category.NUMBERS],
    )


@public_page(seconds=3600)
def offline(request: HttpRequest, town: Town) -> HttpResponse:
    """The worker keeps this page for the day when nothing answers."""
    return respond(town, "offline.html", here="offline")


def _now(town: Town, place: Place | None, at: datetime) -> hours.Now | None:
    if place is None or not place.hours:
        return None
    local = timezone.localtime(at)
    return hours.now(place.hours, at=local, department_code=town.department_code)


def _is_open(town: Town, place: Place | None, at: datetime) -> bool:
    now = _now(town, place, at)
    return now is not None and now.is_open


def _shown(town: Town, lines: Sequence[Line], at: datetime) -> list[Listed]:
    letters = {one.id: one.letter for one in lines}
    shown, before = [], ""
    for card in shelf.listed(town, list(letters), at=at):
        letter = letters[card.id]
        now = _now(town, card.place, at)
        shown.append(Listed(card=card, now=now, letter="" if letter == before else letter))
        before = letter
    return shown


def _letters(lines: Sequence[Line], pages: Sequence[str]) -> list[Letter]:
    firsts: dict[str, int] = {}
    for rank, line in enumerate(lines):
        firsts.setdefault(line.letter, rank)
    return [
        Letter(name=letter, address=f"{pages[rank // PER_PAGE]}#{letter}")
        for letter, rank in firsts.items()
    ]


def _page_of(town: Town, category: Category, number: int, *, is_open: bool) -> str:
    name = "directory_open" if is_open else "directory"
    return doors.page_address(town, name, number, category=category)
