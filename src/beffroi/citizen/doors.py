"""What every page of a town shares: its town found and entered, its look, its headers. No page sets a cookie.

Forms here carry no CSRF token: nothing a visitor's browser holds gives any right (no session, no cookie); the
right to change something is the secret in the address or the code that was typed.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_http_methods, require_safe

from beffroi.alerts.queries import alerts
from beffroi.audience.facts import ThemeView, Visitor
from beffroi.audience.queries import themes
from beffroi.citizen import counting
from beffroi.citizen.look import look
from beffroi.content.words import Category
from beffroi.kit import paths
from beffroi.towns import audits, queries as towns, scope, zones

if TYPE_CHECKING:
    from beffroi.content.facts import Card
    from beffroi.towns.models import Town

HOUSE_COLOURS = ("#2b3a4a", "#8a6d2f")
"""Where no town is named."""
PUBLIC_SECONDS = 1
"""How long a browser shows a page without asking: what is published is seen within a second, and « not changed » costs
next to nothing (`ready.py`)."""
EVEN_S = 0.15
"""Writing to someone takes 10 to 50 ms on a small machine; finding nobody takes 2."""
SCRIPTS = "; script-src 'self'; connect-src 'self'; worker-src 'self'"
"""What a page with a script may do besides: run our files, ask our pages, keep our worker."""
_is_own_app = ContextVar("own_app", default=False)
"""Whether the town was entered by its own host name."""
View = Callable[..., HttpResponse]


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What a page says that residents cannot read yet."""

    desk: str
    """Where it is written."""
    comes_at: datetime | None
    """When it will be online, if that is settled."""


class SeeOther(HttpResponseRedirect):
    status_code = 303  # RFC 9110, 15.4.4: whatever was sent, the next request is a GET


def secret_page(*methods: str) -> Callable[[View], View]:
    """A page behind a secret link, or the answer to a form: never cached, indexed nor told to other sites."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @require_http_methods(methods)
        @functools.wraps(view)
        def page(request: HttpRequest, town_slug: str, **kwargs: Any) -> HttpResponse:  # noqa: ANN401
            response = view(request, enter(town_slug, request), **kwargs)
            response["Referrer-Policy"] = "no-referrer"
            response["X-Robots-Tag"] = "noindex"
            patch_cache_control(response, no_store=True, private=True)
            return response

        return page

    return decorate


def public_page(
    *, seconds: int = PUBLIC_SECONDS, immutable: bool = False
) -> Callable[[View], View]:
    """A page for everybody: small, cacheable, with an ETag."""

    def decorate(view: View) -> View:
        @gzip_page
        @conditional_page
        @require_http_methods(["GET", "HEAD"])
        @functools.wraps(view)
        def page(request: HttpRequest, town_slug: str, **kwargs: Any) -> HttpResponse:  # noqa: ANN401
            response = view(request, enter(town_slug, request), **kwargs)
            if response.status_code == 200:
                counting.note(request, town_slug)
                patch_cache_control(response, public=True, max_age=seconds)
                if immutable:
                    patch_cache_control(response, immutable=True)
            return response

        return page

    return decorate


def shared_page(view: View) -> View:
    """The same of a page that belongs to no single town; each change of any of them makes it old (`ready.py`)."""

    @gzip_page
    @conditional_page
    @require_safe
    @functools.wraps(view)
    def page(request: HttpRequest, **kwargs: Any) -> HttpResponse:  # noqa: ANN401
        response = view(request, **kwargs)
        if response.status_code == 200:
            patch_cache_control(response, public=True, max_age=PUBLIC_SECONDS)
        return response

    return page


def _origin() -> str:
    """Where messages say their images are, even to somebody who came by another name of this machine."""
    public = urlsplit(settings.BEFFROI_URL)
    return f"{public.scheme}://{public.netloc}"


def by_method(*, get: View, post: View) -> View:
    """One address that shows a page and takes the answer to its form."""

    @csrf_exempt
    def page(request: HttpRequest, **kwargs: Any) -> HttpResponse:  # noqa: ANN401
        return (post if request.method == "POST" else get)(request, **kwargs)

    return page


def alone(request: HttpRequest) -> Town | None:
    """The town whose own app the visitor is in; None in the shared app."""
    host = request.get_host().partition(":")[0]
    return None if host == settings.PUBLIC_HOST else towns.town_by_host(host)


def base_url(request: HttpRequest, town: Town) -> str:
    """The town's address in the app that the visitor is in: its own, or the one that all towns share."""
    is_own = alone(request) is not None
    site = paths.own_site(settings.BEFFROI_URL, town.own_host) if is_own else settings.BEFFROI_URL
    return paths.town_url(site, town.slug)


