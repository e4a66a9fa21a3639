"""The campaign that an address names, or 404."""

from typing import TYPE_CHECKING

from django.http import Http404

from beffroi.backoffice.doors import AgentRequest
from beffroi.campaigns.queries import campaigns
from beffroi.campaigns.words import Stage

if TYPE_CHECKING:
    from beffroi.campaigns.models import Campaign

TONES = {
    Stage.DRAFT: "",
    Stage.SUBMITTED: "wait",
    Stage.RETURNED: "bad",
    Stage.APPROVED: "ok",
    Stage.SCHEDULED: "ok",
    Stage.SENDING: "live",
    Stage.PAUSED: "wait",
    Stage.SENT: "ok",
    Stage.CANCELLED: "bad",
}


def campaign_or_404(request: AgentRequest, campaign_id: int) -> "Campaign":
    found = campaigns.campaign(request.town, campaign_id)
    if found is None:
        raise Http404
    return found


def tone(campaign: "Campaign") -> str:
    """The colour of the stage's badge."""
    return TONES[Stage(campaign.stage)]
