"""Rows of the house itself: towns, their agents, who may do what, and the journal."""

from datetime import time
from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from beffroi.towns.kinds import TownKind
from beffroi.towns.owned import TownManager
from beffroi.towns.permissions import Role


class AgentManager(BaseUserManager["Agent"]):
    def get_by_natural_key(self, username: str | None) -> "Agent":
        return self.get(email__iexact=username)


class Agent(AbstractBaseUser):
    """A person who signs in: agent, elected person or operator. Known to several towns, owned by none."""

    email = models.EmailField(unique=True)
    full_name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(default=False)
    date_joined = models.DateTimeField()

    objects = AgentManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="agent_email_any_case")]

    def __str__(self) -> str:
        return self.full_name

    def get_full_name(self) -> str:
        return self.full_name


class Town(models.Model):
    """A tenant: a commune, an intercommunality or another public body."""

    kind = models.CharField(max_length=20, choices=TownKind, default=TownKind.COMMUNE)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=80, unique=True)
    insee_code = models.CharField(max_length=5, blank=True)
    department_code = models.CharField(max_length=3, blank=True)
    postal_codes = ArrayField(models.CharField(max_length=5), default=list, blank=True)
    time_zone = models.CharField(max_length=40, blank=True)
    """IANA name, as the operator corrected it; empty: that of its department (`towns.zones`)."""
    population = models.PositiveIntegerField(default=0)
    """Legal population, inhabitants; 0: unknown."""
    population_source = models.CharField(max_length=120, blank=True)
    """Where the operator read it; empty: in the list of communes that comes with Beffroi."""

    primary_colour = models.CharField(max_length=7, default="#17456b")
    accent_colour = models.CharField(max_length=7, default="#b3391f")
    coat_of_arms = models.BinaryField(null=True, blank=True)
    """A PNG image, at most 512 px wide."""

    sender_name = models.CharField(max_length=120)
    sender_address = models.EmailField()
    reply_to = models.EmailField(blank=True)
    sms_sender = models.CharField(max_length=11, blank=True)
    """What telephones show; empty: made from the name (`queries.sms_sender`)."""
    sms_drops_accents = models.BooleanField(default=False)
    """The SMS coach may offer to write ê as e and ç as c: half the price, and a fault of spelling."""
    sms_codes_per_day = models.PositiveIntegerField(default=200)
    """A program that asks for codes cannot spend the town's money beyond them."""
    quiet_from = models.TimeField(default=time(21, 30))
    quiet_until = models.TimeField(default=time(8))
    """When notifications keep silent for whoever said nothing else: the hours of promotional SMS (af2m charter of
    17 February 2026), out of courtesy. The same hour twice: never."""
    postal_address = models.CharField(max_length=250, blank=True)
    telephone = models.CharField(max_length=30, blank=True)
    website = models.URLField(blank=True)
    own_host = models.CharField(max_length=253, blank=True)
    """Host name under which the town alone is shown, as an app of its own; empty: the shared app only."""
    privacy_contact = models.CharField(max_length=250, blank=True)
    """How to reach the data protection officer (GDPR art. 13)."""

    publication_director = models.CharField(max_length=150, blank=True)
    """Who answers for what is published (LCEN, art. 1-1)."""
    host = models.CharField(max_length=250, blank=True)
    """Name, address and telephone of whoever hosts the pages (LCEN, art. 1-1)."""

    audited_on = models.DateField(null=True, blank=True)
    """Of the accessibility of the public pages, by people (`towns.audits`); null: none was made."""
    audit_by = models.CharField(max_length=150, blank=True)
    audit_rate = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    """Criteria of the RGAA that are met, percent."""
    audit_report = models.URLField(blank=True)
    audit_failings = models.TextField(max_length=4000, blank=True)

    one_person_rule = models.BooleanField(default=False)
    """The submitter and last editor may approve: for a town with a single agent."""
    count_links = models.BooleanField(default=False)

    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("own_host"), name="own_host_once", condition=~models.Q(own_host="")
            )
        ]

    def __str__(self) -> str:
        return self.name


class TownOwned(models.Model):
    """Base of every row that belongs to one town."""

    town = models.ForeignKey(Town, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Service(TownOwned):
    """A department of the town hall: youth, culture, urban planning…"""

    name = models.CharField(max_length=120)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint("town", Lower("name"), name="service_name")]

    def __str__(self) -> str:
        return self.name


class Membership(TownOwned):
    """What an agent may do in one town."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="memberships")
    service = models.ForeignKey(Service, on_delete=models.SET_NULL, null=True, blank=True)
    roles = ArrayField(models.CharField(max_length=20, choices=Role))
    since = models.DateTimeField()

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        constraints = [models.UniqueConstraint("town", "agent", name="one_membership")]

    def __str__(self) -> str:
        return f"{self.agent_id} @ {self.town_id}"


class JournalEntry(TownOwned):
    """Who did what, when. Written once: the database refuses to change or delete it."""

    at = models.DateTimeField()
    actor = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, blank=True)
    """None: Beffroi itself, or a resident."""
    actor_name = models.CharField(max_length=120, blank=True)
    """The name at that moment."""
    kind = models.CharField(max_length=60)
    """A `towns.journal.Kind`."""
    object_kind = models.CharField(max_length=40, blank=True)
    object_id = models.BigIntegerField(null=True, blank=True)
    detail = models.CharField(max_length=500, blank=True)
    """A sentence in French. Never an address, a telephone number or a resident's name."""

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["town", "-at"], name="journal_by_time"),
            models.Index(fields=["town", "object_kind", "object_id"], name="journal_by_object"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind}"


class HouseEntry(models.Model):
    """What the operator did that belongs to no town. Written once, like the journal of a town."""

    at = models.DateTimeField()
    actor = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    """A `towns.journal.HouseKind`."""
    detail = models.CharField(max_length=500, blank=True)
    """Never an address."""

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind}"
