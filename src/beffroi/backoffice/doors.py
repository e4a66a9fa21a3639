"""The doors of the back office: who may open which page. The table of addresses is the table of permissions.

Each part of the back office lists its addresses in `PAGES` with `page(…)`; `sections.py` gathers them and
`tests/doors` walks them. A view receives an `AgentRequest`: town, agent, rights and the time, settled here once.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, cast

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise

from beffroi.towns import queries, scope, zones
from beffroi.towns.permissions import Permission

if TYPE_CHECKING:
    from beffroi.towns.models import Agent, Town

P = ParamSpec("P")
Say = str | Promise
SAFE_METHODS = ("GET", "HEAD")


class AgentRequest(HttpRequest):
    """A request that has passed the door: the agent belongs to the town and holds the page's permission."""

    town: "Town"
    agent: "Agent"
    rights: queries.Rights
    at: datetime


class OperatorRequest(HttpRequest):
    """A request that has passed the operator's door."""

    agent: "Agent"
    at: datetime


class GuardedView(Protocol):
    """What the table tests read on a view that a door has wrapped."""

    permission: Permission
    methods: tuple[str, ...]
    tab: Say

    def __call__(
        self, request: HttpRequest, /, *args: object, **kwargs: object
    ) -> HttpResponseBase: ...


def page(
    route: str,
    view: Callable[Concatenate[AgentRequest, P], HttpResponseBase],
    permission: Permission,
    *,
    name: str,
    methods: Iterable[str] = ("GET",),
    tab: Say = "",
) -> URLPattern:
    """One address of a town's back office, /mairie/<town>/<route>, and the permission it asks for.

    A page with a `tab` stands in the rail (the first one) and in the tabs of its section. Parameters of the
    route are named after the model they point at: `<int:campaign_id>`.
    """
    allowed = _methods(methods)
    opened: Callable[..., HttpResponseBase] = view

    @wraps(view)
    def guarded(
        request: HttpRequest, town_slug: str, *args: object, **kwargs: object
    ) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        asked = _enter(request, town_slug)
        if not asked.rights.may(permission):
            return refuse(asked, permission)
        if request.method not in allowed:
            return HttpResponseNotAllowed(allowed)
        return opened(asked, *args, **kwargs)

    _describe(guarded, permission, allowed, tab)
    return path(f"<slug:town_slug>/{route}", guarded, name=name)


def operator_page(
    route: str,
    view: Callable[Concatenate[OperatorRequest, P], HttpResponseBase],
    *,
    name: str,
    methods: Iterable[str] = ("GET",),
    tab: Say = "",
) -> URLPattern:
    """One address of the operator, /exploitant/<route>. To anyone else it does not exist."""
    allowed = _methods(methods)
    opened: Callable[..., HttpResponseBase] = view

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not (request.user.is_operator and request.user.is_active):
            raise Http404
        if request.method not in allowed:
            return HttpResponseNotAllowed(allowed)
        scope.enter(town_id=None, agent_id=request.user.pk)
        asked = cast("OperatorRequest", request)
        asked.agent, asked.at = request.user, timezone.now()
        return opened(asked, *args, **kwargs)

    _describe(guarded, Permission.OPERATE, allowed, tab)
    return path(route, guarded, name=name)


def _methods(methods: Iterable[str]) -> tuple[str, ...]:
    asked = tuple(methods)
    return (*asked, "HEAD") if "GET" in asked else asked


def _describe(
    view: Callable[..., HttpResponseBase],
    permission: Permission,
    methods: tuple[str, ...],
    tab: Say,
) -> None:
    guarded = cast("GuardedView", view)
    guarded.permission, guarded.methods, guarded.tab = permission, methods, tab


def _enter(request: HttpRequest, town_slug: str) -> AgentRequest:
    """A town that does not exist and a town that is not yours look the same."""
    agent = cast("Agent", request.user)
    town = queries.town_by_slug(town_slug)
    if town is None:
        raise Http404
    scope.enter(town_id=town.pk, agent_id=agent.pk)
    zones.enter(town)
    rights = queries.rights(town, agent)
    if rights is None:
        raise Http404
    asked = cast("AgentRequest", request)
    asked.town, asked.agent, asked.rights, asked.at = town, agent, rights, timezone.now()
    return asked


def refuse(request: AgentRequest, permission: Permission) -> HttpResponse:
    """The polite refusal: which roles open this page, and who can grant them."""
    return show(request, "backoffice/refused.html", status=403, needed=permission)


def show(
    request: HttpRequest,
    template: str,
    *,
    status: int = 200,
    **context: object,
) -> HttpResponse:
    """Renders a page; `town`, `rights` and `agent` are added from the request."""
    settled = {name: getattr(request, name, None) for name in ("town", "rights", "agent")}
    return render(request, template, settled | context, status=status)


def go(request: AgentRequest, name: str, *args: object, **kwargs: object) -> HttpResponseRedirect:
    """Sends the agent to another page of the same town: `return go(request, "campaign", campaign.id)`."""
    return HttpResponseRedirect(address(request, name, *args, **kwargs))


def address(request: AgentRequest, name: str, *args: object, **kwargs: object) -> str:
    """The address of a page of the same town."""
    slug = request.town.slug
    if kwargs:
        return reverse(f"backoffice:{name}", kwargs={"town_slug": slug, **kwargs})
    return reverse(f"backoffice:{name}", args=[slug, *args])


def say(request: HttpRequest, sentence: Say, *, undo: str = "") -> None:
    """Tells what has been done on the next page shown; `undo` is the address a button « Annuler » posts to."""
    messages.success(request, str(sentence), extra_tags=undo)


def warn(request: HttpRequest, sentence: Say) -> None:
    """Tells what could not be done: what happened, what was kept, what to do."""
    messages.error(request, str(sentence))


def download(
    request: AgentRequest, chunks: Iterable[bytes | str], *, filename: str, content_type: str
) -> StreamingHttpResponse:
    """A file made while it is sent. The scope closes with the response, so the stream opens it again."""
    town, agent_id = request.town, request.agent.pk

    def stream() -> Iterator[bytes]:
        scope.enter(town_id=town.pk, agent_id=agent_id)
        zones.enter(town)
        try:
            for chunk in chunks:
                yield chunk if isinstance(chunk, bytes) else chunk.encode()
        finally:
            timezone.deactivate()
            scope.leave()

    response = StreamingHttpResponse(stream(), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["Cache-Control"] = "no-store"
    return response
