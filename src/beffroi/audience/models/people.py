"""Subscribers, the proof of their consent, their paper forms and subscriptions."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from beffroi.audience.channels import EMAIL_ONLY, Rhythm
from beffroi.audience.models.files import Import
from beffroi.audience.models.themes import ConsentText, Theme
from beffroi.audience.words import (
    AttemptKind,
    Origin,
    ProofAction,
    Status,
)
from beffroi.delivery.models import ContactPoint
from beffroi.towns.models import Agent, Town, TownOwned
from beffroi.towns.owned import TownManager


def _contact_point() -> "models.ForeignKey[ContactPoint | None, ContactPoint | None]":
    """No index of its own: most people lack most channels, and the constraints below index those who have one."""
    return models.ForeignKey(
        ContactPoint,
        on_delete=models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        db_constraint=False,
    )


def _town() -> "models.ForeignKey[Town, Town]":
    """Checked in sets, and indexed by the key (town, id)."""
    return models.ForeignKey(
        Town, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )


class Subscriber(TownOwned):
    """A person who receives. Known by sealed contact points, one per channel, seldom by a sealed name."""

    town = _town()
    email_point = models.OneToOneField(
        ContactPoint,
        on_delete=models.PROTECT,
        null=True,
        related_name="subscriber",
        db_constraint=False,
    )
    next_email_point = _contact_point()
    """An address asked for and not confirmed yet."""
    phone_point = _contact_point()
    """A mobile number whose owner typed the code, or signed a form."""
    phone_import_id = models.BigIntegerField(null=True)
    """The import that brought the number to somebody known: taking it back takes the number back."""
    next_phone_point = _contact_point()
    """A number asked for and not confirmed yet."""
    push_point = _contact_point()
    """A browser on one device; someone with two devices is two subscribers, or chooses one."""
    sealed_name = models.BinaryField(null=True)
    key_id = models.SmallIntegerField(null=True)
    family_hash = models.BinaryField(max_length=16, null=True)
    """Keyed hash of the folded family name: the front desk finds it, a dump does not tell it."""
    status = models.CharField(max_length=10, choices=Status)
    paused_until = models.DateTimeField(null=True, blank=True)
    quiet_from = models.TimeField(null=True, blank=True)
    """No notification from this hour on; None: the hours of the house (audience.quiet)."""
    quiet_until = models.TimeField(null=True, blank=True)
    wants_drills = models.BooleanField(default=False, db_default=False)
    """A volunteer: exercises of the emergency chain reach them, and nobody else."""
    origin = models.CharField(max_length=10, choices=Origin)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    erase_on = models.DateField(null=True, blank=True)
    """An agent asked for erasure: the day from which nothing brings it back."""
    erased_at = models.DateTimeField(null=True, blank=True)
    imported_by = models.ForeignKey(
        Import,
        on_delete=models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        db_constraint=False,
    )

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["phone_point"],
                name="one_person_per_phone",
                condition=models.Q(phone_point__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["push_point"],
                name="one_person_per_browser",
                condition=models.Q(push_point__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["town", "status", "-id"], name="subscriber_by_status"),
            models.Index(
                fields=["next_phone_point"],
                name="subscriber_by_next_phone",
                condition=models.Q(next_phone_point__isnull=False),
            ),
            models.Index(
                fields=["town"],
                name="subscriber_volunteers",
                condition=models.Q(wants_drills=True),
            ),
            models.Index(
                fields=["town", "family_hash"],
                name="subscriber_by_family",
                condition=models.Q(family_hash__isnull=False),
            ),
            models.Index(
                fields=["imported_by"],
                name="subscriber_by_import",
                condition=models.Q(imported_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"subscriber {self.pk}"


class ConsentProof(TownOwned):
    """What a person agreed to, changed or withdrew. Written once; only erasure takes the person out of it."""

    town = _town()
    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.PROTECT, null=True, related_name="proofs", db_constraint=False
    )
    action = models.CharField(max_length=10, choices=ProofAction)
    at = models.DateTimeField()
    origin = models.CharField(max_length=10, choices=Origin)
    text = models.ForeignKey(
        ConsentText,
        on_delete=models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        db_constraint=False,
    )
    theme_ids = ArrayField(models.BigIntegerField(), default=list)
    theme_names = ArrayField(models.CharField(max_length=80), default=list)
    """As they were called at that moment."""
    theme_channels = ArrayField(models.SmallIntegerField(), null=True)
    """By which channels, theme by theme (audience.channels); None: by e-mail, the only one there was."""
    form_number = models.CharField(max_length=20, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    agent = models.ForeignKey(
        Agent,
        on_delete=models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        db_constraint=False,
    )
    imported_by = models.ForeignKey(
        Import,
        on_delete=models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        db_constraint=False,
    )
    line = models.PositiveIntegerField(null=True)
    """Line of the imported file."""
    technical_origin = models.CharField(max_length=60, blank=True)
    """Coarse on purpose: a shortened network address, no browser fingerprint."""
    anonymised_at = models.DateTimeField(null=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(
                fields=["imported_by"],
                name="proof_by_import",
                condition=models.Q(imported_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"proof {self.pk}"


class PaperForm(TownOwned):
    """A signed form, typed in by an agent."""

    number = models.CharField(max_length=20)
    signed_on = models.DateField()
    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.PROTECT, null=True, related_name="paper_forms"
    )
    proof = models.OneToOneField(ConsentProof, on_delete=models.PROTECT, null=True)
    typed_by = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+")
    typed_at = models.DateTimeField()
    sealed_scan = models.BinaryField(null=True)
    scan_kind = models.CharField(max_length=20, blank=True)
    """Media type of the scan."""
    key_id = models.SmallIntegerField(null=True)
    previous_status = models.CharField(max_length=10, choices=Status, blank=True)
    """Of the person, before this form; empty: nobody knew them. What undoing goes back to."""
    gave_phone = models.BooleanField(default=False, db_default=False)
    """The form brought the number: undoing takes it away."""
    message_id = models.BigIntegerField(null=True)
    """The e-mail or SMS that tells the person; it waits until the form can no longer be undone."""

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-typed_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["town", "number"], name="form_number")]
        indexes = [models.Index(fields=["town", "-typed_at"], name="form_by_time")]

    def __str__(self) -> str:
        return self.number


class Subscription(TownOwned):
    """One person, one theme, from one day to another. Closed rows stay: figures are counted from them."""

    town = _town()
    subscriber = models.ForeignKey(
        Subscriber,
        on_delete=models.PROTECT,
        null=True,
        related_name="subscriptions",
        db_constraint=False,
    )
    """None once the person is erased or the theme purged."""
    theme = models.ForeignKey(
        Theme,
        on_delete=models.PROTECT,
        related_name="subscriptions",
        db_constraint=False,
        db_index=False,
    )
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    channels = models.SmallIntegerField(default=EMAIL_ONLY, db_default=EMAIL_ONLY)
    """By which channels the person wants this theme (audience.channels), whether they have them yet or not."""
    rhythm = models.SmallIntegerField(
        choices=Rhythm, default=Rhythm.NOW, db_default=Rhythm.NOW.value
    )
    """Of the notifications only."""
    origin = models.CharField(max_length=10, choices=Origin)
    imported_by = models.ForeignKey(
        Import,
        on_delete=models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        db_constraint=False,
    )
    paper_form = models.ForeignKey(
        PaperForm,
        on_delete=models.SET_NULL,
        null=True,
        db_index=False,
        related_name="+",
        db_constraint=False,
    )

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subscriber", "theme"],
                name="one_open_subscription",
                condition=models.Q(until=None),
            )
        ]
        indexes = [
            models.Index(
                fields=["theme", "subscriber"],
                name="subscription_open",
                condition=models.Q(until=None),
            ),
            models.Index(
                fields=["imported_by"],
                name="subscription_by_import",
                condition=models.Q(imported_by__isnull=False),
            ),
            models.Index(
                fields=["paper_form"],
                name="subscription_by_form",
                condition=models.Q(paper_form__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"subscription {self.pk}"


class Attempt(TownOwned):
    """Someone asked to subscribe or for a code. Counted per address and per network, and forgotten in a day."""

    kind = models.CharField(max_length=10, choices=AttemptKind)
    handle = models.UUIDField(unique=True)
    """What the visitor's page carries, whether the address is known or not."""
    address_hash = models.BinaryField(max_length=16)
    network_hash = models.BinaryField(max_length=16)
    at = models.DateTimeField()
    message_id = models.BigIntegerField(null=True)
    """The e-mail that carries the code; None when the address is unknown."""
    seq = models.IntegerField(null=True)
    contact_point_id = models.BigIntegerField(null=True)
    tries = models.SmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        indexes = [models.Index(fields=["town", "kind", "at"], name="attempt_by_time")]

    def __str__(self) -> str:
        return f"attempt {self.pk}"
