"""Submitting with the check list; reading, approving and returning, made for a telephone."""

import difflib
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import gettext

from beffroi.backoffice.doors import AgentRequest, go, say, show
from beffroi.backoffice.messages.audience import short_texts, shown_reach
from beffroi.backoffice.messages.found import campaign_or_404, tone
from beffroi.backoffice.messages.sentences import attempt
from beffroi.campaigns.content import Content
from beffroi.campaigns.queries import campaigns, checks, link_checks
from beffroi.campaigns.queries.remark import Remark
from beffroi.campaigns.services import answers, chain
from beffroi.campaigns.words import READY, Stage
from beffroi.kit import html_text


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One line that was added, removed or kept."""

    kind: str
    """added, removed or kept."""
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckList:
    remarks: list[Remark]
    links_waiting: int

    @property
    def is_blocked(self) -> bool:
        return any(remark.is_blocking for remark in self.remarks)


def campaign_submit(request: AgentRequest, campaign_id: int) -> HttpResponse:
    campaign = campaign_or_404(request, campaign_id)
    if request.method == "POST":
        done = attempt(
            request,
            lambda: chain.submit(request.town, campaign_id, by=request.agent, at=request.at),
        )
        if done is None:
            return go(request, "campaign-submit", campaign_id)
        say(request, gettext("Télmail soumis à la validation."))
        return go(request, "campaign", campaign_id)
    answers.ask(request.town, campaign_id)
    content = campaigns.content_of(request.town, campaign)
    return show(
        request,
        "backoffice/messages/submit.html",
        campaign=campaign,
        tone=tone(campaign),
        checks=_checked(request, campaign_id, content),
        reach=shown_reach(request, content, campaign_id),
        content=content,
        may_submit=campaign.stage in {Stage.DRAFT, Stage.RETURNED},
    )


def _checked(request: AgentRequest, campaign_id: int, content: Content) -> CheckList:
    return CheckList(
        remarks=checks.remarks(request.town, campaign_id, at=request.at),
        links_waiting=link_checks.waiting(request.town, content),
    )


def campaign_checks(request: AgentRequest, campaign_id: int) -> HttpResponse:
    """The list once more, while links are being asked."""
    campaign = campaign_or_404(request, campaign_id)
    content = campaigns.content_of(request.town, campaign)
    return show(
        request,
        "backoffice/messages/parts/checks.html",
        campaign=campaign,
        checks=_checked(request, campaign_id, content),
    )


def campaign_withdraw(request: AgentRequest, campaign_id: int) -> HttpResponse:
    done = attempt(
        request,
        lambda: chain.withdraw(request.town, campaign_id, by=request.agent, at=request.at),
    )
    if done:
        say(request, gettext("Télmail repris : il n’est plus soumis à la validation."))
    return go(request, "campaign", campaign_id)


def campaign_approve(request: AgentRequest, campaign_id: int) -> HttpResponse:
    campaign = campaign_or_404(request, campaign_id)
    if request.method == "POST":
        return _approve(request, campaign_id)
    answers.ask(request.town, campaign_id)
    content = campaigns.content_of(request.town, campaign)
    before = campaigns.last_judged(request.town, campaign_id)
    return show(
        request,
        "backoffice/messages/approve.html",
        campaign=campaign,
        tone=tone(campaign),
        content=content,
        seen=content.sha256(),
        reach=shown_reach(request, content, campaign_id),
        theme_names=campaigns.theme_names(request.town, content.theme_ids),
        short=short_texts(request.town, content, campaign_id),
        changes=_changes(before, content) if before else [],
        last=campaigns.decisions(request.town, campaign_id).first(),
        is_to_approve=campaign.stage == Stage.SUBMITTED,
        is_approved=campaign.stage in READY,
        may=campaigns.may_approve(request.town, campaign, request.agent),
        advice=checks.remarks(request.town, campaign_id, at=request.at),
    )


def _approve(request: AgentRequest, campaign_id: int) -> HttpResponse:
    approved = attempt(
        request,
        lambda: chain.approve(
            request.town,
            campaign_id,
            seen_hash=request.POST.get("seen", ""),
            by=request.agent,
            at=request.at,
        ),
    )
    if approved is None:
        return go(request, "campaign-approve", campaign_id)
    if approved.stage == Stage.SCHEDULED:
        say(request, gettext("Télmail validé. Il partira à l’heure prévue."))
    else:
        say(request, gettext("Télmail validé. Il reste à l’envoyer."))
    return go(request, "campaign", campaign_id)


def campaign_return(request: AgentRequest, campaign_id: int) -> HttpResponse:
    done = attempt(
        request,
        lambda: chain.send_back(
            request.town,
            campaign_id,
            reason=request.POST.get("reason", ""),
            by=request.agent,
            at=request.at,
        ),
    )
    if done is None:
        return go(request, "campaign-approve", campaign_id)
    say(request, gettext("Télmail renvoyé. Le motif est affiché à la personne qui le reprendra."))
    return go(request, "campaign", campaign_id)


def _changes(before: Content, after: Content) -> list[Change]:
    kinds = {"+ ": "added", "- ": "removed", "  ": "kept"}
    compared = difflib.ndiff(_lines(before), _lines(after))
    found = [Change(kind=kinds[line[:2]], text=line[2:]) for line in compared if line[:2] in kinds]
    return found if any(change.kind != "kept" for change in found) else []


def _lines(content: Content) -> list[str]:
    lines = [content.subject, content.preheader, *html_text.words(content.body).split("\n")]
    lines += [*content.sms.split("\n"), content.push_title, content.push_text]
    for item in content.items:
        lines += [item.title, *html_text.words(item.body).split("\n")]
    return [line for line in lines if line.strip()]
