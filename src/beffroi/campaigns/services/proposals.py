"""What the services of the town hall bring, and what the communication service makes of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from beffroi.campaigns.content import Content, ItemText
from beffroi.campaigns.models import Campaign, Proposal
from beffroi.campaigns.queries.contents import content_of
from beffroi.campaigns.services import drafts
from beffroi.campaigns.services.facts import NoSuchProposal, ReasonMissing, WrongStage
from beffroi.campaigns.services.steps import locked
from beffroi.campaigns.words import ProposalState
from beffroi.kit import html
from beffroi.towns import journal
from beffroi.towns.models import Agent, Service, Town


@transaction.atomic
def propose(
    town: Town,
    *,
    title: str,
    body: str,
    service: Service | None,
    wished_date: date | None,
    by: Agent,
    at: datetime,
) -> Proposal:
    """A service asks for a place in a Télmail. `body` is plain text."""
    proposal = Proposal.objects.create_in(
        town,
        title=title.strip(),
        body=body.strip(),
        service=service,
        wished_date=wished_date,
        author=by,
        proposed_at=at,
    )
    _note(proposal, journal.Kind.PROPOSAL_MADE, by=by, at=at, detail=proposal.title)
    return proposal


@transaction.atomic
def change(
    town: Town,
    proposal_id: int,
    *,
    title: str,
    body: str,
    wished_date: date | None,
    by: Agent,
    at: datetime,
) -> Proposal:
    """Raises: NoSuchProposal, WrongStage when it was picked or declined already."""
    proposal = _open(town, proposal_id)
    proposal.title, proposal.body, proposal.wished_date = title.strip(), body.strip(), wished_date
    proposal.save(update_fields=["title", "body", "wished_date"])
    return proposal


@transaction.atomic
def order(town: Town, proposal_ids: Sequence[int]) -> None:
    """Sets the ranks on the board; ids of other towns change nothing."""
    for position, proposal_id in enumerate(proposal_ids, 1):
        Proposal.objects.of(town).filter(pk=proposal_id).update(position=position)


@transaction.atomic
def pick(
    town: Town,
    proposal_ids: Sequence[int],
    *,
    into: int | None,
    by: Agent,
    at: datetime,
) -> Campaign:
    """Takes proposals, in this order, as articles of a campaign; `into` None begins a new one.

    Raises: NoSuchProposal, NoSuchCampaign, WrongStage.
    """
    picked = [_open(town, proposal_id) for proposal_id in proposal_ids]
    articles = tuple(
        ItemText(title=p.title, body=html.from_text(p.body), proposal_id=p.pk) for p in picked
    )
    for proposal in picked:
        proposal.state, proposal.decided_by, proposal.decided_at = ProposalState.PICKED, by, at
        proposal.save(update_fields=["state", "decided_by", "decided_at"])
    if into is None:
        subject = picked[0].title if len(picked) == 1 else ""
        content = Content(subject=subject, preheader="", body="", items=articles)
        return drafts.create(town, content, by=by, at=at)
    campaign = locked(town, into)
    if campaign.stage not in drafts.WRITING:
        raise WrongStage(campaign.stage)
    before = content_of(town, campaign)
    after = replace(before, items=before.items + articles)
    return drafts.edit(town, into, after, revision=campaign.revision, by=by, at=at)


@transaction.atomic
def decline(town: Town, proposal_id: int, *, reason: str, by: Agent, at: datetime) -> Proposal:
    """Raises: NoSuchProposal, WrongStage, ReasonMissing."""
    proposal = _open(town, proposal_id)
    reason = reason.replace("\x00", "").strip()[:500]
    if not reason:
        raise ReasonMissing
    proposal.state, proposal.reason = ProposalState.DECLINED, reason
    proposal.decided_by, proposal.decided_at = by, at
    proposal.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    _note(proposal, journal.Kind.PROPOSAL_DECLINED, by=by, at=at, detail=proposal.title)
    return proposal


@transaction.atomic
def reopen(town: Town, proposal_id: int, *, by: Agent, at: datetime) -> Proposal:
    """Puts a proposal back on the board; an article made from it stays where it is. Raises: NoSuchProposal."""
    proposal = _locked(town, proposal_id)
    proposal.state, proposal.reason = ProposalState.PROPOSED, ""
    proposal.decided_by, proposal.decided_at = None, None
    proposal.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    _note(proposal, journal.Kind.PROPOSAL_MADE, by=by, at=at, detail=proposal.title)
    return proposal


def _locked(town: Town, proposal_id: int) -> Proposal:
    rows = Proposal.objects.of(town).select_for_update(of=("self",))
    proposal = rows.filter(pk=proposal_id).first()
    if proposal is None:
        raise NoSuchProposal(proposal_id)
    return proposal


def _open(town: Town, proposal_id: int) -> Proposal:
    proposal = _locked(town, proposal_id)
    if proposal.state != ProposalState.PROPOSED:
        raise WrongStage(proposal.state)
    return proposal


def _note(proposal: Proposal, kind: journal.Kind, *, by: Agent, at: datetime, detail: str) -> None:
    about = ("proposal", proposal.pk)
    journal.write(proposal.town, kind, at=at, by=by, about=about, detail=detail)
