"""All contents, found by kind, stage and words; and the figure that counts."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import HttpResponse

from beffroi.backoffice.content.audience import reach
from beffroi.backoffice.content.found import Standing, author, standing
from beffroi.backoffice.doors import AgentRequest, show
from beffroi.backoffice.messages import posted
from beffroi.content.queries import desk, figures
from beffroi.content.words import Kind, Stage
from beffroi.towns.permissions import Permission

if TYPE_CHECKING:
    from beffroi.content.models import Entry

PER_PAGE = 25


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    entry: "Entry"
    standing: Standing
    author: str


def entry_list(request: AgentRequest) -> HttpResponse:
    kind, stage = _asked(request, "sorte", Kind.values), _asked(request, "etape", Stage.values)
    text = posted.words(request.GET.get("q", ""))
    rows = desk.entries(
        request.town,
        kind=Kind(kind) if kind else None,
        stage=Stage(stage) if stage else None,
        asked=text,
    )
    counts = desk.counts(request.town)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return show(
        request,
        "backoffice/content/list.html",
        page=page,
        lines=[
            Line(entry=row, standing=standing(request, row), author=author(row)) for row in page
        ],
        kinds=Kind.choices,
        kind=kind,
        stages=[(s.value, s.label, counts[s]) for s in Stage if counts.get(s)],
        stage=stage,
        text=text,
        is_narrowed=bool(kind or stage or text),
        at=request.at,
        waiting=counts.get(Stage.PROPOSED, 0),
        reach=reach(request) if request.rights.may(Permission.RESULTS_READ) else None,
        most_read=figures.most_read(request.town, at=request.at),
    )


def _asked(request: AgentRequest, name: str, known: list[str]) -> str:
    found = request.GET.get(name, "")
    return found if found in known else ""
