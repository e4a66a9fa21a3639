"""Subscribers in numbers, by theme and by month."""

from collections.abc import Iterator

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext

from beffroi.audience.queries import figures as queries, themes
from beffroi.backoffice.doors import AgentRequest, download, show
from beffroi.backoffice.words import Bar, month
from beffroi.kit import spreadsheets


def figures(request: AgentRequest) -> HttpResponse:
    months = queries.people_by_month(request.town, at=request.at)
    counted = themes.counted_themes(request.town)
    by_theme = queries.by_theme_and_month(request.town, at=request.at)
    names = list(dict.fromkeys(one.theme_name for one in by_theme))
    cells = {(one.theme_name, one.year, one.month): one for one in by_theme}
    return show(
        request,
        "backoffice/subscribers/figures.html",
        standing=queries.standing(request.town, at=request.at),
        months=[Bar(label=month(m.year, m.month), value=m.people) for m in months],
        themes=[Bar(label=one.theme.name, value=one.subscribers) for one in counted],
        heads=names,
        rows=[
            (
                month(m.year, m.month),
                [cells.get((name, m.year, m.month)) for name in names],
            )
            for m in reversed(months)
        ],
    )


def themes_csv(request: AgentRequest) -> HttpResponseBase:
    return download(
        request,
        spreadsheets.rows(_lines(request)),
        filename=f"abonnes-par-theme-{request.town.slug}.csv",
        content_type="text/csv; charset=utf-8",
    )


def _lines(request: AgentRequest) -> Iterator[list[object]]:
    yield [
        gettext("Année"),
        gettext("Mois"),
        gettext("Thème"),
        gettext("Abonnés"),
        gettext("Arrivées"),
        gettext("Départs"),
    ]
    for one in queries.by_theme_and_month(request.town, at=request.at, months=36):
        yield [one.year, one.month, one.theme_name, one.subscribers, one.joined, one.left]
