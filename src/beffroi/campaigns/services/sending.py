"""From an approved text to deliveries in one transaction; then hold, go on, stop, settle, send again."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import ngettext

from beffroi.audience.services import digests
from beffroi.campaigns.content import Content
from beffroi.campaigns.models import Campaign, Decision
from beffroi.campaigns.queries import results
from beffroi.campaigns.queries.contents import content_of
from beffroi.campaigns.queries.results import message_ids
from beffroi.campaigns.services.facts import NotApproved, NotYet, WrongStage
from beffroi.campaigns.services.freezing import freeze, reference_of
from beffroi.campaigns.services.steps import locked, move, note
from beffroi.campaigns.words import GONE, READY, DecisionKind, Stage
from beffroi.delivery.services import messages
from beffroi.delivery.words import MessageState
from beffroi.money.services import charges
from beffroi.towns.journal import Kind
from beffroi.towns.models import Agent, Town

SLUG_MAX_LENGTH = 100


@transaction.atomic
def send(town: Town, campaign_id: int, *, by: Agent | None, at: datetime) -> Campaign:
    """Freezes the approved text and its audience, hands them to delivery and publishes the page, all or nothing.

    `by` is None when the clock does it. Raises: NoSuchCampaign, WrongStage (it is gone already), NotApproved,
    NotYet, NobodyToReach, CannotLeave, money.facts.BudgetExceeded.
    """
    campaign = locked(town, campaign_id)
    if campaign.stage in GONE:
        raise WrongStage(campaign.stage)
    content = content_of(town, campaign)
    _require_approval(town, campaign, content)
    if campaign.scheduled_at is not None and campaign.scheduled_at > at:
        raise NotYet(campaign.scheduled_at)
    campaign.archive_slug = _free_slug(town, content.subject, at)
    campaign.published_at, campaign.sent_by = at, by
    campaign.sent_hash = content.sha256()
    freeze(town, campaign, content, at=at)
    campaign.save()
    move(campaign, Stage.SENDING)
    note(campaign, Kind.CAMPAIGN_SENT, by=by, at=at)
    _settle(town, campaign, at=at)
    return campaign


def _require_approval(town: Town, campaign: Campaign, content: Content) -> None:
    """Raises: NotApproved."""
    if campaign.stage not in READY:
        raise NotApproved(campaign.pk)
    latest = Decision.objects.of(town).filter(campaign=campaign).order_by("-id").first()
    if latest is None or latest.kind != DecisionKind.APPROVED:
        raise NotApproved(campaign.pk)
    if latest.content_hash != content.sha256():
        raise NotApproved(campaign.pk)
    own_work = latest.by_id in {campaign.last_editor_id, campaign.submitter_id}
    if own_work and not Town.objects.filter(pk=town.pk, one_person_rule=True).exists():
        raise NotApproved(campaign.pk)


def _free_slug(town: Town, subject: str, at: datetime) -> str:
    day = timezone.localtime(at).date().isoformat()
    words = slugify(subject.replace("’", " ").replace("œ", "oe")) or "telmail"
    slug = f"{day}-{words}"[:SLUG_MAX_LENGTH].rstrip("-")
    taken = set(
        Campaign.objects.of(town)
        .filter(archive_slug__startswith=slug)
        .values_list("archive_slug", flat=True)
    )
    number = 1
    free = slug
    while free in taken:
        number += 1
        free = f"{slug}-{number}"
    return free


@transaction.atomic
def pause(town: Town, campaign_id: int, *, by: Agent, at: datetime) -> Campaign:
    """Raises: NoSuchCampaign, WrongStage."""
    campaign = _gone(town, campaign_id, Stage.PAUSED)
    _ask(messages.pause, campaign, at=at)
    digests.hold(town, reference=reference_of(campaign))
    note(campaign, Kind.CAMPAIGN_PAUSED, by=by, at=at)
    return campaign


@transaction.atomic
def resume(town: Town, campaign_id: int, *, by: Agent, at: datetime) -> Campaign:
    """Raises: NoSuchCampaign, WrongStage."""
    campaign = _gone(town, campaign_id, Stage.SENDING)
    _ask(messages.resume, campaign, at=at)
    digests.release(town, reference=reference_of(campaign), at=at)
    note(campaign, Kind.CAMPAIGN_RESUMED, by=by, at=at)
    return campaign


@transaction.atomic
def cancel(town: Town, campaign_id: int, *, by: Agent, at: datetime) -> Campaign:
    """What has not left stays; what has left cannot be called back. Raises: NoSuchCampaign, WrongStage."""
    campaign = _gone(town, campaign_id, Stage.CANCELLED)
    _ask(messages.cancel, campaign, at=at)
    digests.drop(town, reference=reference_of(campaign))
    campaign.finished_at = at
    campaign.save(update_fields=["finished_at"])
    note(campaign, Kind.CAMPAIGN_CANCELLED, by=by, at=at)
    return campaign


def _gone(town: Town, campaign_id: int, to: Stage) -> Campaign:
    campaign = locked(town, campaign_id)
    if campaign.stage not in GONE:
        raise WrongStage(campaign.stage)
    move(campaign, to)
    return campaign


def _ask(verb: Callable[..., None], campaign: Campaign, *, at: datetime) -> None:
    """Of every message that is still on its way; there is none when the engine finished a moment ago.

    Raises: WrongStage.
    """
    asked = 0
    for message_id in message_ids(campaign.town, campaign):
        with suppress(messages.WrongState), transaction.atomic():
            verb(campaign.town, message_id, at=at)
            asked += 1
    if not asked:
        raise WrongStage(campaign.stage)


@transaction.atomic
def settle(town: Town, campaign_id: int, *, at: datetime) -> Campaign:
    """A campaign whose last delivery is settled becomes SENT; anything else stays. Raises: NoSuchCampaign."""
    campaign = locked(town, campaign_id)
    _settle(town, campaign, at=at)
    return campaign


def _settle(town: Town, campaign: Campaign, *, at: datetime) -> None:
    progress = results.progress(town, campaign)
    if campaign.stage == Stage.SENDING and progress and progress.state == MessageState.DONE:
        move(campaign, Stage.SENT)
        campaign.finished_at = progress.finished_at or at
        campaign.save(update_fields=["finished_at"])


@transaction.atomic
def resend_unknown(town: Town, campaign_id: int, *, by: Agent, at: datetime) -> int:
    """Sends the same frozen text again to those of whom nobody knows whether they got it; says how many.

    Charged anew, at the prices of the day. Messages that are still going again are left alone.
    Raises: NoSuchCampaign, WrongStage, money.facts.BudgetExceeded.
    """
    campaign = locked(town, campaign_id)
    if campaign.stage != Stage.SENT:
        raise WrongStage(campaign.stage)
    counts = {}
    for message_id in message_ids(town, campaign):
        with suppress(messages.WrongState):
            counts[message_id] = messages.resend_unknown(town, message_id, at=at)
    counts = {message_id: count for message_id, count in counts.items() if count}
    if counts:
        content = content_of(town, campaign)
        charges.charge_again(
            town, counts, service_id=content.service_id, at=at, is_bounded=not content.is_alert
        )
        told = {"count": sum(counts.values())}
        sentence = ngettext(
            "Renvoi à %(count)d destinataire incertain",
            "Renvoi à %(count)d destinataires incertains",
            told["count"],
        )
        note(campaign, Kind.CAMPAIGN_SENT, by=by, at=at, detail=sentence % told)
    return sum(counts.values())
