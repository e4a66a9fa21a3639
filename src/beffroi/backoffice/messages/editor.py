"""Writing a Télmail: the page, saving, saving by itself, taking back what was kept aside."""

from typing import TYPE_CHECKING

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext

from beffroi.audience.queries import themes
from beffroi.backoffice.doors import AgentRequest, go, say, show, warn
from beffroi.backoffice.messages import posted
from beffroi.backoffice.messages.audience import coach
from beffroi.backoffice.messages.found import campaign_or_404, tone
from beffroi.backoffice.messages.sentences import KNOWN, attempt, kept_aside, sentence
from beffroi.backoffice.words import hour
from beffroi.campaigns.content import CHANNEL_NAMES
from beffroi.campaigns.queries import campaigns
from beffroi.campaigns.services import drafts, facts
from beffroi.campaigns.words import EDITABLE, READY, DecisionKind, Stage
from beffroi.kit import html_text
from beffroi.towns import queries as towns

if TYPE_CHECKING:
    from beffroi.campaigns.content import Content
    from beffroi.campaigns.models import Campaign

VERSIONS_SHOWN = 15


def campaign_edit(request: AgentRequest, campaign_id: int) -> HttpResponse:
    campaign = campaign_or_404(request, campaign_id)
    if campaign.stage not in EDITABLE:
        warn(request, gettext("Ce Télmail est parti : son texte ne change plus."))
        return go(request, "campaign", campaign_id)
    if request.method == "POST":
        return _save(request, campaign_id)
    return _page(request, campaign, campaigns.content_of(request.town, campaign))


def _save(request: AgentRequest, campaign_id: int) -> HttpResponse:
    try:
        content = posted.content(request.POST)
    except posted.BadTime:
        content = posted.without_time(request.POST)
        warn(
            request,
            gettext(
                "Ce jour ou cette heure n’existe pas : le texte est gardé, choisissez à nouveau."
            ),
        )
    try:
        drafts.edit(
            request.town,
            campaign_id,
            content,
            revision=posted.revision(request.POST),
            by=request.agent,
            at=request.at,
        )
    except (facts.SomebodySaved, facts.TextLocked) as fact:
        warn(request, kept_aside(fact))
        return go(request, "campaign-edit", campaign_id)
    except (facts.ForeignTheme, facts.ForeignImage) as fact:
        warn(request, sentence(fact))
        return _page(request, campaign_or_404(request, campaign_id), content)
    except facts.NoSuchCampaign as fact:
        warn(request, sentence(fact))
        return go(request, "campaigns")
    return _next(request, campaign_id)


def _next(request: AgentRequest, campaign_id: int) -> HttpResponse:
    do = request.POST.get("do", "save")
    if do == "preview":
        return go(request, "campaign-preview", campaign_id)
    if do == "check":
        return go(request, "campaign-submit", campaign_id)
    if do == "save":
        say(request, gettext("Enregistré."))
        return go(request, "campaign-edit", campaign_id)
    response = go(request, "campaign-edit", campaign_id)
    response["Location"] += "#sms-card" if do.startswith("repair") else "#articles"
    return response


def _page(request: AgentRequest, campaign: "Campaign", content: "Content") -> HttpResponse:
    judged = campaigns.decisions(request.town, campaign.pk).first()
    mine = campaigns.kept_aside(request.town, campaign.pk, request.agent)
    return show(
        request,
        "backoffice/messages/edit.html",
        campaign=campaign,
        tone=tone(campaign),
        content=content,
        blocks=posted.blocks(content),
        themes=[
            {"theme": theme, "is_chosen": theme.id in content.theme_ids}
            for theme in themes.open_themes(request.town)
        ],
        channels=[
            {"value": name, "label": channel.label, "is_chosen": channel in content.channels}
            for channel, name in CHANNEL_NAMES.items()
        ],
        services=towns.services(request.town),
        coach=coach(request, content, campaign.pk),
        returned=judged if judged and judged.kind == DecisionKind.RETURNED else None,
        is_with_the_cabinet=campaign.stage == Stage.SUBMITTED or campaign.stage in READY,
        aside=mine,
        versions=campaigns.versions(request.town, campaign.pk)[:VERSIONS_SHOWN],
    )


def campaign_autosave(request: AgentRequest, campaign_id: int) -> JsonResponse:
    """Answers a script: what to show beside the button, and the number of the new revision."""
    try:
        content = posted.content(request.POST)
    except posted.BadTime:
        content = posted.without_time(request.POST)
    try:
        campaign = drafts.autosave(
            request.town,
            campaign_id,
            content,
            revision=posted.revision(request.POST),
            by=request.agent,
            at=request.at,
        )
    except (facts.SomebodySaved, facts.TextLocked) as fact:
        return JsonResponse({"saved": False, "words": kept_aside(fact)}, status=409)
    except KNOWN as fact:
        return JsonResponse({"saved": False, "words": sentence(fact)}, status=409)
    words = gettext("Enregistré à %(hour)s") % {"hour": hour(request.at)}
    return JsonResponse({"saved": True, "revision": campaign.revision, "words": words})


def campaign_recover(request: AgentRequest, campaign_id: int, version_id: int) -> HttpResponse:
    campaign = campaign_or_404(request, campaign_id)

    def recover() -> bool:
        drafts.recover(
            request.town,
            campaign_id,
            version_id,
            revision=campaign.revision,
            by=request.agent,
            at=request.at,
        )
        return True

    try:
        done = attempt(request, recover)
    except (facts.SomebodySaved, facts.TextLocked) as fact:
        warn(request, kept_aside(fact))
        done = None
    if done:
        say(request, gettext("Cette version est en place. La précédente reste dans la liste."))
    return go(request, "campaign-edit", campaign_id)


def campaign_version(request: AgentRequest, campaign_id: int, version_id: int) -> HttpResponse:
    """One version as words, to read before taking it back."""
    campaign = campaign_or_404(request, campaign_id)
    version = campaigns.version(request.town, campaign_id, version_id)
    content = campaigns.version_content(request.town, campaign_id, version_id)
    if version is None or content is None:
        warn(request, sentence(facts.NoSuchVersion()))
        return go(request, "campaign-edit", campaign_id)
    return show(
        request,
        "backoffice/messages/version.html",
        campaign=campaign,
        version=version,
        content=content,
        parts=[html_text.words(content.body)]
        + [f"{item.title}\n{html_text.words(item.body)}" for item in content.items],
    )
