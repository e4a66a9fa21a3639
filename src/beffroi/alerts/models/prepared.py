"""What is settled before anything happens: rules, texts, standing approvals, who is on duty."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from beffroi.alerts.words import Action, ColourChoice, PhenomenonChoice
from beffroi.delivery.models import ContactPoint
from beffroi.towns.models import Agent, TownOwned
from beffroi.towns.owned import TownManager

SUBJECT_MAX_LENGTH = 150
SMS_MAX_LENGTH = 400


class Rule(TownOwned):
    """What the town wants done when a phenomenon reaches a colour; without a row, `words.USUAL_ACTIONS`."""

    phenomenon = models.SmallIntegerField(choices=PhenomenonChoice)
    colour = models.SmallIntegerField(choices=ColourChoice)
    action = models.CharField(max_length=10, choices=Action)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["town", "phenomenon", "colour"], name="one_rule")
        ]

    def __str__(self) -> str:
        return f"{self.phenomenon}/{self.colour}: {self.action}"


class Prewritten(TownOwned):
    """A message written on a quiet day, for a night that is not."""

    title = models.CharField(max_length=80)
    """What the duty officer looks for: « Rupture de digue »."""
    subject = models.CharField(max_length=SUBJECT_MAX_LENGTH)
    body = models.TextField()
    sms = models.CharField(max_length=SMS_MAX_LENGTH, blank=True)
    push_title = models.CharField(max_length=60, blank=True)
    push_text = models.CharField(max_length=200, blank=True)
    theme_ids = ArrayField(models.BigIntegerField(), default=list)
    position = models.PositiveSmallIntegerField(default=0)
    author = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+")
    """Who last changed the words."""
    edited_at = models.DateTimeField()
    approved_hash = models.CharField(max_length=64, blank=True)
    """SHA-256 of the words that the cabinet approved beforehand; any change makes it another."""
    approved_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["position", "title", "id"]

    def __str__(self) -> str:
        return self.title


class StandingApproval(TownOwned):
    """The cabinet's word, given beforehand, for one text at one colour of one phenomenon, until a day."""

    prewritten = models.ForeignKey(Prewritten, on_delete=models.PROTECT, related_name="standing")
    phenomenon = models.SmallIntegerField(choices=PhenomenonChoice)
    colour = models.SmallIntegerField(choices=ColourChoice)
    content = models.TextField()
    """Canonical text (alerts.texts) whose SHA-256 is `content_hash`: what is sent, slots aside."""
    content_hash = models.CharField(max_length=64)
    signed_by = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    one_person = models.BooleanField(default=False)
    """Signed by the text's own author under the town's one-person rule."""
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    """None with `revoked_at`: the text changed."""

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["phenomenon", "colour", "-signed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["town", "phenomenon", "colour"],
                name="one_standing_approval",
                condition=models.Q(revoked_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.phenomenon}/{self.colour} until {self.expires_at:%Y-%m-%d}"


class Duty(TownOwned):
    """An agent on duty, and how they are rung."""

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    email_point = models.ForeignKey(
        ContactPoint, on_delete=models.PROTECT, null=True, related_name="+"
    )
    phone_point = models.ForeignKey(
        ContactPoint, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="duty_ends_after_it_starts",
                condition=models.Q(ends_at__gt=models.F("starts_at")),
            ),
            models.CheckConstraint(
                name="duty_can_be_rung",
                condition=models.Q(email_point__isnull=False) | models.Q(phone_point__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"duty {self.pk}"
