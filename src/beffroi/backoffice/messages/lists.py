"""All Télmails, found by stage and words; begin, copy, delete, undo."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext

from beffroi.backoffice.doors import AgentRequest, address, go, say, show
from beffroi.backoffice.messages import posted
from beffroi.backoffice.messages.found import TONES
from beffroi.backoffice.messages.sentences import attempt
from beffroi.campaigns.queries import campaigns, proposals
from beffroi.campaigns.services import drafts
from beffroi.campaigns.words import Stage

PER_PAGE = 25


def campaign_list(request: AgentRequest) -> HttpResponse:
    stage, text = request.GET.get("etape", ""), posted.words(request.GET.get("q", ""))
    rows = campaigns.listed(request.town, stage=stage, text=text)
    counts = campaigns.counts(request.town)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return show(
        request,
        "backoffice/messages/list.html",
        page=page,
        lines=[{"campaign": row, "tone": TONES[Stage(row.stage)]} for row in page],
        stages=[
            {"value": s.value, "label": s.label, "count": counts[s], "is_current": s == stage}
            for s in Stage
            if counts.get(s)
        ],
        stage=stage,
        text=text,
        is_narrowed=bool(stage or text),
        proposals_waiting=proposals.waiting(request.town),
    )


def campaign_create(request: AgentRequest) -> HttpResponse:
    campaign = drafts.create(request.town, by=request.agent, at=request.at)
    return go(request, "campaign-edit", campaign.pk)


def campaign_copy(request: AgentRequest, campaign_id: int) -> HttpResponse:
    copy = attempt(
        request,
        lambda: drafts.duplicate(request.town, campaign_id, by=request.agent, at=request.at),
    )
    return go(request, "campaign-edit", copy.pk) if copy else go(request, "campaigns")


def campaign_delete(request: AgentRequest, campaign_id: int) -> HttpResponse:
    def delete() -> bool:
        drafts.delete(request.town, campaign_id, by=request.agent, at=request.at)
        return True

    if not attempt(request, delete):
        return go(request, "campaigns")
    say(
        request,
        gettext("Télmail supprimé."),
        undo=address(request, "campaign-restore", campaign_id),
    )
    return go(request, "campaigns")


def campaign_restore(request: AgentRequest, campaign_id: int) -> HttpResponse:
    restored = attempt(
        request,
        lambda: drafts.restore(request.town, campaign_id, by=request.agent, at=request.at),
    )
    if restored is None:
        return go(request, "campaigns")
    say(request, gettext("Télmail rétabli."))
    return go(request, "campaign", campaign_id)
