"""The first page of a town, and that of a resident of several."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from beffroi.campaigns import queries as campaigns
from beffroi.citizen import doors
from beffroi.citizen.doors import public_page, respond, shared_page
from beffroi.content.queries import public
from beffroi.content.words import DIRECTORIES, SHELVES, Kind

if TYPE_CHECKING:
    from beffroi.towns.models import Town

NEWS, DATES, MESSAGES = 5, 5, 2
TOGETHER = 8
"""Towns on one page at most."""


@public_page()
def home(request: HttpRequest, town: Town) -> HttpResponse:
    """What is new, what comes, where the rest is."""
    at = timezone.now()
    counts = public.counts(town, at=at)
    kinds = {kind for kind, _ in counts}
    return respond(
        town,
        "home.html",
        here="home",
        cards=public.news(town, at=at, limit=NEWS),
        dates=public.dates(
            town, Kind.EVENT, since=at, until=at + timedelta(days=60), at=at, limit=DATES
        ),
        messages=campaigns.archive(town, limit=MESSAGES if kinds else 4),
        directories=[one for one in DIRECTORIES if (Kind.PLACE, one.value) in counts],
        shelves=[one for one in SHELVES if (Kind.PAGE, one.value) in counts],
        has_films=Kind.FILM in kinds,
        is_empty=not kinds,
    )


@shared_page
def together(request: HttpRequest, slugs: str) -> HttpResponse:
    """News and dates of several towns; the address is the choice, so that nothing has to be kept."""
    wanted = list(dict.fromkeys(slugs.split("+")))
    if not 1 <= len(wanted) <= TOGETHER:
        raise Http404
    at = timezone.now()
    towns, news, dates = [], [], []
    for slug in wanted:
        town = doors.enter(slug, request)
        towns.append(town)
        news += [(town, card) for card in public.news(town, at=at, limit=10)]
        coming = public.dates(
            town, Kind.EVENT, since=at, until=at + timedelta(days=14), at=at, limit=10
        )
        dates += [(town, one) for one in coming]
    news.sort(key=lambda pair: pair[1].published_at, reverse=True)
    dates.sort(key=lambda pair: pair[1].occurrence.begins_at)
    return respond(
        None, "together.html", naming=towns, towns=towns, news=news[:20], dates=dates[:15]
    )
