"""One Télmail on its way: where it stands, send, follow, hold, go on, stop, send again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.translation import gettext, ngettext

from beffroi.backoffice.doors import AgentRequest, go, say, show, warn
from beffroi.backoffice.messages.audience import short_texts, shown_reach
from beffroi.backoffice.messages.found import campaign_or_404, tone
from beffroi.backoffice.messages.sentences import attempt
from beffroi.backoffice.words import Bar, hour
from beffroi.campaigns.queries import again, campaigns, results
from beffroi.campaigns.services import sending
from beffroi.campaigns.shortfall import budget_lack, budget_sentence
from beffroi.campaigns.words import EDITABLE, GONE, READY, Stage
from beffroi.delivery.outgoing import Outcomes
from beffroi.money.facts import BudgetExceeded

if TYPE_CHECKING:
    from beffroi.campaigns.models import Campaign, CountedLink

HISTORY_SHOWN = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What became of one Télmail."""

    outcomes: Outcomes
    pace: list[Bar]
    links: "list[CountedLink]"


def campaign_page(request: AgentRequest, campaign_id: int) -> HttpResponse:
    campaign = _settled(request, campaign_or_404(request, campaign_id))
    content = campaigns.content_of(request.town, campaign)
    is_gone = campaign.stage in GONE
    return show(
        request,
        "backoffice/messages/campaign.html",
        campaign=campaign,
        tone=tone(campaign),
        content=content,
        theme_names=campaigns.theme_names(request.town, content.theme_ids),
        reach=None if is_gone else shown_reach(request, content, campaign_id),
        short=short_texts(request.town, content, campaign_id),
        again=again.again(request.town, campaign, at=request.at)
        if campaign.stage == Stage.SENT
        else None,
        by_channel=results.by_channel(request.town, campaign, at=request.at),
        decisions=campaigns.decisions(request.town, campaign_id)[:HISTORY_SHOWN],
        is_gone=is_gone,
        is_editable=campaign.stage in EDITABLE,
        is_ready=campaign.stage in READY,
        may_send_now=campaign.stage in READY
        and not (campaign.scheduled_at and campaign.scheduled_at > request.at),
        may_be_deleted=campaign.stage in EDITABLE,
        may_approve=campaigns.may_approve(request.town, campaign, request.agent),
        figures=_figures(request, campaign),
        progress=results.progress(request.town, campaign),
        is_live=campaign.stage in {Stage.SENDING, Stage.PAUSED},
    )


def _settled(request: AgentRequest, campaign: "Campaign") -> "Campaign":
    """The engine may have finished since the clock last struck."""
    if campaign.stage == Stage.SENDING:
        sending.settle(request.town, campaign.pk, at=request.at)
        return campaign_or_404(request, campaign.pk)
    return campaign


def _figures(request: AgentRequest, campaign: "Campaign") -> Figures | None:
    outcomes = results.outcomes(request.town, campaign)
    if outcomes is None:
        return None
    moments = results.pace(request.town, campaign)
    return Figures(
        outcomes=outcomes,
        pace=[Bar(hour(moment.at), moment.count) for moment in moments],
        links=list(campaigns.links(request.town, campaign.pk)),
    )


def campaign_progress(request: AgentRequest, campaign_id: int) -> HttpResponse:
    """The moving part of the page; asks the browser for the whole page once all has left."""
    before = campaign_or_404(request, campaign_id)
    campaign = _settled(request, before)
    response = show(
        request,
        "backoffice/messages/parts/progress.html",
        campaign=campaign,
        progress=results.progress(request.town, campaign),
        is_live=campaign.stage in {Stage.SENDING, Stage.PAUSED},
    )
    if campaign.stage not in {Stage.SENDING, Stage.PAUSED}:
        response["HX-Refresh"] = "true"
    return response


def campaign_send(request: AgentRequest, campaign_id: int) -> HttpResponse:
    campaign = campaign_or_404(request, campaign_id)
    try:
        sent = attempt(
            request,
            lambda: sending.send(request.town, campaign_id, by=request.agent, at=request.at),
        )
    except BudgetExceeded as fact:
        channels = campaigns.content_of(request.town, campaign).channels
        why = budget_sentence(fact.budget, fact.asked, channels=channels)
        warn(request, gettext("Rien n’est parti. ") + why)
        sent = None
    if sent:
        say(request, gettext("L’envoi est lancé. Vous pouvez quitter cette page : il continue."))
    return go(request, "campaign", campaign_id)


def campaign_pause(request: AgentRequest, campaign_id: int) -> HttpResponse:
    return _hold(request, campaign_id, sending.pause, gettext("Envoi suspendu. Rien ne part plus."))


def campaign_resume(request: AgentRequest, campaign_id: int) -> HttpResponse:
    return _hold(request, campaign_id, sending.resume, gettext("L’envoi reprend."))


def campaign_cancel(request: AgentRequest, campaign_id: int) -> HttpResponse:
    words = gettext("Envoi arrêté. Ce qui n’était pas parti ne partira pas.")
    return _hold(request, campaign_id, sending.cancel, words)


def _hold(
    request: AgentRequest, campaign_id: int, verb: Callable[..., "Campaign"], words: str
) -> HttpResponse:
    done = attempt(
        request, lambda: verb(request.town, campaign_id, by=request.agent, at=request.at)
    )
    if done:
        say(request, words)
    return go(request, "campaign", campaign_id)


def campaign_resend(request: AgentRequest, campaign_id: int) -> HttpResponse:
    try:
        count = attempt(
            request,
            lambda: sending.resend_unknown(
                request.town, campaign_id, by=request.agent, at=request.at
            ),
        )
    except BudgetExceeded as fact:
        warn(request, gettext("Rien n’est reparti. ") + budget_lack(fact.budget, fact.asked))
        return go(request, "campaign", campaign_id)
    if count:
        words = ngettext(
            "Nouvel envoi à %(count)d personne.", "Nouvel envoi à %(count)d personnes.", count
        )
        say(request, words % {"count": count})
    elif count == 0:
        say(
            request,
            gettext(
                "Rien n’est reparti\N{NO-BREAK SPACE}: personne n’est incertain, ou un nouvel envoi est déjà en cours."
            ),
        )
    return go(request, "campaign", campaign_id)
