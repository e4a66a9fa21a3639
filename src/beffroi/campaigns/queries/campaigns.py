"""Campaigns as the back office shows them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from beffroi.audience.models import Theme
from beffroi.campaigns import letter
from beffroi.campaigns.content import Content, read
from beffroi.campaigns.models import Campaign, CountedLink, Decision, Version
from beffroi.campaigns.queries import letters
from beffroi.campaigns.queries.contents import content_of as content_of
from beffroi.campaigns.words import DecisionKind, Stage, VersionKind
from beffroi.towns.models import Agent, Town


@dataclass(frozen=True, kw_only=True, slots=True)
class Today:
    """What waits for one agent, and what is going out."""

    to_approve: tuple[Campaign, ...]
    to_rework: tuple[Campaign, ...]
    ready: tuple[Campaign, ...]
    scheduled: tuple[Campaign, ...]
    sending: tuple[Campaign, ...]
    drafts: tuple[Campaign, ...]
    last_sent: Campaign | None


def listed(town: Town, *, stage: str = "", text: str = "") -> QuerySet[Campaign]:
    """The last edited first; deleted ones are left out."""
    rows = Campaign.objects.of(town).filter(deleted_at=None)
    rows = rows.select_related("last_editor", "submitter")
    if stage in Stage.values:
        rows = rows.filter(stage=stage)
    if text.strip():
        rows = rows.filter(subject__icontains=text.strip())
    return rows


def counts(town: Town) -> dict[Stage, int]:
    """How many campaigns stand in each stage."""
    rows = Campaign.objects.of(town).filter(deleted_at=None)
    found = rows.order_by().values_list("stage").annotate(Count("pk"))
    return {Stage(stage): count for stage, count in found}


def campaign(town: Town, campaign_id: int) -> Campaign | None:
    rows = Campaign.objects.of(town).filter(deleted_at=None)
    rows = rows.select_related("town", "last_editor", "submitter", "created_by", "sent_by")
    return rows.filter(pk=campaign_id).first()


def today(town: Town, agent: Agent) -> Today:
    rows = {stage: tuple(listed(town, stage=stage)[:20]) for stage in Stage}
    mine = tuple(c for c in rows[Stage.DRAFT] if c.last_editor_id == agent.pk)
    return Today(
        to_approve=rows[Stage.SUBMITTED],
        to_rework=rows[Stage.RETURNED],
        ready=rows[Stage.APPROVED],
        scheduled=tuple(sorted(rows[Stage.SCHEDULED], key=lambda c: c.scheduled_at or c.edited_at)),
        sending=rows[Stage.SENDING] + rows[Stage.PAUSED],
        drafts=mine,
        last_sent=listed(town, stage=Stage.SENT).order_by("-published_at").first(),
    )


def may_approve(town: Town, campaign: Campaign, agent: Agent) -> bool:
    """Whether the rule of the second person lets this agent approve; the permission is another question."""
    return town.one_person_rule or agent.pk not in {campaign.last_editor_id, campaign.submitter_id}


def decisions(town: Town, campaign_id: int) -> QuerySet[Decision]:
    """The newest first."""
    rows = Decision.objects.of(town).filter(campaign_id=campaign_id).select_related("by")
    return rows.order_by("-id")


def last_judged(town: Town, campaign_id: int) -> Content | None:
    """The text that the cabinet last approved or returned."""
    judged = decisions(town, campaign_id).exclude(kind=DecisionKind.VOIDED).first()
    return read(judged.content) if judged else None


def versions(town: Town, campaign_id: int) -> QuerySet[Version]:
    """The newest first."""
    rows = Version.objects.of(town).filter(campaign_id=campaign_id).select_related("by")
    return rows.order_by("-at", "-id")


def kept_aside(town: Town, campaign_id: int, agent: Agent) -> Version | None:
    """What this agent typed and could not save: offered when they come back."""
    return versions(town, campaign_id).filter(kind=VersionKind.KEPT_ASIDE, by=agent).first()


def version(town: Town, campaign_id: int, version_id: int) -> Version | None:
    return versions(town, campaign_id).filter(pk=version_id).first()


def version_content(town: Town, campaign_id: int, version_id: int) -> Content | None:
    found = version(town, campaign_id, version_id)
    return read(found.content) if found else None


def previewed(town: Town, content: Content, *, at: datetime, is_dark: bool = False) -> str:
    """The letter as a reader sees it, as a whole HTML page."""
    return letter.preview(letters.sheet(town, content, page_url="", at=at), is_dark=is_dark)


def previewed_text(town: Town, content: Content, *, at: datetime) -> str:
    """The plain-text part."""
    return letter.preview_text(letters.sheet(town, content, page_url="", at=at))


def links(town: Town, campaign_id: int) -> QuerySet[CountedLink]:
    """Counted links, the most followed first."""
    rows = CountedLink.objects.of(town).filter(campaign_id=campaign_id)
    return rows.order_by("-clicks", "id")


def theme_names(town: Town, theme_ids: tuple[int, ...]) -> list[str]:
    """In the town's order."""
    return list(Theme.objects.of(town).filter(pk__in=theme_ids).values_list("name", flat=True))
