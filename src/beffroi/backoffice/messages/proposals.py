"""The board of proposals: services bring, the communication service orders, picks and declines."""

from datetime import date
from typing import TYPE_CHECKING

from django import forms
from django.http import Http404, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.backoffice.doors import AgentRequest, address, go, say, show, warn
from beffroi.backoffice.fields import DayInput
from beffroi.backoffice.messages import posted
from beffroi.backoffice.messages.sentences import attempt
from beffroi.campaigns.queries import campaigns, proposals as queries
from beffroi.campaigns.services import proposals
from beffroi.campaigns.words import ProposalState, Stage
from beffroi.towns.permissions import Permission

if TYPE_CHECKING:
    from beffroi.campaigns.models import Proposal

TONES = {ProposalState.PROPOSED: "wait", ProposalState.PICKED: "ok", ProposalState.DECLINED: "bad"}
SHOWN = 200


class ProposalForm(forms.Form):
    title = forms.CharField(label=_("Titre"), max_length=150)
    body = forms.CharField(
        label=_("Texte"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=_("Quoi, où, quand, pour qui. La communication mettra en forme."),
    )
    wished_date = forms.DateField(
        label=_("À envoyer avant le"),
        required=False,
        widget=DayInput(),
    )


def proposal_board(request: AgentRequest) -> HttpResponse:
    state = request.GET.get("etat", ProposalState.PROPOSED)
    text = posted.words(request.GET.get("q", ""))
    rows = list(queries.board(request.town, state=state, text=text)[:SHOWN])
    return show(
        request,
        "backoffice/messages/proposals.html",
        lines=[_line(request, row) for row in rows],
        states=[
            {"value": s.value, "label": s.label, "is_current": s == state} for s in ProposalState
        ],
        state=state,
        text=text,
        is_board=state == ProposalState.PROPOSED and not text,
        drafts=campaigns.listed(request.town, stage=Stage.DRAFT)[:20],
    )


def _line(request: AgentRequest, row: "Proposal") -> dict[str, object]:
    return {
        "proposal": row,
        "tone": TONES[ProposalState(row.state)],
        "may_change": _may_change(request, row),
        "wished": _day(row.wished_date),
    }


def _day(day: date | None) -> str:
    """« mardi 1ᵉʳ décembre »."""
    return date_format(day, "l j F").replace(" 1 ", " 1ᵉʳ ") if day else ""


def _may_change(request: AgentRequest, row: "Proposal") -> bool:
    """Its author, or the communication service; and only until it is picked or declined."""
    writes = request.rights.may(Permission.CAMPAIGN_WRITE)
    return row.state == ProposalState.PROPOSED and (writes or row.author_id == request.agent.pk)


def proposal_new(request: AgentRequest) -> HttpResponse:
    form = ProposalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        proposals.propose(
            request.town,
            title=form.cleaned_data["title"],
            body=form.cleaned_data["body"],
            wished_date=form.cleaned_data["wished_date"],
            service=request.rights.service,
            by=request.agent,
            at=request.at,
        )
        say(request, gettext("Proposition envoyée à la communication."))
        return go(request, "proposals")
    return show(request, "backoffice/messages/proposal_form.html", form=form, proposal=None)


def proposal_edit(request: AgentRequest, proposal_id: int) -> HttpResponse:
    row = queries.proposal(request.town, proposal_id)
    if row is None:
        raise Http404
    if not _may_change(request, row):
        warn(request, gettext("Cette proposition ne peut plus être modifiée."))
        return go(request, "proposals")
    before = {"title": row.title, "body": row.body, "wished_date": row.wished_date}
    form = ProposalForm(request.POST or None, initial=before)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            request,
            lambda: proposals.change(
                request.town, proposal_id, **form.cleaned_data, by=request.agent, at=request.at
            ),
        )
        if done:
            say(request, gettext("Proposition modifiée."))
        return go(request, "proposals")
    return show(request, "backoffice/messages/proposal_form.html", form=form, proposal=row)


def proposal_pick(request: AgentRequest) -> HttpResponse:
    """The checked ones, in the order of the board, into a draft or a new Télmail."""
    chosen = posted.numbers(request.POST.getlist("proposal"))
    into = posted.number(request.POST.get("into", ""))
    if not chosen:
        warn(request, gettext("Cochez d’abord une ou plusieurs propositions."))
        return go(request, "proposals")
    campaign = attempt(
        request,
        lambda: proposals.pick(
            request.town,
            chosen,
            into=into,
            by=request.agent,
            at=request.at,
        ),
    )
    if campaign is None:
        return go(request, "proposals")
    say(request, gettext("Propositions ajoutées à ce Télmail."))
    return go(request, "campaign-edit", campaign.pk)


def proposal_move(request: AgentRequest, proposal_id: int) -> HttpResponse:
    """One place up or down."""
    rows = list(queries.board(request.town, state=ProposalState.PROPOSED))
    ids = [row.pk for row in rows]
    if proposal_id in ids:
        at = ids.index(proposal_id)
        to = at - 1 if request.POST.get("to") == "up" else at + 1
        if 0 <= to < len(ids):
            ids[at], ids[to] = ids[to], ids[at]
            proposals.order(request.town, ids)
    response = go(request, "proposals")
    response["Location"] += f"#proposition-{proposal_id}"
    return response


def proposal_decline(request: AgentRequest, proposal_id: int) -> HttpResponse:
    declined = attempt(
        request,
        lambda: proposals.decline(
            request.town,
            proposal_id,
            reason=request.POST.get("reason", ""),
            by=request.agent,
            at=request.at,
        ),
    )
    if declined:
        undo = address(request, "proposal-reopen", proposal_id)
        say(request, gettext("Proposition écartée. Son auteur verra le motif."), undo=undo)
    return go(request, "proposals")


def proposal_reopen(request: AgentRequest, proposal_id: int) -> HttpResponse:
    done = attempt(
        request,
        lambda: proposals.reopen(request.town, proposal_id, by=request.agent, at=request.at),
    )
    if done:
        say(request, gettext("Proposition remise à trier."))
    return go(request, "proposals")
