"""The town's standing pages and the small files around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import escape
from django.utils.text import slugify
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from beffroi.audience.facts import NoSuchText
from beffroi.audience.queries import themes
from beffroi.citizen import checked, doors
from beffroi.citizen.doors import public_page, respond, shared_page
from beffroi.citizen.views.home import TOGETHER
from beffroi.kit.names import fold_words
from beffroi.towns import audits, communes, queries as towns

if TYPE_CHECKING:
    from beffroi.towns.models import Town

DAY_S = 24 * 3600
SEARCH_FROM = 12
"""Fewer towns are quicker read than searched."""
NAMED, ELSEWHERE = 40, 8
"""Communes of which a word may speak, and those shown that are not here."""


@shared_page
def front(request: HttpRequest) -> HttpResponse:
    """Straight to the only town, or a choice."""
    only = doors.alone(request)
    everyone = [only] if only else list(towns.open_towns())
    if len(everyone) == 1:
        return doors.go(doors.address(everyone[0], "home"))
    asked = request.GET.get("q", "").strip()[:80]
    chosen = request.GET.getlist("commune")
    if len(chosen) > 1:
        return doors.go(
            reverse("citizen:together", args=["+".join(sorted(set(chosen))[:TOGETHER])])
        )
    if chosen:
        return doors.go(f"/{slugify(chosen[0])}/")
    named = communes.search(asked, limit=NAMED)
    meant = {one.insee_code for one in named}
    found = (
        [t for t in everyone if t.insee_code in meant or _answers(t, asked)] if asked else everyone
    )
    searchable = len(everyone) >= SEARCH_FROM
    here = {town.insee_code for town in everyone}
    shown = found if asked or not searchable else []
    return respond(
        None,
        "front.html",
        naming=shown[:SEARCH_FROM],
        towns=shown,
        asked=asked,
        searchable=searchable or bool(asked),
        elsewhere=[one for one in named if one.insee_code not in here][:ELSEWHERE],
    )


def _answers(town: Town, asked: str) -> bool:
    return fold_words(asked) in fold_words(town.name) or any(
        code.startswith(asked) for code in town.postal_codes
    )


@public_page(seconds=3600)
def privacy(request: HttpRequest, town: Town) -> HttpResponse:
    try:
        consent = themes.consent_text(town)
    except NoSuchText:
        consent = None
    return respond(
        town,
        "privacy.html",
        consent=consent,
        lost=doors.address(town, "lost"),
        deleted_days=settings.BEFFROI_DELETED_DAYS if settings.MAIL_IS_ON else 0,
    )


@public_page(seconds=3600)
def accessibility(request: HttpRequest, town: Town) -> HttpResponse:
    return respond(town, "accessibility.html", checked=checked.last(), audit=audits.last(town))


@public_page(seconds=3600)
def legal(request: HttpRequest, town: Town) -> HttpResponse:
    return respond(town, "legal.html")


@public_page(seconds=DAY_S)
def coat_of_arms(request: HttpRequest, town: Town) -> HttpResponse:
    if not town.coat_of_arms:
        raise Http404
    return HttpResponse(bytes(town.coat_of_arms), content_type="image/png")


@public_page(seconds=DAY_S)
def icon(request: HttpRequest, town: Town) -> HttpResponse:
    """A shield in the town's colours with its initial, for the browser's tab."""
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
        f'<path d="M8 4h48v28c0 16-11 24-24 28C19 56 8 48 8 32z" fill="{escape(town.primary_colour)}"'
        f' stroke="{escape(town.accent_colour)}" stroke-width="4"/>'
        '<text x="32" y="42" font-family="Georgia,serif" font-size="32" font-weight="700" fill="#fff"'
        f' text-anchor="middle">{escape(town.name[:1])}</text></svg>'
    )
    return HttpResponse(drawing, content_type="image/svg+xml")


@require_safe
@cache_control(public=True, max_age=DAY_S)
def robots(request: HttpRequest) -> HttpResponse:
    """Messages are for everybody; secrets, agents and clicks are not."""
    lines = ["User-agent: *"] + [
        f"Disallow: {path}"
        for path in ("/mairie/", "/compte/", "/exploitant/", "/*/desinscription/", "/*/l/")
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=DAY_S)
def favicon(request: HttpRequest) -> HttpResponse:
    """Pages name their own icon; programs that ask here anyway get a plain no."""
    return HttpResponse(status=204)
