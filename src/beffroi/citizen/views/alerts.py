"""What residents see during an alert: ready bytes, made at most once in a few seconds, whoever asks and however many.

A peak costs one look in a dictionary per visitor: no session, no query, no template, no compression.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from beffroi.alerts.queries import alerts
from beffroi.citizen.doors import enter, public_page, respond
from beffroi.kit.cap import CONTENT_TYPE

if TYPE_CHECKING:
    from beffroi.towns.models import Town

FRESH_S = 5.0
"""How old the page may be here, and what browsers and relays are told."""
_KEPT_HEADERS = (
    "Content-Type",
    "Content-Security-Policy",
    "X-Frame-Options",
    "Permissions-Policy",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ready:
    """The page of one town as it leaves."""

    plain: bytes
    packed: bytes
    etag: str
    headers: dict[str, str]
    until: float
    """Monotonic clock."""


_ready: dict[str, Ready] = {}
_making = threading.Lock()


@require_http_methods(["GET", "HEAD"])
def page(request: HttpRequest, town_slug: str) -> HttpResponse:
    ready = _ready.get(town_slug)
    if ready is None:
        ready = _ready[town_slug] = _make(town_slug)
    elif ready.until < time.monotonic() and _making.acquire(blocking=False):
        try:  # one visitor makes it anew, the others are shown the one before
            ready = _ready[town_slug] = _make(town_slug)
        finally:
            _making.release()
    return _answer(request, ready)


@public_page()
def cap(request: HttpRequest, town: Town, alert_id: int) -> HttpResponse:
    document = alerts.cap(town, alert_id)
    if not document:
        raise Http404
    return HttpResponse(document, content_type=f"{CONTENT_TYPE}; charset=utf-8")


def forget() -> None:
    """For tests: nothing is ready."""
    _ready.clear()


def _make(town_slug: str) -> Ready:
    town = enter(town_slug)
    shown = alerts.published(town, at=timezone.now())
    made = respond(
        town,
        "alert.html",
        here="alert",
        current=[one for one in shown if not one.is_drill and one.ended_at is None],
        ended=[one for one in shown if not one.is_drill and one.ended_at is not None],
        drills=[one for one in shown if one.is_drill],
    )
    plain = bytes(made.content)
    return Ready(
        plain=plain,
        packed=gzip.compress(plain, mtime=0),
        etag=f'"{hashlib.sha256(plain).hexdigest()[:24]}"',
        headers={name: made[name] for name in _KEPT_HEADERS},
        until=time.monotonic() + FRESH_S,
    )


def _answer(request: HttpRequest, ready: Ready) -> HttpResponse:
    if request.headers.get("If-None-Match") in {ready.etag, f"W/{ready.etag}"}:
        response = HttpResponse(status=304)
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(ready.packed, headers=ready.headers)
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(ready.plain, headers=ready.headers)
    response["ETag"] = ready.etag
    response["Cache-Control"] = f"public, max-age={FRESH_S:.0f}"
    response["Vary"] = "Accept-Encoding"
    return response
