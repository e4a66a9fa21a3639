"""Audience: whom the town reaches, out of how many inhabitants; what is read, and what is looked for in vain."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.audience.queries import figures as subscribers, themes
from beffroi.backoffice.doors import AgentRequest, Say, download, show
from beffroi.backoffice.words import Bar, month, share
from beffroi.content.queries import figures
from beffroi.delivery.words import Channel
from beffroi.kit import spreadsheets
from beffroi.towns import communes

if TYPE_CHECKING:
    from beffroi.content.models import Entry

MOST_READ = 10
BY: dict[Channel, Say] = {
    Channel.EMAIL: _("par e-mail"),
    Channel.SMS: _("par SMS"),
    Channel.PUSH: _("par notification"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """So many subscribers, and which share of the inhabitants; empty when their number is unknown."""

    label: str
    people: int
    share: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """The figure that counts, with what it is a share of."""

    people: int
    population: int
    share: str
    visits: figures.Visits


def reach(request: AgentRequest) -> Reach:
    people = subscribers.standing(request.town, at=request.at).active
    return Reach(
        people=people,
        population=request.town.population,
        share=share(people, request.town.population),
        visits=figures.visits(request.town, at=request.at),
    )


def audience(request: AgentRequest) -> HttpResponse:
    town, at = request.town, request.at
    return show(
        request,
        "backoffice/content/audience.html",
        at=at,
        reach=reach(request),
        year=figures.visits(town, at=at, days=figures.YEAR),
        counted_since=_since(figures.counted_since(town), at.date()),
        channels=_bars(_by_channel(request)),
        themes=_bars(_by_theme(request)),
        growth=_growth(request),
        months=[
            Bar(month(one.year, one.month), one.visits)
            for one in figures.visits_by_month(town, at=at)
        ],
        most_read=_most_read(request),
        in_vain=figures.searched_in_vain(town, at=at),
        rare=figures.RARE,
        edition=communes.EDITION,
        vintage=communes.VINTAGE,
    )


def audience_csv(request: AgentRequest) -> HttpResponseBase:
    return download(
        request,
        spreadsheets.rows(_lines(request)),
        filename=f"audience-{request.town.slug}.csv",
        content_type="text/csv; charset=utf-8",
    )


def _by_channel(request: AgentRequest) -> Iterator[Part]:
    for channel, people in subscribers.by_channel(request.town).items():
        words = str(BY[channel])
        yield Part(label=words, people=people, share=share(people, request.town.population))


def _by_theme(request: AgentRequest) -> Iterator[Part]:
    for one in themes.counted_themes(request.town):
        part = share(one.subscribers, request.town.population)
        yield Part(label=one.theme.name, people=one.subscribers, share=part)


def _bars(parts: Iterable[Part]) -> list[Bar]:
    return [Bar(one.label, one.people, one.share) for one in parts]


def _growth(request: AgentRequest) -> list[Bar]:
    """Each month with how many more, or fewer, than the month before."""
    months = subscribers.people_by_month(request.town, at=request.at, months=13)
    return [
        Bar(month(one.year, one.month), one.people, _signed(one.people - before.people))
        for before, one in zip(months, months[1:], strict=False)
    ]


def _signed(n: int) -> str:
    return f"{n:+d}".replace("-", "\N{MINUS SIGN}")


def _most_read(request: AgentRequest) -> "list[tuple[Entry, int, int]]":
    """Over a year, and how many of these times in the last thirty days."""
    town, at = request.town, request.at
    read = figures.most_read(town, at=at, days=figures.YEAR, limit=MOST_READ)
    return [(entry, n, figures.views_of(town, entry.pk, at=at)) for entry, n in read]


def _since(first: date | None, today: date) -> date | None:
    """Said only while a whole year is not yet counted."""
    return first if first and (today - first).days < figures.YEAR else None


def _lines(request: AgentRequest) -> Iterator[list[object]]:
    """Each figure with what it is a share of, and of when it is."""
    town, at = request.town, request.at
    population, today = town.population or "", timezone.localdate(at)
    yield [
        gettext("Mesure"),
        gettext("Détail"),
        gettext("Nombre"),
        gettext("Population légale"),
        gettext("Part"),
        gettext("Du"),
        gettext("Au"),
    ]
    whole = reach(request)
    listed = gettext("Insee, par Etalab (découpage administratif %(edition)s, %(vintage)s)")
    listed %= {"edition": communes.EDITION, "vintage": str(communes.VINTAGE)}
    source = town.population_source or listed
    yield [gettext("Population légale"), source, population, "", "", "", ""]
    yield [gettext("Abonnés"), "", whole.people, population, whole.share, "", today]
    for what, parts in (
        (gettext("Abonnés par moyen"), _by_channel(request)),
        (gettext("Abonnés par thème"), _by_theme(request)),
    ):
        for one in parts:
            yield [what, one.label, one.people, population, one.share, "", today]
    for m in subscribers.people_by_month(town, at=at):
        yield [gettext("Abonnés par mois"), month(m.year, m.month), m.people, "", "", "", ""]
    for v in figures.visits_by_month(town, at=at):
        yield [gettext("Visites par mois"), month(v.year, v.month), v.visits, "", "", "", ""]
        yield [gettext("Pages ouvertes par mois"), month(v.year, v.month), v.views, "", "", "", ""]
    since = figures.visits(town, at=at, days=figures.YEAR).since
    for entry, n, _recent in _most_read(request):
        yield [gettext("Lectures"), entry.title, n, "", "", since, today]
    for words, n in figures.searched_in_vain(town, at=at):
        yield [gettext("Recherches sans résultat"), words, n, "", "", since, today]
