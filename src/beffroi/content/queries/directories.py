"""The places of a town, directory by directory, in the order of a dictionary; however many, a page asks for a few."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from beffroi.content import stored
from beffroi.content.facts import Card, Place
from beffroi.content.queries.public import cards, readable
from beffroi.content.words import Category, Kind
from beffroi.kit.names import fold_words
from beffroi.towns.models import Town

_COLUMNS = ("pk", "title", "place")
FIGURES = "0-9"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A place as a directory sorts it, before it is shown."""

    id: int
    letter: str
    """It stands under; `FIGURES` for what begins with a figure or with no letter at all."""
    place: Place | None


def lines(town: Town, category: Category, *, at: datetime) -> list[Line]:
    """All that residents may read, É beside E: one statement."""
    found = readable(town, at=at).filter(kind=Kind.PLACE, category=category).order_by()
    rows = {pk: (fold_words(title), kept) for pk, title, kept in found.values_list(*_COLUMNS)}
    return [
        Line(id=pk, letter=_letter(rows[pk][0]), place=stored.place_in(rows[pk][1]))
        for pk in sorted(rows, key=lambda pk: (rows[pk][0], pk))
    ]


def listed(town: Town, ids: Sequence[int], *, at: datetime) -> list[Card]:
    """In the order asked for."""
    found = {one.id: one for one in cards(town, readable(town, at=at).filter(pk__in=ids))}
    return [found[pk] for pk in ids if pk in found]


def _letter(name: str) -> str:
    first = name[:1].upper()
    return first if first.isalpha() else FIGURES
