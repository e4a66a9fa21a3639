"""Rows of the room: themes, subscribers, subscriptions, consent and its proof, paper forms, imports.

No row here holds an address: that is `delivery.ContactPoint`'s, sealed. Names, scans and lines of files are
sealed under the same keyring.

`db_constraint=False` stands where the composite key (town, id) that `WallOff` adds says the same and more: checking
each link twice doubled the time of an import.
"""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from beffroi.audience.words import (
    AttemptKind,
    ImportState,
    Origin,
    ProofAction,
    RowReason,
    Status,
    ThemeKind,
)
from beffroi.delivery.models import ContactPoint
from beffroi.towns.models import Agent, TownOwned
from beffroi.towns.owned import TownManager


class Theme(TownOwned):
    """What a resident subscribes to. A temporary one ends, says farewell and is purged by itself."""

    kind = models.CharField(max_length=10, choices=ThemeKind)
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=250, blank=True)
    position = models.SmallIntegerField(default=0)
    is_alert = models.BooleanField(default=False)
    is_public = models.BooleanField(default=True)
    """Offered on the public page; a hidden theme is filled by agents only."""
    ends_on = models.DateField(null=True, blank=True)
    """Last day of a temporary theme."""
    farewell = models.TextField(blank=True)
    """What its subscribers are sent at the end; empty: nothing."""
    purge_on = models.DateField(null=True, blank=True)
    """From this day on nobody can tell who had subscribed."""
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["town", "slug"], name="theme_slug"),
            models.UniqueConstraint(
                "town", Lower("name"), name="theme_name", condition=models.Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="theme_temporary_has_an_end",
                condition=models.Q(kind=ThemeKind.TEMPORARY, ends_on__isnull=False)
                | (~models.Q(kind=ThemeKind.TEMPORARY) & models.Q(ends_on=None, purge_on=None)),
            ),
            models.CheckConstraint(
                name="theme_purge_after_end",
                condition=models.Q(purge_on=None) | models.Q(purge_on__gte=models.F("ends_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ConsentText(TownOwned):
    """One version of the words under which residents subscribe. Never changed: the next version replaces it."""

    version = models.PositiveSmallIntegerField()
    wording = models.TextField()
    created_at = models.DateTimeField()
    author = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["town", "version"], name="consent_text_version")
        ]

    def __str__(self) -> str:
        return f"v{self.version}"


class Import(TownOwned):
    """A file of subscribers, from its arrival to its undoing."""

    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    filename = models.CharField(max_length=200)
    size_bytes = models.PositiveIntegerField()
    digest = models.BinaryField(max_length=32)
    """SHA-256 of the file, to tell an agent that it was imported before."""
    reading = models.JSONField(default=dict)
    """Read through `importer.plan.Plan`: encoding, separator, header line, role of each column."""
    theme_ids = ArrayField(models.BigIntegerField(), default=list)
    """Themes given to every row, beside those that its own columns name."""
    consent_text = models.ForeignKey(
        ConsentText, on_delete=models.PROTECT, null=True, related_name="+"
    )
    collected_by = models.CharField(max_length=200, blank=True)
    collected_on = models.DateField(null=True, blank=True)
    collected_how = models.CharField(max_length=500, blank=True)
    created_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    emptied_at = models.DateTimeField(null=True, blank=True)
    """When the sealed file and its rejected lines were destroyed."""
    claim = models.UUIDField(null=True)
    """Changes when another process takes the import over."""
    lease_until = models.DateTimeField(null=True)
    failure = models.CharField(max_length=40, blank=True)
    lines_done = models.PositiveIntegerField(default=0)
    """Every line up to this one is settled: where to go on after a death."""
    lines_total = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    blank_lines = models.PositiveIntegerField(default=0)
    addresses = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    """New subscribers."""
    extended = models.PositiveIntegerField(default=0)
    """Known subscribers who got further themes."""
    known = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    stopped = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["lease_until"],
                name="import_open",
                condition=models.Q(state__in=["waiting", "running"]),
            )
        ]

    def __str__(self) -> str:
        return f"import {self.pk}"


class ImportPart(TownOwned):
    """A piece of the file, sealed."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="parts")
    n = models.PositiveIntegerField()
    sealed = models.BinaryField()
    key_id = models.SmallIntegerField()

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["n"]
        constraints = [models.UniqueConstraint(fields=["of", "n"], name="import_part")]

    def __str__(self) -> str:
        return f"part {self.of_id}.{self.n}"


class ImportRow(TownOwned):
    """A line that did not simply make a subscriber, with its reason and its text, sealed."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="faults")
    line = models.PositiveIntegerField()
    reason = models.CharField(max_length=12, choices=RowReason)
    other_line = models.PositiveIntegerField(null=True)
    """Where the same address stands first."""
    sealed = models.BinaryField()
    key_id = models.SmallIntegerField()

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["line", "id"]
        indexes = [models.Index(fields=["of", "reason", "line"], name="import_row_by_reason")]

    def __str__(self) -> str:
        return f"line {self.of_id}.{self.line}"


class Subscriber(TownOwned):
    """A person who receives. Known by a sealed contact point, seldom by a sealed name."""

    email_point = models.OneToOneField(
        ContactPoint,
        on_delete=models.PROTECT,
        null=True,
        related_name="subscriber",
        db_constraint=False,
    )
    next_email_point = models.ForeignKey(
        ContactPoint,
        on_delete=models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        db_constraint=False,
    )
    """An address asked for and not confirmed yet."""
    sealed_name = models.BinaryField(null=True)
    key_id = models.SmallIntegerField(null=True)
    family_hash = models.BinaryField(max_length=16, null=True)
    """Keyed hash of the folded family name: the front desk finds it, a dump does not tell it."""
    status = models.CharField(max_length=10, choices=Status)
    paused_until = models.DateTimeField(null=True, blank=True)
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
        indexes = [
            models.Index(fields=["town", "status", "-id"], name="subscriber_by_status"),
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
    form_number = models.CharField(max_length=20, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    agent = models.ForeignKey(
        Agent, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
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
    message_id = models.BigIntegerField(null=True)
    """The e-mail that tells the person; it waits until the form can no longer be undone."""

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-typed_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["town", "number"], name="form_number")]
        indexes = [models.Index(fields=["town", "-typed_at"], name="form_by_time")]

    def __str__(self) -> str:
        return self.number


class Subscription(TownOwned):
    """One person, one theme, from one day to another. Closed rows stay: figures are counted from them."""

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