def enter(town_slug: str, request: HttpRequest) -> Town:
    """The open town of this name, whose rows this request sees from here on. In a town’s own app there is no other."""
    town, only = towns.town_by_slug(town_slug), alone(request)
    _is_own_app.set(only is not None)
    if town is None or (only is not None and only != town):
        raise Http404
    scope.enter(town_id=town.pk)
    zones.enter(town)
    return town


def _alarmed(named: Iterable[Town]) -> Iterator[Town]:
    """Those whose residents are being warned now."""
    for town in named:
        scope.enter(town_id=town.pk)
        if alerts.is_alarmed(town):
            yield town


def respond(
    town: Town | None,
    template: str,
    *,
    status: int = 200,
    scripts: bool = True,
    naming: Iterable[Town] = (),
    **context: object,
) -> HttpResponse:
    """One page in the look of the town that was entered; or, without one, in the house's, with the alerts of the towns it
    is `naming`. It may run this site's own scripts, and needs none."""
    colours = (town.primary_colour, town.accent_colour) if town else HOUSE_COLOURS
    dress = look(*colours)
    context |= {
        "town": town,
        "scripts": scripts,
        "style": dress.style,
        "outside": settings.BEFFROI_OUTSIDE_URL,
    }
    audit = audits.last(town) if town else None
    context["conformity"] = audit.conformity if audit else ""
    context["is_alarmed"] = town is not None and alerts.is_alarmed(town)
    context["alarmed"] = list(_alarmed(naming))
    context["has_neighbours"] = town and not _is_own_app.get() and towns.open_towns()[1:2].exists()
    response = HttpResponse(render_to_string(f"citizen/{template}", context), status=status)
    response["Content-Security-Policy"] = (
        f"default-src 'none'; style-src {dress.source}; img-src 'self' {_origin()}; form-action 'self';"
        " manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    ) + (SCRIPTS if scripts else "")
    response["X-Frame-Options"] = "DENY"
    response["Permissions-Policy"] = (
        "interest-cohort=(), camera=(), microphone=(), geolocation=(self)"
    )
    return response


def dead_link(town: Town, *, expired: bool = False) -> HttpResponse:
    """The secret in the address opens nothing; says what to do, and the same for every wrong secret."""
    return respond(
        town,
        "dead_link.html",
        status=410 if expired else 404,
        expired=expired,
        home=address(town, "subscribe"),
        lost=address(town, "lost"),
    )


def go(url: str) -> HttpResponse:
    """After a form has done its work: the next page, asked for with GET."""
    return SeeOther(url)


@contextmanager
def evenly() -> Iterator[None]:
    """Work whose length would tell whether an address is known takes at least `EVEN_S`."""
    start = time.perf_counter()
    try:
        yield
    finally:
        time.sleep(max(0.0, EVEN_S - (time.perf_counter() - start)))


def address(town: Town, page: str, **kwargs: object) -> str:
    """The path of one of the town's pages."""
    return reverse(f"citizen:{page}", kwargs={"town_slug": town.slug, **kwargs})


def page_address(town: Town, name: str, number: int, **named: object) -> str:
    """Of one page of a long list, without a query, so that each is ready bytes: `name`, and `name`_page from the second on."""
    if number == 1:
        return address(town, name, **named)
    return address(town, f"{name}_page", number=number, **named)


def public_theme(town: Town, slug: str) -> ThemeView | None:
    """None without a slug. Raises: Http404, for one that is unknown or hidden."""
    if not slug:
        return None
    theme = themes.theme_by_slug(town, slug)
    if theme is None or not theme.is_public:
        raise Http404
    return theme


def entry_address(town: Town, card: Card) -> str:
    """The page of an entry, which depends on its kind."""
    shelf = card.category or Category.USEFUL
    return f"/{town.slug}{paths.entry_path(card.kind, card.slug, shelf)}"


def visitor(request: HttpRequest) -> Visitor:
    """The network the request came from, for the limits on attempts."""
    network = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:  # behind the operator's proxy, which adds the last hop
        network = request.headers.get("X-Forwarded-For", network).rpartition(",")[2].strip()
    return Visitor(network=network)
