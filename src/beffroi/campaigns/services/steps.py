"""The only way to change a stage, and the lock that every verb takes first. Called inside a transaction."""

from datetime import datetime

from beffroi.campaigns.content import Content
from beffroi.campaigns.models import Campaign, Decision
from beffroi.campaigns.queries.contents import content_of
from beffroi.campaigns.services.facts import NoSuchCampaign, WrongStage
from beffroi.campaigns.words import ALLOWED, READY, DecisionKind, Stage
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town


def locked(town: Town, campaign_id: int) -> Campaign:
    """Raises: NoSuchCampaign."""
    rows = Campaign.objects.of(town).select_for_update(of=("self",))
    campaign = rows.filter(pk=campaign_id, deleted_at=None).first()
    if campaign is None:
        raise NoSuchCampaign(campaign_id)
    return campaign


def move(campaign: Campaign, to: Stage) -> None:
    """Raises: WrongStage. The caller saves the row with whatever else changed."""
    if to not in ALLOWED[Stage(campaign.stage)]:
        raise WrongStage(campaign.stage, to)
    campaign.stage = to
    campaign.save(update_fields=["stage"])


def record(
    campaign: Campaign,
    kind: DecisionKind,
    content: Content,
    *,
    by: Agent | None,
    at: datetime,
    reason: str = "",
    one_person: bool = False,
) -> Decision:
    """Keeps what was decided, with the text that it was decided about."""
    return Decision.objects.create_in(
        campaign.town,
        campaign=campaign,
        kind=kind,
        by=by,
        at=at,
        reason=reason,
        content_hash=content.sha256(),
        content=content.canonical(),
        one_person=one_person,
    )


def void(campaign: Campaign, *, by: Agent, at: datetime) -> None:
    """An approval does not outlive the text it was given to."""
    if campaign.stage not in READY:
        return
    content = content_of(campaign.town, campaign)
    record(campaign, DecisionKind.VOIDED, content, by=by, at=at)
    note(campaign, journal.Kind.APPROVAL_VOIDED, by=by, at=at)


def note(
    campaign: Campaign, kind: journal.Kind, *, by: Agent | None, at: datetime, detail: str = ""
) -> None:
    """One line of the journal about this campaign."""
    about = ("campaign", campaign.pk)
    journal.write(campaign.town, kind, at=at, by=by, about=about, detail=detail or campaign.subject)
