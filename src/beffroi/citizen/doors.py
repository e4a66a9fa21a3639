"""What every page of a town shares: its town found and entered, its look, its headers. No page sets a cookie.

Forms here carry no CSRF token: nothing a visitor's browser holds gives any right (no session, no cookie); the
right to change something is the secret in the address or the code that was typed.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_http_methods

from beffroi.alerts.queries import alerts
from beffroi.audience.facts import Visitor
from beffroi.citizen.look import look
from beffroi.towns import queries as towns, scope

if TYPE_CHECKING:
    from beffroi.towns.models import Town

PUBLIC_SECONDS = 60  # a message that has just gone out appears within a minute
EVEN_S = 0.15
"""Writing to someone takes 10 to 50 ms on a small machine; finding nobody takes 2."""
SCRIPTS = "; script-src 'self'; connect-src 'self'; worker-src 'self'"
"""What a page with a script may do besides: run our files, ask our pages, keep our worker."""
View = Callable[..., HttpResponse]


class SeeOther(HttpResponseRedirect):
    status_code = 303  # RFC 9110, 15.4.4: whatever was sent, the next request is a GET


def secret_page(*methods: str) -> Callable[[View], View]:
    """A page behind a secret link, or the answer to a form: never cached, indexed nor told to other sites."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @require_http_methods(methods)
        @functools.wraps(view)
        def page(request: HttpRequest, town_slug: str, **kwargs: Any) -> HttpResponse:  # noqa: ANN401
            response = view(request, enter(town_slug), **kwargs)
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
            response = view(request, enter(town_slug), **kwargs)
            if response.status_code == 200:
                patch_cache_control(response, public=True, max_age=seconds)
                if immutable:
                    patch_cache_control(response, immutable=True)
            return response

        return page

    return decorate


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


def enter(town_slug: str) -> Town:
    """The open town of this name, whose rows this request sees from here on."""
    town = towns.town_by_slug(town_slug)
    if town is None:
        raise Http404
    scope.enter(town_id=town.pk)
    return town


def respond(
    town: Town | None, template: str, *, status: int = 200, scripts: bool = False, **context: object
) -> HttpResponse:
    """One page in the town's look (or the house's, without a town); `scripts`: it may run this site's own."""
    colours = (town.primary_colour, town.accent_colour) if town else ("#2b3a4a", "#8a6d2f")
    dress = look(*colours)
    context |= {"town": town, "style": dress.style, "outside": settings.BEFFROI_OUTSIDE_URL}
    context["push_on"] = settings.PUSH_IS_ON
    context["is_alarmed"] = town is not None and alerts.is_alarmed(town)
    response = HttpResponse(render_to_string(f"citizen/{template}", context), status=status)
    response["Content-Security-Policy"] = (
        f"default-src 'none'; style-src {dress.source}; img-src 'self' {_origin()}; form-action 'self';"
        " manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    ) + (SCRIPTS if scripts else "")
    response["X-Frame-Options"] = "DENY"
    response["Permissions-Policy"] = "interest-cohort=(), camera=(), microphone=(), geolocation=()"
    return response


def dead_link(town: Town, *, expired: bool = False) -> HttpResponse:
    """The secret in the address opens nothing; says what to do, and the same for every wrong secret."""
    return respond(
        town,
        "dead_link.html",
        status=410 if expired else 404,
        expired=expired,
        home=address(town, "home"),
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


def visitor(request: HttpRequest) -> Visitor:
    """The network the request came from, for the limits on attempts."""
    network = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:  # behind the operator's proxy, which adds the last hop
        network = request.headers.get("X-Forwarded-For", network).rpartition(",")[2].strip()
    return Visitor(network=network)
