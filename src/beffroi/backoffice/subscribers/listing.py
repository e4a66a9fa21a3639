"""The list of subscribers: searched, filtered, exported."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext

from beffroi.audience import disclosure
from beffroi.audience.queries import figures, subscribers, themes
from beffroi.audience.queries.subscribers import PAUSED, Search, SubscriberPage
from beffroi.audience.words import Origin, Status
from beffroi.backoffice.doors import AgentRequest, address, download, show
from beffroi.backoffice.subscribers.forms import ReasonForm


@dataclass(frozen=True, kw_only=True)
class Pager:
    """What `parts/pages.html` reads of a page."""

    found: SubscriberPage

    @property
    def number(self) -> int:
        return self.found.number

    @property
    def paginator(self) -> "Pager":
        return self

    @property
    def num_pages(self) -> int:
        return self.found.pages

    @property
    def has_other_pages(self) -> bool:
        return self.found.pages > 1

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.number < self.found.pages

    @property
    def previous_page_number(self) -> int:
        return self.number - 1

    @property
    def next_page_number(self) -> int:
        return self.number + 1


def listing(request: AgentRequest) -> HttpResponse:
    """What is typed comes by POST: an address or a name has no place in an address bar, a history or a log."""
    search = asked(request)
    if request.method == "POST" and not search.text:
        where = address(request, "subscribers")
        return HttpResponseRedirect(f"{where}?{_query(search)}")
    found = subscribers.search(request.town, search, at=request.at, page=_page(request))
    return show(
        request,
        "backoffice/subscribers/list.html",
        found=found,
        page=Pager(found=found),
        asked=search,
        is_filtered=search != Search(),
        query=_query(search),
        themes=themes.open_themes(request.town),
        states=states(),
        origins=Origin.choices,
        standing=figures.standing(request.town, at=request.at),
    )


def export(request: AgentRequest) -> HttpResponseBase:
    """A reason first; the journal keeps it, and how many."""
    search = asked(request)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ids = disclosure.begin_export(
            request.town,
            search,
            reason=form.cleaned_data["reason"],
            by=request.agent,
            at=request.at,
        )
        return download(
            request,
            disclosure.export_csv(request.town, ids, at=request.at),
            filename=f"abonnes-{request.town.slug}.csv",
            content_type="text/csv; charset=utf-8",
        )
    found = subscribers.search(request.town, search, at=request.at, size=1)
    return show(
        request,
        "backoffice/subscribers/export.html",
        form=form,
        total=found.total,
        asked=search,
        query=_query(search),
        is_filtered=search != Search(),
    )


def states() -> list[tuple[str, str]]:
    """What the list can be narrowed to."""
    return [
        (Status.ACTIVE.value, str(Status.ACTIVE.label)),
        (PAUSED, gettext("En pause")),
        (Status.PENDING.value, str(Status.PENDING.label)),
        (Status.LEFT.value, str(Status.LEFT.label)),
    ]


def asked(request: AgentRequest) -> Search:
    """The search of the address bar; what it does not know it ignores."""
    said = request.POST if request.method == "POST" and "etat" in request.POST else request.GET
    theme, state, origin = (said.get(name, "") for name in ("theme", "etat", "origine"))
    return Search(
        text=request.POST.get("q", "").strip()[:254],
        theme_id=int(theme) if theme.isdecimal() and len(theme) < 18 else None,
        status=state if state in dict(states()) else "",
        origin=origin if origin in Origin.values else "",
    )


def _query(search: Search) -> str:
    parts = {"theme": search.theme_id, "etat": search.status, "origine": search.origin}
    return urlencode({name: value for name, value in parts.items() if value})


def _page(request: AgentRequest) -> int:
    number = request.GET.get("page", "1")
    return int(number) if number.isdecimal() and len(number) < 9 else 1
