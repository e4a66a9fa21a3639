"""What messages really cost, one by one and by month."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.utils.translation import gettext

from beffroi.delivery.words import Channel
from beffroi.money.facts import BillLine, PricedLine, Statement, StatementRow, Sums
from beffroi.money.models import Charge
from beffroi.money.queries import spending, tariffs
from beffroi.towns.models import Town


def bill(town: Town, message_ids: Iterable[int]) -> Sequence[BillLine]:
    """One line per charge: what was handed over, at the frozen price; a message that was sent again has several."""
    rows = spending.owed(town).filter(message_id__in=list(message_ids)).order_by("message_id", "n")
    lines = rows.values_list(
        "message_id",
        "service_id",
        "channel",
        "owed",
        "parts",
        "unit_price",
        "vat_rate",
        "free_used",
    )
    return [
        BillLine(
            message_id=message_id,
            service_id=service_id,
            priced=PricedLine(
                channel=Channel(channel),
                recipients=owed,
                parts=parts,
                unit_price=unit_price,
                vat_rate=vat_rate,
                free_parts=free,
            ),
        )
        for message_id, service_id, channel, owed, parts, unit_price, vat_rate, free in lines
    ]


def total(lines: Sequence[BillLine]) -> Sums:
    return Sums(
        messages=len({line.message_id for line in lines}),
        recipients=sum(line.priced.recipients for line in lines),
        parts=sum(line.priced.all_parts for line in lines),
        free_parts=sum(line.priced.free_parts for line in lines),
        before_tax=sum(line.priced.before_tax for line in lines),
        vat=sum(line.priced.vat for line in lines),
    )


def statement(town: Town, *, month: date) -> Statement:
    """A month by service and channel; `month` is its first day. What the town itself pays comes first."""
    charges = spending.owed(town).filter(month=month)
    groups = charges.order_by("service__name", "channel").values(
        "service_id", "service__name", "channel"
    )
    rows = [
        StatementRow(
            service_id=group["service_id"],
            service_name=group["service__name"] or gettext("La commune elle-même"),
            channel=Channel(group["channel"]),
            sums=spending.sums_of(group),
        )
        for group in groups.annotate(**spending.SUMS)
    ]
    whole = spending.sums_of(charges.aggregate(**spending.SUMS))
    allowance = tariffs.prices(town, on=_last_day(month)).free_sms_parts
    return Statement(
        month=month,
        rows=sorted(rows, key=lambda row: row.service_id is not None),
        total=whole,
        free_parts_left=max(allowance - whole.free_parts, 0),
    )


def months(town: Town) -> Sequence[date]:
    """Those with charges, the latest first."""
    rows = Charge.objects.of(town).order_by("-month").values_list("month", flat=True)
    return list(rows.distinct())


def _last_day(month: date) -> date:
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return following - timedelta(days=1)
