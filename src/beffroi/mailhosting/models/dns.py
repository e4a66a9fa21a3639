"""What the DNS says of a domain, who writes it, and what mail hosts report."""

from typing import ClassVar, Self

from django.db import models

from beffroi.kit.mail_records.seen import Light
from beffroi.mailhosting.models.domains import Domain
from beffroi.towns.models import TownOwned
from beffroi.towns.owned import TownManager

BY_UPDATE = "update"
"""Into the operator's own name server; any other way is the name of a registrar."""


class DnsCheck(TownOwned):
    """What was seen last, record by record (mailhosting/findings.py)."""

    domain = models.OneToOneField(Domain, on_delete=models.CASCADE, related_name="dns_check")
    checked_at = models.DateTimeField()
    light = models.CharField(max_length=5, choices=[(light.value, light.value) for light in Light])
    """The worst of them."""
    findings = models.JSONField()

    objects: ClassVar[TownManager[Self]] = TownManager()

    def __str__(self) -> str:
        return f"{self.domain_id} {self.light}"


class Publisher(TownOwned):
    """Who writes a domain's records for the town, and will write the next keys. None: they are copied by hand."""

    domain = models.OneToOneField(Domain, on_delete=models.CASCADE, related_name="publisher")
    way = models.CharField(max_length=20)
    sealed_keys = models.BinaryField(null=True)
    """Of the registrar: JSON, sealed under the house's keyring, bound to the domain."""
    key_id = models.IntegerField(null=True)
    made_at = models.DateTimeField()
    written_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, blank=True)
    """Of the last writing (gateways/dns/update.py, Written)."""

    objects: ClassVar[TownManager[Self]] = TownManager()

    def __str__(self) -> str:
        return f"{self.domain_id} {self.way}"


class MailReport(TownOwned):
    """One report of one mail host: DMARC (who wrote in the domain's name) or TLS (was it encrypted on the way)."""

    class Kind(models.TextChoices):
        DMARC = "dmarc"
        TLS = "tls"

    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, related_name="reports")
    kind = models.CharField(max_length=5, choices=Kind)
    reporter = models.CharField(max_length=200)
    number = models.CharField(max_length=200)
    begins = models.DateTimeField()
    ends = models.DateTimeField()
    good = models.PositiveIntegerField()
    """Letters proved to be the domain's, or encrypted connections."""
    bad = models.PositiveIntegerField()
    details = models.JSONField()
    """What was bad, the most frequent first: [source or reason, how many]."""
    received_at = models.DateTimeField()

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-ends", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "kind", "reporter", "number"], name="mail_report_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.domain_id}"


class LoopTest(TownOwned):
    """A letter from here to the domain and back: it crosses the relay, the domain's MX and its servers."""

    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, related_name="loop_tests")
    sent_at = models.DateTimeField()
    accepted = models.BooleanField()
    """By the relay, on the way out."""
    back_at = models.DateTimeField(null=True)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-sent_at", "-id"]

    def __str__(self) -> str:
        return f"loop {self.pk}"
