"""Submit, take back, approve, return: the town's chain up to the sending."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from beffroi.campaigns.models import Campaign
from beffroi.campaigns.queries.checks import remarks
from beffroi.campaigns.queries.contents import content_of
from beffroi.campaigns.services.facts import (
    ContentChanged,
    NotAllowed,
    NotReady,
    OwnWork,
    ReasonMissing,
    WrongStage,
)
from beffroi.campaigns.services.steps import locked, move, note, record
from beffroi.campaigns.words import READY, DecisionKind, Stage
from beffroi.towns import queries as towns
from beffroi.towns.journal import Kind
from beffroi.towns.models import Agent, Town
from beffroi.towns.permissions import Permission


@transaction.atomic
def submit(town: Town, campaign_id: int, *, by: Agent, at: datetime) -> Campaign:
    """Hands the text to the cabinet. Raises: NoSuchCampaign, WrongStage, NotReady."""
    campaign = locked(town, campaign_id)
    if campaign.stage not in {Stage.DRAFT, Stage.RETURNED}:
        raise WrongStage(campaign.stage)
    if any(remark.is_blocking for remark in remarks(town, campaign_id, at=at)):
        raise NotReady(campaign_id)
    campaign.submitter, campaign.submitted_at = by, at
    campaign.save(update_fields=["submitter", "submitted_at"])
    move(campaign, Stage.SUBMITTED)
    note(campaign, Kind.CAMPAIGN_SUBMITTED, by=by, at=at)
    return campaign


@transaction.atomic
def withdraw(town: Town, campaign_id: int, *, by: Agent, at: datetime) -> Campaign:
    """Takes a submitted text back to work on it. Raises: NoSuchCampaign, WrongStage."""
    campaign = locked(town, campaign_id)
    if campaign.stage != Stage.SUBMITTED:
        raise WrongStage(campaign.stage)
    move(campaign, Stage.DRAFT)
    note(campaign, Kind.CAMPAIGN_EDITED, by=by, at=at, detail=gettext("Retiré de la validation"))
    return campaign


@transaction.atomic
def approve(town: Town, campaign_id: int, *, seen_hash: str, by: Agent, at: datetime) -> Campaign:
    """Binds the approval to the very content whose hash the approver's screen carried.

    Raises: NoSuchCampaign, WrongStage, NotAllowed, ContentChanged, OwnWork.
    """
    campaign = locked(town, campaign_id)
    _require_approver(town, by)
    if campaign.stage != Stage.SUBMITTED:
        raise WrongStage(campaign.stage)
    content = content_of(town, campaign)
    if content.sha256() != seen_hash:
        raise ContentChanged(campaign_id)
    alone = by.pk in {campaign.last_editor_id, campaign.submitter_id}
    rule = Town.objects.filter(pk=town.pk, one_person_rule=True).exists()
    if alone and not rule:
        raise OwnWork(campaign_id)
    record(campaign, DecisionKind.APPROVED, content, by=by, at=at, one_person=alone)
    is_ahead = campaign.scheduled_at is not None and campaign.scheduled_at > at
    move(campaign, Stage.SCHEDULED if is_ahead else Stage.APPROVED)
    note(campaign, Kind.CAMPAIGN_APPROVED, by=by, at=at)
    if alone:
        sentence = gettext("Validé par la personne qui l’a préparé : %(subject)s")
        detail = sentence % {"subject": campaign.subject}
        note(campaign, Kind.ONE_PERSON_RULE, by=by, at=at, detail=detail)
    if is_ahead:
        note(campaign, Kind.CAMPAIGN_SCHEDULED, by=by, at=at)
    return campaign


@transaction.atomic
def send_back(town: Town, campaign_id: int, *, reason: str, by: Agent, at: datetime) -> Campaign:
    """Returns the text to its writers and says why; takes back an approval too, as long as nothing left.

    Raises: NoSuchCampaign, WrongStage, NotAllowed, ReasonMissing.
    """
    campaign = locked(town, campaign_id)
    _require_approver(town, by)
    if campaign.stage not in {Stage.SUBMITTED, *READY}:
        raise WrongStage(campaign.stage)
    reason = reason.replace("\x00", "").strip()[:1000]
    if not reason:
        raise ReasonMissing
    content = content_of(town, campaign)
    record(campaign, DecisionKind.RETURNED, content, by=by, at=at, reason=reason)
    move(campaign, Stage.RETURNED)
    note(campaign, Kind.CAMPAIGN_RETURNED, by=by, at=at, detail=reason)
    return campaign


def _require_approver(town: Town, agent: Agent) -> None:
    rights = towns.rights(town, agent)
    if rights is None or not rights.may(Permission.CAMPAIGN_APPROVE):
        raise NotAllowed(agent.pk)
