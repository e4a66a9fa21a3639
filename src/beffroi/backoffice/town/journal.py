"""The journal: who did what, when."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext

from beffroi.backoffice.doors import AgentRequest, download, show
from beffroi.backoffice.town.forms import JournalForm
from beffroi.kit import spreadsheets
from beffroi.towns import queries
from beffroi.towns.journal import Kind

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from beffroi.towns.models import JournalEntry, Town

PER_PAGE = 50
_KINDS = {kind.value: kind.label for kind in Kind}


def listing(request: AgentRequest) -> HttpResponse:
    form = JournalForm(request.GET)
    page = Paginator(_asked(request.town, form), PER_PAGE).get_page(request.GET.get("page"))
    lines = [(line, _KINDS.get(line.kind, line.kind)) for line in page]
    return show(
        request,
        "backoffice/town/journal.html",
        page=page,
        lines=lines,
        asked=form.cleaned_data,
        is_filtered=any(form.cleaned_data.values()),
        kinds=Kind.choices,
        agents=[member.agent for member in queries.members(request.town)],
        query=_query(request),
    )


def _query(request: HttpRequest) -> str:
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()


def _asked(town: "Town", form: JournalForm) -> "QuerySet[JournalEntry]":
    """An unreadable filter filters nothing."""
    form.is_valid()
    asked = form.cleaned_data
    until: date | None = asked.get("until")
    return queries.journal(
        town,
        kind=asked.get("kind") or "",
        actor_id=asked.get("agent"),
        text=asked.get("q") or "",
        since=_midnight(asked.get("since")),
        until=_midnight(until + timedelta(days=1)) if until else None,
    )


def _midnight(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time())) if day else None


def export(request: AgentRequest) -> HttpResponseBase:
    lines = _asked(request.town, JournalForm(request.GET))
    return download(
        request,
        spreadsheets.rows(_rows(lines)),
        filename="journal.csv",
        content_type="text/csv; charset=utf-8",
    )


def _rows(lines: "QuerySet[JournalEntry]") -> Iterator[tuple[str, ...]]:
    yield gettext("Date"), gettext("Agent"), gettext("Fait"), gettext("Détail")
    for line in lines.iterator(chunk_size=1000):
        at = timezone.localtime(line.at).strftime("%d/%m/%Y %H:%M:%S")
        who = line.actor_name or gettext("Beffroi ou un habitant")
        yield at, who, str(_KINDS.get(line.kind, line.kind)), line.detail
