"""Writing: create, save, save by itself, keep aside, take back, delete and undo the deletion."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext

from beffroi.audience.models import Theme
from beffroi.campaigns.content import Content, ItemText, read
from beffroi.campaigns.models import (
    PREHEADER_MAX_LENGTH,
    PUSH_TEXT_MAX_LENGTH,
    PUSH_TITLE_MAX_LENGTH,
    SUBJECT_MAX_LENGTH,
    Campaign,
    CampaignItem,
    CampaignTheme,
    Image,
    Proposal,
    Version,
)
from beffroi.campaigns.queries.contents import content_of
from beffroi.campaigns.services.facts import (
    ForeignImage,
    ForeignTheme,
    NoSuchCampaign,
    NoSuchVersion,
    SomebodySaved,
    TextLocked,
    WrongStage,
)
from beffroi.campaigns.services.steps import locked, move, note, void
from beffroi.campaigns.words import EDITABLE, Stage, VersionKind
from beffroi.delivery.words import Channel
from beffroi.kit import html
from beffroi.towns.journal import Kind
from beffroi.towns.models import Agent, Service, Town

TITLE_MAX_LENGTH = 150
SMS_MAX_LENGTH = 2_000
"""Kept whole while it is being shortened; the check list says what may leave."""
COALESCE = timedelta(minutes=10)
"""Saves by itself within this time are one version."""
WRITING = frozenset({Stage.DRAFT, Stage.RETURNED})
_SLOT = re.compile(r"https?:/*slot\.invalid/?", re.IGNORECASE)
EMPTY = Content(subject="", preheader="", body="")


@transaction.atomic
def create(town: Town, content: Content = EMPTY, *, by: Agent, at: datetime) -> Campaign:
    """Raises: ForeignTheme, ForeignImage."""
    campaign = Campaign.objects.create_in(
        town, created_by=by, created_at=at, last_editor=by, edited_at=at
    )
    _write(campaign, _clean(town, content))
    _keep(campaign, content, VersionKind.SAVED, by=by, at=at)
    note(campaign, Kind.CAMPAIGN_CREATED, by=by, at=at)
    return campaign


@transaction.atomic
def duplicate(town: Town, campaign_id: int, *, by: Agent, at: datetime) -> Campaign:
    """A new draft with the same words and audience, and no time. Raises: NoSuchCampaign."""
    content = content_of(town, locked(town, campaign_id))
    return create(town, replace(content, scheduled_at=None), by=by, at=at)


def edit(
    town: Town, campaign_id: int, content: Content, *, revision: int, by: Agent, at: datetime
) -> Campaign:
    """Saves the whole content. A text that was submitted or approved becomes a draft again, its approval void.

    Raises: NoSuchCampaign, ForeignTheme, ForeignImage; SomebodySaved and TextLocked after keeping what was typed.
    """
    return _save(town, campaign_id, content, revision=revision, by=by, at=at, where=EDITABLE)


def autosave(
    town: Town, campaign_id: int, content: Content, *, revision: int, by: Agent, at: datetime
) -> Campaign:
    """Saves while a person types; never touches a text that the cabinet reads or has approved.

    Raises: as `edit`.
    """
    return _save(
        town, campaign_id, content, revision=revision, by=by, at=at, where=WRITING, coalesce=True
    )


def _save(
    town: Town,
    campaign_id: int,
    content: Content,
    *,
    revision: int,
    by: Agent,
    at: datetime,
    where: frozenset[Stage],
    coalesce: bool = False,
) -> Campaign:
    clean = _clean(town, content)
    with transaction.atomic():
        campaign = locked(town, campaign_id)
        before = content_of(town, campaign)
        if clean.canonical() == before.canonical():
            return campaign
        fits = campaign.revision == revision and campaign.stage in where
        if fits:
            _change(campaign, clean, by=by, at=at, coalesce=coalesce)
            return campaign
        kept = _keep_aside(campaign, clean, revision=revision, by=by, at=at)
    if campaign.revision != revision:
        raise SomebodySaved(
            version_id=kept.pk, by=campaign.last_editor.full_name, saved_at=campaign.edited_at
        )
    raise TextLocked(kept.pk)


def _change(
    campaign: Campaign, content: Content, *, by: Agent, at: datetime, coalesce: bool
) -> None:
    void(campaign, by=by, at=at)
    if campaign.stage != Stage.DRAFT:
        move(campaign, Stage.DRAFT)
    earlier = campaign.revision
    campaign.revision += 1
    campaign.last_editor, campaign.edited_at = by, at
    _write(campaign, content)
    recent = Version.objects.of(campaign.town).filter(
        campaign=campaign, kind=VersionKind.SAVED, revision=earlier, by=by, at__gt=at - COALESCE
    )
    changed = coalesce and recent.update(
        content=content.canonical(), revision=campaign.revision, at=at
    )
    if not changed:
        _keep(campaign, content, VersionKind.SAVED, by=by, at=at)
        note(campaign, Kind.CAMPAIGN_EDITED, by=by, at=at)


def _write(campaign: Campaign, content: Content) -> None:
    town = campaign.town
    campaign.subject, campaign.preheader = content.subject, content.preheader
    campaign.body, campaign.scheduled_at = content.body, content.scheduled_at
    campaign.channels, campaign.spread = list(content.channels), content.spread.value
    campaign.sms_text = content.sms
    campaign.push_title, campaign.push_text = content.push_title, content.push_text
    campaign.service_id, campaign.is_alert = content.service_id, content.is_alert
    campaign.save()
    CampaignItem.objects.of(town).filter(campaign=campaign).delete()
    CampaignItem.objects.bulk_create_in(
        town,
        [
            CampaignItem(
                town=town,
                campaign=campaign,
                position=position,
                title=item.title,
                body=item.body,
                proposal_id=item.proposal_id,
            )
            for position, item in enumerate(content.items)
        ],
    )
    CampaignTheme.objects.of(town).filter(campaign=campaign).delete()
    links = [
        CampaignTheme(town=town, campaign=campaign, theme_id=theme) for theme in content.theme_ids
    ]
    CampaignTheme.objects.bulk_create_in(town, links)


def _clean(town: Town, content: Content) -> Content:
    """Raises: ForeignTheme, ForeignImage."""
    clean = Content(
        subject=_line(content.subject)[:SUBJECT_MAX_LENGTH],
        preheader=_line(content.preheader)[:PREHEADER_MAX_LENGTH],
        body=_body(content.body),
        items=tuple(
            ItemText(
                title=_line(item.title)[:TITLE_MAX_LENGTH],
                body=_body(item.body),
                proposal_id=item.proposal_id,
            )
            for item in content.items
        ),
        theme_ids=tuple(sorted(set(content.theme_ids))),
        scheduled_at=content.scheduled_at.replace(second=0, microsecond=0)
        if content.scheduled_at
        else None,
        channels=tuple(sorted(set(content.channels))) or (Channel.EMAIL,),
        spread=content.spread,
        sms=_short(content.sms)[:SMS_MAX_LENGTH],
        push_title=_line(content.push_title)[:PUSH_TITLE_MAX_LENGTH],
        push_text=_line(content.push_text)[:PUSH_TEXT_MAX_LENGTH],
        service_id=_own_service(town, content.service_id),
        is_alert=content.is_alert,
    )
    known = Theme.objects.of(town).filter(pk__in=clean.theme_ids).count()
    if known != len(clean.theme_ids):
        raise ForeignTheme(clean.theme_ids)
    shas = set(clean.image_shas)
    if Image.objects.of(town).filter(sha__in=shas).count() != len(shas):
        raise ForeignImage(*sorted(shas))
    return _own_proposals(town, clean)


def _own_service(town: Town, service_id: int | None) -> int | None:
    """A forged or forgotten service pays nothing: the town does."""
    known = service_id and Service.objects.of(town).filter(pk=service_id).exists()
    return service_id if known else None


def _own_proposals(town: Town, content: Content) -> Content:
    """A forged or forgotten proposal leaves its words and loses its link."""
    asked = {item.proposal_id for item in content.items if item.proposal_id}
    own = set(Proposal.objects.of(town).filter(pk__in=asked).values_list("pk", flat=True))
    items = tuple(
        item if item.proposal_id in own else replace(item, proposal_id=None)
        for item in content.items
    )
    return replace(content, items=items)


def _body(text: str) -> str:
    """Clean HTML in which nobody can write the marks that delivery fills for each recipient."""
    return html.clean(_SLOT.sub("", text))


def _short(text: str) -> str:
    """An SMS keeps its line breaks and nothing else that one cannot see."""
    lines = _SLOT.sub("", text).replace("\r\n", "\n").split("\n")
    return "\n".join(_line(line) for line in lines).strip()


def _line(text: str) -> str:
    """One line: a subject with a line break would forge headers (RFC 5322, 2.2). No-break spaces stay."""
    text = _SLOT.sub("", text)
    return re.sub(
        r"[\s\x00-\x1f\x7f]*[\r\n\t\x00-\x1f\x7f\u2028\u2029][\s\x00-\x1f\x7f]*| {2,}", " ", text
    ).strip(" ")


def _keep(
    campaign: Campaign, content: Content, kind: VersionKind, *, by: Agent, at: datetime
) -> Version:
    return Version.objects.create_in(
        campaign.town,
        campaign=campaign,
        kind=kind,
        by=by,
        at=at,
        revision=campaign.revision,
        content=content.canonical(),
    )


def _keep_aside(
    campaign: Campaign, content: Content, *, revision: int, by: Agent, at: datetime
) -> Version:
    """One version per person and starting point: what is typed on replaces what was kept a moment ago."""
    version, _ = Version.objects.of(campaign.town).update_or_create(
        campaign=campaign,
        kind=VersionKind.KEPT_ASIDE,
        by=by,
        revision=revision,
        defaults={"content": content.canonical(), "at": at},
        create_defaults={"town": campaign.town, "content": content.canonical(), "at": at},
    )
    return version


def recover(
    town: Town, campaign_id: int, version_id: int, *, revision: int, by: Agent, at: datetime
) -> Campaign:
    """The text of a version becomes the text; the present one stays among the versions.

    Raises: NoSuchVersion, and as `edit`.
    """
    version = Version.objects.of(town).filter(campaign_id=campaign_id, pk=version_id).first()
    if version is None:
        raise NoSuchVersion(version_id)
    content = read(version.content)
    open_themes = Theme.objects.of(town).filter(pk__in=content.theme_ids)
    content = replace(content, theme_ids=tuple(open_themes.values_list("pk", flat=True)))
    campaign = edit(town, campaign_id, content, revision=revision, by=by, at=at)
    if version.kind == VersionKind.KEPT_ASIDE:
        version.delete()
    return campaign


@transaction.atomic
def delete(town: Town, campaign_id: int, *, by: Agent, at: datetime) -> None:
    """Raises: NoSuchCampaign, WrongStage (what went out stays)."""
    campaign = locked(town, campaign_id)
    if campaign.stage not in EDITABLE:
        raise WrongStage(campaign.stage)
    void(campaign, by=by, at=at)
    if campaign.stage != Stage.DRAFT:
        move(campaign, Stage.DRAFT)
    campaign.deleted_at = at
    campaign.save(update_fields=["deleted_at"])
    note(campaign, Kind.CAMPAIGN_DELETED, by=by, at=at)


@transaction.atomic
def restore(town: Town, campaign_id: int, *, by: Agent, at: datetime) -> Campaign:
    """Undoes a deletion. Raises: NoSuchCampaign."""
    rows = Campaign.objects.of(town).select_for_update(of=("self",))
    campaign = rows.filter(pk=campaign_id).first()
    if campaign is None:
        raise NoSuchCampaign(campaign_id)
    if campaign.deleted_at is not None:
        campaign.deleted_at = None
        campaign.save(update_fields=["deleted_at"])
        note(campaign, Kind.CAMPAIGN_CREATED, by=by, at=at, detail=gettext("Télmail rétabli"))
    return campaign
