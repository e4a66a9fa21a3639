"""A commune's own domain names, and the keys that sign what leaves under them."""

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from beffroi.mailhosting.words import DomainState
from beffroi.towns.models import TownOwned
from beffroi.towns.owned import TownManager

LIVE = (DomainState.PUBLISHED, DomainState.WORKING)
"""The town holds the name: mail comes in and goes out."""


class Domain(TownOwned):
    """A name to which mail of the town is sent.

    Anybody may claim any name, several towns the same one: until the DNS has shown whose it is (`published`), nothing
    is received for it, and nothing sent under it. The first to show it holds it.
    """

    State = DomainState

    name = models.CharField(max_length=253)
    """Lower case, ASCII (A-labels). Never changes."""
    state = models.CharField(max_length=10, choices=State, default=State.CHOSEN)
    chosen_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["chosen_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["town", "name"], name="one_claim", condition=~models.Q(state="closed")
            ),
            models.UniqueConstraint(
                fields=["name"], name="one_holder", condition=models.Q(state__in=LIVE)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DkimKey(TownOwned):
    """A pair of keys: the private one signs, the public one is in the DNS (RFC 6376)."""

    class State(models.TextChoices):
        NEXT = "next", _("Prochaine")
        CURRENT = "current", _("En service")
        RETIRED = "retired", _("Retirée")

    domain = models.ForeignKey(Domain, on_delete=models.PROTECT, related_name="dkim_keys")
    selector = models.CharField(max_length=63)
    sealed_private_key = models.BinaryField()
    """PEM, sealed under the house's keyring; see mailhosting/sealed.py."""
    key_id = models.IntegerField()
    """Generation of the keyring that sealed it."""
    public_key = models.TextField()
    """What the record's p= holds: base64 of the SubjectPublicKeyInfo."""
    state = models.CharField(max_length=10, choices=State)
    made_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    """Since when the world sees the public part without a break."""
    current_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["domain", "selector"], name="one_selector"),
            models.UniqueConstraint(
                fields=["domain"], name="one_current_key", condition=models.Q(state="current")
            ),
            models.UniqueConstraint(
                fields=["domain"], name="one_next_key", condition=models.Q(state="next")
            ),
        ]

    def __str__(self) -> str:
        return self.selector
