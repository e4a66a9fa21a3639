"""What happens by itself: scheduled sends, and campaigns that the engine has finished. Names no town: it is the clock."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from beffroi.campaigns.models import Campaign
from beffroi.campaigns.queries.contents import content_of
from beffroi.campaigns.services.facts import (
    CannotLeave,
    NobodyToReach,
    NoSuchCampaign,
    NotApproved,
    NotYet,
    WrongStage,
)
from beffroi.campaigns.services.sending import send, settle
from beffroi.campaigns.services.steps import locked, move, note, record
from beffroi.campaigns.shortfall import budget_sentence
from beffroi.campaigns.words import READY, DecisionKind, Stage
from beffroi.money.facts import BudgetExceeded
from beffroi.towns import journal, zones
from beffroi.towns.models import Town

log = logging.getLogger(__name__)


def tick(*, at: datetime) -> int:
    """Sends what is due and closes what is done; says how many left. Running late or twice does no harm."""
    sent = 0
    everywhere = Campaign.objects.across_towns(why="the clock strikes for every town")
    due = everywhere.filter(stage=Stage.SCHEDULED, scheduled_at__lte=at, deleted_at=None)
    due = due.filter(town__closed_at=None)
    for campaign in due.select_related("town").order_by("scheduled_at", "pk"):
        with timezone.override(zones.of(campaign.town)):
            sent += _fire(campaign.town, campaign, at=at)
    running = everywhere.filter(stage=Stage.SENDING)
    for campaign in running.select_related("town"):
        settle(campaign.town, campaign.pk, at=at)
    return sent


def _fire(town: Town, campaign: Campaign, *, at: datetime) -> int:
    campaign_id = campaign.pk
    try:
        send(town, campaign_id, by=None, at=at)
    except (WrongStage, NotYet, NoSuchCampaign):
        return 0  # another clock or an agent was faster
    except NotApproved:
        log.warning("campaign.not_approved_in_time", extra={"campaign_id": campaign_id})
        reason = gettext("L’heure d’envoi est venue, mais la validation ne vaut plus.")
    except NobodyToReach:
        log.warning("campaign.nobody_to_reach_in_time", extra={"campaign_id": campaign_id})
        reason = gettext(
            "L’heure d’envoi est venue, mais plus personne n’est abonné aux thèmes choisis\N{NO-BREAK SPACE}: rien n’est parti. "
            "Choisissez d’autres thèmes, puis soumettez à nouveau."
        )
    except CannotLeave:
        log.warning("campaign.cannot_leave_in_time", extra={"campaign_id": campaign_id})
        reason = gettext(
            "L’heure d’envoi est venue, mais un des messages ne peut pas partir tel qu’il est\N{NO-BREAK SPACE}: "
            "rien n’est parti. Vérifiez la longueur des textes et les expéditeurs, puis soumettez à nouveau."
        )
    except BudgetExceeded as fact:
        log.warning("campaign.budget_exceeded_in_time", extra={"campaign_id": campaign_id})
        reason = gettext("L’heure d’envoi est venue, mais rien n’est parti. ") + budget_sentence(
            fact.budget, fact.asked, channels=content_of(town, campaign).channels
        )
    else:
        return 1
    _give_up(town, campaign_id, reason, at=at)
    return 0


@transaction.atomic
def _give_up(town: Town, campaign_id: int, reason: str, *, at: datetime) -> None:
    """Back to its writers, with the reason where they read those of the cabinet."""
    campaign = locked(town, campaign_id)
    if campaign.stage not in READY:
        return
    content = content_of(town, campaign)
    record(campaign, DecisionKind.RETURNED, content, by=None, at=at, reason=reason)
    move(campaign, Stage.RETURNED)
    note(campaign, journal.Kind.CAMPAIGN_RETURNED, by=None, at=at, detail=reason)
