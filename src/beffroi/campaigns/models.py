"""Rows of the room: proposals, campaigns with their articles, decisions and versions, images, counted links."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from beffroi.audience.channels import Spread
from beffroi.audience.models import Theme
from beffroi.campaigns.words import DecisionKind, ProposalState, Stage, VersionKind
from beffroi.delivery.models import ContactPoint
from beffroi.delivery.words import Channel
from beffroi.towns.models import Agent, Service, TownOwned
from beffroi.towns.owned import TownManager

SUBJECT_MAX_LENGTH = 200
PREHEADER_MAX_LENGTH = 250
PUSH_TITLE_MAX_LENGTH = 80
PUSH_TEXT_MAX_LENGTH = 250


def _by_email() -> list[int]:
    return [Channel.EMAIL]


class Proposal(TownOwned):
    """What a service of the town hall would like to see in a Télmail."""

    service = models.ForeignKey(Service, on_delete=models.SET_NULL, null=True, blank=True)
    title = models.CharField(max_length=150)
    body = models.TextField()
    """Plain text; it becomes HTML when it is picked."""
    wished_date = models.DateField(null=True, blank=True)
    author = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ProposalState, default=ProposalState.PROPOSED)
    position = models.PositiveIntegerField(default=0)
    """Rank on the board, as the communication service ordered it."""
    decided_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    """Why it was declined, in words for its author."""

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["position", "-proposed_at", "-id"]
        indexes = [models.Index(fields=["town", "state"], name="proposal_by_state")]

    def __str__(self) -> str:
        return self.title


class Campaign(TownOwned):
    """One Télmail, from its first draft to its results."""

    stage = models.CharField(max_length=10, choices=Stage, default=Stage.DRAFT)
    subject = models.CharField(max_length=SUBJECT_MAX_LENGTH, blank=True)
    preheader = models.CharField(max_length=PREHEADER_MAX_LENGTH, blank=True)
    body = models.TextField(blank=True)
    """Clean HTML."""
    scheduled_at = models.DateTimeField(null=True, blank=True)
    channels = ArrayField(
        models.SmallIntegerField(choices=Channel), default=_by_email, db_default=[Channel.EMAIL]
    )
    spread = models.CharField(max_length=10, default=Spread.ALL.value)
    """An `audience.channels.Spread`."""
    sms_text = models.TextField(blank=True)
    push_title = models.CharField(max_length=PUSH_TITLE_MAX_LENGTH, blank=True)
    push_text = models.CharField(max_length=PUSH_TEXT_MAX_LENGTH, blank=True)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="+")
    """Whose budget pays; None: the town's."""
    is_alert = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)
    """Counts the saves: an editor that knows an older one would overwrite somebody's words."""

    created_by = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    last_editor = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()
    submitter = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    sent_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    """None when the clock sent it."""
    sent_hash = models.CharField(max_length=64, blank=True)
    """SHA-256 of the content that went out: that of an approval."""
    archive_slug = models.CharField(max_length=120, blank=True)
    published_at = models.DateTimeField(null=True)
    page_html = models.TextField(blank=True)
    """The frozen public page: what is between the town's header and footer."""
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-edited_at", "-id"]
        indexes = [
            models.Index(fields=["town", "stage"], name="campaign_by_stage"),
            models.Index(fields=["town", "-published_at"], name="campaign_by_publication"),
            models.Index(
                fields=["scheduled_at"],
                name="campaign_due",
                condition=models.Q(stage=Stage.SCHEDULED),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["town", "archive_slug"],
                name="one_archive_page",
                condition=~models.Q(archive_slug=""),
            ),
            models.CheckConstraint(
                condition=models.Q(published_at=None) | ~models.Q(sent_hash=""),
                name="sent_text_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or f"campaign {self.pk}"


class CampaignMessage(TownOwned):
    """One message of `delivery` that carries a campaign; a channel may take several (now, and after quiet hours)."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="messages")
    channel = models.SmallIntegerField(choices=Channel)
    message_id = models.BigIntegerField(unique=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.campaign_id} → message {self.message_id}"


class CampaignTheme(TownOwned):
    """The audience rule: subscribers of any of these themes."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="theme_links")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        constraints = [models.UniqueConstraint("campaign", "theme", name="theme_once")]

    def __str__(self) -> str:
        return f"{self.campaign_id} → {self.theme_id}"


class CampaignItem(TownOwned):
    """One article of a campaign."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    title = models.CharField(max_length=150, blank=True)
    body = models.TextField(blank=True)
    """Clean HTML."""
    proposal = models.ForeignKey(
        Proposal, on_delete=models.PROTECT, null=True, blank=True, related_name="items"
    )

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint("campaign", "position", name="item_position")]

    def __str__(self) -> str:
        return self.title


class Decision(TownOwned):
    """Approved, returned, or an approval voided by a change. Kept for ever, with the text it was about."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=10, choices=DecisionKind)
    by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    """None: Beffroi itself, when the clock strikes and the approval does not hold."""
    at = models.DateTimeField()
    reason = models.CharField(max_length=1000, blank=True)
    content_hash = models.CharField(max_length=64)
    content = models.TextField()
    """Canonical text (campaigns.content) whose SHA-256 is `content_hash`."""
    one_person = models.BooleanField(default=False)
    """Approved by its own author under the town's one-person rule."""

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["campaign", "-id"], name="decision_latest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.campaign_id}"


class Version(TownOwned):
    """A text as somebody had written it. Nothing typed is lost."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="versions")
    kind = models.CharField(max_length=10, choices=VersionKind)
    by = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    revision = models.PositiveIntegerField()
    """SAVED: the revision it made. KEPT_ASIDE: the one it was written from."""
    content = models.TextField()
    """Canonical text (campaigns.content)."""

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["campaign", "-at"], name="version_latest")]

    def __str__(self) -> str:
        return f"version {self.pk}"


class Image(TownOwned):
    """An image of a letter, re-encoded, named by its content."""

    sha = models.CharField(max_length=64)
    extension = models.CharField(max_length=4)
    data = models.BinaryField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    alt = models.CharField(max_length=300)
    added_by = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        constraints = [models.UniqueConstraint("town", "sha", name="image_once")]

    def __str__(self) -> str:
        return self.sha


class CountedLink(TownOwned):
    """How often a link of a letter was followed, by nobody in particular."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="links")
    url = models.URLField(max_length=2000)
    label = models.CharField(max_length=200, blank=True)
    clicks = models.PositiveIntegerField(default=0)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"link {self.pk}"


class TrialPhone(TownOwned):
    """The mobile on which an agent reads tests by SMS, proved by a code."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+")
    contact_point = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="+")
    confirmed_at = models.DateTimeField()

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["town", "agent"], name="one_trial_phone")]

    def __str__(self) -> str:
        return f"trial phone {self.pk}"
