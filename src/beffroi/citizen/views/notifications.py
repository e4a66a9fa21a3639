"""Notifications on the visitor's own device: the page, its script and worker, and what they ask.

Nothing here needs a session: the address of a subscription is the browser's secret. Answers are JSON; only requests
that say they are JSON are read, which no form of another site can do without asking us first (Fetch, CORS).
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from beffroi.audience.facts import NoSuchText, NoTheme, TooManyAttempts
from beffroi.audience.queries import themes
from beffroi.audience.services import browsers
from beffroi.citizen import doors, offers
from beffroi.citizen.doors import public_page, respond, secret_page, shared_page, visitor
from beffroi.citizen.forms import ThemesForm
from beffroi.citizen.views.subscribe import wording
from beffroi.kit import paths
from beffroi.kit.push_points import MAX_TEXT, NotASubscription

if TYPE_CHECKING:
    from beffroi.towns.models import Town

_SCRIPTS = Path(__file__).parent.parent / "scripts"
MAX_BYTES = 4 * MAX_TEXT
UNREADABLE = (
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    RecursionError,
    NotASubscription,
    NoTheme,
    NoSuchText,
)
"""What a stranger's JSON may come to."""
Answer = Callable[[HttpRequest, "Town", dict[str, Any]], HttpResponse]


@public_page()
def page(request: HttpRequest, town: Town) -> HttpResponse:
    text = wording(town)
    if not offers.push(text):
        raise Http404
    return respond(
        town,
        "notifications.html",
        here="notifications",
        scripts=True,
        form=ThemesForm(themes.public_themes(town)),
        key=settings.VAPID_PUBLIC_KEY,
        consent=text,
        own=paths.own_site(settings.BEFFROI_URL, town.own_host) if town.own_host else "",
        shared=paths.town_url(settings.BEFFROI_URL, town.slug),
        shared_host=settings.PUBLIC_HOST,
    )


def script(name: str) -> doors.View:
    """A file of ours, at the town's address: a worker reaches no further than where it lies."""

    @public_page()
    def file(request: HttpRequest, town: Town) -> HttpResponse:
        return _file(name)

    return file


def shared_script(name: str) -> doors.View:
    """The same file, where the app that all towns share begins."""

    @shared_page
    def file(request: HttpRequest) -> HttpResponse:
        return _file(name)

    return file


def _file(name: str) -> HttpResponse:
    response = HttpResponse(_read(name), content_type="text/javascript; charset=utf-8")
    response["Content-Security-Policy"] = "default-src 'none'; connect-src 'self'"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@functools.cache
def _read(name: str) -> bytes:
    return (_SCRIPTS / name).read_bytes()


def asked(answer: Answer) -> doors.View:
    """A question of the script: JSON in, JSON out, the same refusal for all that is not one."""

    @secret_page("POST")
    @functools.wraps(answer)
    def view(request: HttpRequest, town: Town) -> HttpResponse:
        return answered(request, lambda said: answer(request, town, said))

    return view


def answered(
    request: HttpRequest, answer: Callable[[dict[str, Any]], HttpResponse]
) -> HttpResponse:
    """What `answer` makes of the JSON sent, and every refusal as a status that the script understands."""
    if request.content_type != "application/json" or len(request.body) > MAX_BYTES:
        return JsonResponse({}, status=415)
    try:
        said = json.loads(request.body)
        return answer(said)
    except UNREADABLE:
        return JsonResponse({}, status=400)
    except browsers.NotSubscribed:
        return JsonResponse({}, status=404)
    except TooManyAttempts:
        return JsonResponse({}, status=429)


def subscription(said: dict[str, Any], name: str = "abonnement") -> str:
    return json.dumps(said[name])


@asked
def subscribe(request: HttpRequest, town: Town, said: dict[str, Any]) -> HttpResponse:
    quiet_from, quiet_until = (_hour(text) for text in said["silence"])
    wishes = browsers.Wishes(
        theme_ids=[int(theme_id) for theme_id in said["themes"]],
        daily=[int(theme_id) for theme_id in said["jour"]],
        quiet_from=quiet_from,
        quiet_until=quiet_until,
    )
    browsers.subscribe(
        town,
        subscription(said),
        wishes,
        text_version=int(said["texte"]),
        visitor=visitor(request),
        at=timezone.now(),
    )
    return JsonResponse({})


@asked
def state(request: HttpRequest, town: Town, said: dict[str, Any]) -> HttpResponse:
    known = browsers.view(town, subscription(said))
    quiet = [f"{hour:%H:%M}" if hour else "" for hour in (known.quiet_from, known.quiet_until)]
    return JsonResponse({"themes": known.theme_ids, "jour": known.daily, "silence": quiet})


@asked
def leave(request: HttpRequest, town: Town, said: dict[str, Any]) -> HttpResponse:
    browsers.leave(town, subscription(said), visitor=visitor(request), at=timezone.now())
    return JsonResponse({})


@asked
def renew(request: HttpRequest, town: Town, said: dict[str, Any]) -> HttpResponse:
    browsers.renew(town, subscription(said, "ancien"), subscription(said), at=timezone.now())
    return JsonResponse({})


@asked
def try_out(request: HttpRequest, town: Town, said: dict[str, Any]) -> HttpResponse:
    handle = browsers.try_out(town, subscription(said), visitor=visitor(request), at=timezone.now())
    return JsonResponse({"essai": handle})


@asked
def arrived(request: HttpRequest, town: Town, said: dict[str, Any]) -> HttpResponse:
    browsers.arrived(town, UUID(said["essai"]), at=timezone.now())
    return JsonResponse({})


@secret_page("GET", "HEAD")
def trial(request: HttpRequest, town: Town, handle: UUID) -> HttpResponse:
    found = browsers.trial(town, handle)
    if found is None:
        return JsonResponse({}, status=404)
    return JsonResponse({"secondes": found.seconds})


def _hour(text: str) -> time | None:
    return time.fromisoformat(text) if text else None
