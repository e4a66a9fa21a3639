"""Every name under a domain, the boxes behind them, and who is on the roster of a shared box."""

from typing import ClassVar, Self

from django.db import models

from beffroi.mailhosting.models.domains import LIVE, Domain
from beffroi.mailhosting.words import BoxKind, BoxState
from beffroi.servers.mail.postfix import SENT_DOMAIN
from beffroi.towns.models import Agent, TownOwned
from beffroi.towns.owned import TownManager


class Address(TownOwned):
    """One name under a domain: of a box, or of an alias. One table, so that nobody takes a name twice."""

    domain = models.ForeignKey(Domain, on_delete=models.PROTECT, related_name="addresses")
    local_part = models.CharField(max_length=64)
    """Lower case, without « + »: what follows a + in mail that comes in is put aside."""
    email = models.CharField(max_length=320)
    """local part@domain, kept true by the database; what the mail servers look for."""

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(fields=["domain", "local_part"], name="one_name"),
        ]
        indexes = [models.Index(fields=["email"], name="address_by_email")]

    def __str__(self) -> str:
        return self.email


class Mailbox(TownOwned):
    """A box. Its files lie under its id, so that a new name moves nothing."""

    Kind = BoxKind
    State = BoxState

    address = models.OneToOneField(Address, on_delete=models.PROTECT, related_name="mailbox")
    kind = models.CharField(max_length=10, choices=Kind)
    display_name = models.CharField(max_length=120)
    holder = models.ForeignKey(
        Agent, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """Who chooses its password and sets its absences; nobody for a commission."""
    quota_mib = models.PositiveIntegerField()
    password_hash = models.CharField(max_length=200, null=True)  # noqa: DJ001 - no password is not an empty one
    """With its scheme, as Dovecot reads it; None: nobody signs in to it."""
    password_set_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    state_since = models.DateTimeField()
    legal_hold = models.BooleanField(default=False)
    """Nothing in it is destroyed while this lasts."""
    retention_months = models.PositiveSmallIntegerField(null=True)
    """How long it is kept once archived; None: as its kind."""
    created_at = models.DateTimeField()

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["address__email"]
        verbose_name_plural = "mailboxes"
        constraints = [
            models.CheckConstraint(
                name="destroyed_is_not_held",
                condition=~models.Q(state=BoxState.DESTROYED, legal_hold=True),
            )
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def server_login(self) -> str:
        """What the mail servers call it: its address, or its number as long as the town does not hold the domain."""
        held = self.address.domain.state in LIVE
        return self.address.email if held else f"box-{self.pk}@{SENT_DOMAIN}"


SHARED_KINDS = (Mailbox.Kind.FUNCTION, Mailbox.Kind.COMMISSION)


class AliasTarget(TownOwned):
    """Where mail to an address that has no box goes. One target is an alias, several are a list."""

    address = models.ForeignKey(Address, on_delete=models.CASCADE, related_name="targets")
    mailbox = models.ForeignKey(
        Mailbox, on_delete=models.PROTECT, null=True, related_name="aliases"
    )
    outside = models.EmailField(max_length=254, blank=True)
    created_at = models.DateTimeField()

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="alias_has_one_target",
                condition=models.Q(mailbox__isnull=False, outside="")
                | (models.Q(mailbox__isnull=True) & ~models.Q(outside="")),
            ),
            models.UniqueConstraint(
                fields=["address", "mailbox", "outside"],
                name="one_target",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address_id} → {self.mailbox_id or 'outside'}"


class Member(TownOwned):
    """A person's box on the roster of a shared one. Closed by a date, never deleted: who had access when."""

    shared = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="memberships")
    may_send_as = models.BooleanField(default=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    added_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    ended_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-since", "-id"]
        constraints = [
            models.CheckConstraint(
                name="member_ends_after_it_starts",
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
            ),
            models.CheckConstraint(
                name="nobody_is_their_own_member",
                condition=~models.Q(shared=models.F("person")),
            ),
            models.UniqueConstraint(
                fields=["shared", "person"],
                name="one_open_membership",
                condition=models.Q(until=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.shared_id}"


class Allowance(TownOwned):
    """What the operator lends a town; without a row, the usual (services/allowances.py)."""

    max_boxes = models.PositiveIntegerField()
    max_mib = models.PositiveIntegerField()

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["town"], name="one_allowance")]

    def __str__(self) -> str:
        return f"{self.max_boxes} boxes"
