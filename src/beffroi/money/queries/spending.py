"""What was really spent: the charges, less whatever was never handed over.

A delivery is owed unless it is known not to have left (refused, suppressed, cancelled, given up): while a message
goes out its charge counts in full; of whom nobody knows whether they got it stays counted, as a provider counts it.
Read from the chunks, a thousand times fewer than the deliveries. A message that was sent again has several charges:
each bears the losses between its own writing and the next one's.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import (
    BigIntegerField,
    Count,
    ExpressionWrapper,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce, Greatest, Least
from django.utils import timezone

from beffroi.delivery.models import Chunk
from beffroi.delivery.words import Channel
from beffroi.kit import money
from beffroi.money.facts import Prices, Sums
from beffroi.money.models import Charge
from beffroi.towns.models import Town

_WHOLE = BigIntegerField()


def owed(town: Town) -> QuerySet[Any, Any]:
    """Charges with `owed`, `all_parts`, `free_used`, `before_tax` and `vat`: facts.PricedLine said in SQL."""
    lost = lost_by_message(town).filter(message_id=OuterRef("message_id")).values("lost")
    later = Charge.objects.of(town).filter(message_id=OuterRef("message_id"), n=OuterRef("n") + 1)
    return (
        Charge.objects.of(town)
        .annotate(lost=Coalesce(Subquery(lost), 0, output_field=_WHOLE))
        .annotate(lost_after=Least("lost", Subquery(later.values("lost_before"))))
        .annotate(owed=F("recipients") - Greatest(F("lost_after") - F("lost_before"), 0))
        .annotate(all_parts=F("owed") * F("parts"))
        .annotate(free_used=Least("free_parts", "all_parts", output_field=_WHOLE))
        .annotate(before_tax=(F("all_parts") - F("free_used")) * F("unit_price"))
        .annotate(
            vat=ExpressionWrapper(
                (F("before_tax") * F("vat_rate") + money.WHOLE // 2) / money.WHOLE,
                output_field=_WHOLE,
            )
        )
    )


def lost_by_message(town: Town) -> QuerySet[Any, Any]:
    """Rows with `message_id` and `lost`: deliveries known not to have left."""
    rows = Chunk.objects.of(town).order_by().values("message_id")
    return rows.annotate(lost=Sum(F("refused") + F("suppressed") + F("expired") + F("cancelled")))


SUMS = {
    "messages": Count("message_id", distinct=True),
    "sum_recipients": Coalesce(Sum("owed"), 0, output_field=_WHOLE),
    "sum_parts": Coalesce(Sum("all_parts"), 0, output_field=_WHOLE),
    "sum_free": Coalesce(Sum("free_used"), 0, output_field=_WHOLE),
    "sum_before_tax": Coalesce(Sum("before_tax"), 0, output_field=_WHOLE),
    "sum_vat": Coalesce(Sum("vat"), 0, output_field=_WHOLE),
}


def sums_of(row: Mapping[str, Any]) -> Sums:
    """A row of `.aggregate(**SUMS)` or `.values(…).annotate(**SUMS)` as a fact."""
    return Sums(
        messages=row["messages"],
        recipients=row["sum_recipients"],
        parts=row["sum_parts"],
        free_parts=row["sum_free"],
        before_tax=row["sum_before_tax"],
        vat=row["sum_vat"],
    )


def between(town: Town, *, since: datetime, until: datetime) -> dict[Channel, Sums]:
    """What was sent in [since, until) cost, by channel; a channel that was not used is absent."""
    rows = owed(town).filter(at__gte=since, at__lt=until).order_by("channel").values("channel")
    return {Channel(row["channel"]): sums_of(row) for row in rows.annotate(**SUMS)}


def free_left(town: Town, prices: Prices, *, month: date) -> int:
    """Free SMS parts of the month that no charge holds; those of deliveries that never left came back."""
    used = owed(town).filter(month=month, channel=Channel.SMS).aggregate(n=Sum("free_used"))["n"]
    return max(prices.free_sms_parts - (used or 0), 0)


def month_of(at: datetime) -> date:
    """First day of the month, in French time."""
    return timezone.localdate(at).replace(day=1)
