"""Rows of the room: tariffs, budgets and their overrides, and one charge per message."""

from typing import ClassVar, Self

from django.db import models

from beffroi.delivery.models import Message
from beffroi.delivery.words import Channel
from beffroi.money.words import OnExceed
from beffroi.towns.models import Agent, Service, TownOwned
from beffroi.towns.owned import TownManager

REASON_MAX_LENGTH = 300


class Tariff(TownOwned):
    """Prices from a day on, in tenths of a cent before tax. Written once: the database refuses to change it."""

    valid_from = models.DateField()
    sms_part = models.IntegerField()
    email = models.IntegerField()
    push = models.IntegerField()
    vat_rate = models.IntegerField()
    """Hundredths of a percent."""
    free_sms_parts = models.IntegerField()
    """Per calendar month."""
    by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        ordering = ["-valid_from", "-id"]
        indexes = [models.Index(fields=["town", "-valid_from", "-id"], name="tariff_by_day")]

    def __str__(self) -> str:
        return f"tariff from {self.valid_from}"


class Budget(TownOwned):
    """What a service may spend in a year; without a service, what the whole town may."""

    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    year = models.IntegerField()
    amount = models.BigIntegerField()
    """Tenths of a cent, before tax."""
    on_exceed = models.CharField(max_length=10, choices=OnExceed)

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["town", "year", "service"], name="one_budget", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"budget {self.year}"


class BudgetOverride(TownOwned):
    """More money, granted by the cabinet. Written once."""

    budget = models.ForeignKey(Budget, on_delete=models.PROTECT, related_name="overrides")
    amount = models.BigIntegerField()
    why = models.CharField(max_length=REASON_MAX_LENGTH)
    by = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects: ClassVar[TownManager[Self]] = TownManager()

    def __str__(self) -> str:
        return f"override {self.pk}"


class Charge(TownOwned):
    """What one message costs if every delivery is handed over. Written once, when it is sent, and once each time
    that its uncertain ones are sent again."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="charges")
    n = models.SmallIntegerField(default=0)
    """0 for the first sending of the message, 1 for the first time that it was sent again."""
    channel = models.SmallIntegerField(choices=Channel)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="+")
    """None: the town itself pays."""
    recipients = models.BigIntegerField()
    parts = models.SmallIntegerField()
    """Of one delivery."""
    unit_price = models.IntegerField()
    """Tenths of a cent for one part."""
    vat_rate = models.IntegerField()
    free_parts = models.IntegerField()
    """Granted from the month's allowance."""
    lost_before = models.BigIntegerField(default=0)
    """Deliveries of the message that were known not to have left when this was written: an earlier charge's."""
    at = models.DateTimeField()
    month = models.DateField()
    """First day of the month in French time: whose allowance it drew on."""

    objects: ClassVar[TownManager[Self]] = TownManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "n"], name="one_charge")]
        indexes = [
            models.Index(fields=["town", "month"], name="charge_by_month"),
            models.Index(fields=["town", "at"], name="charge_by_time"),
        ]

    def __str__(self) -> str:
        return f"charge of message {self.message_id}"
