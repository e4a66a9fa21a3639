"""Which prices are in force."""

from collections.abc import Sequence
from datetime import date

from beffroi.money.facts import DEFAULT_PRICES, DatedPrices, Prices
from beffroi.money.models import Tariff
from beffroi.towns.models import Town


def prices(town: Town, *, on: date) -> Prices:
    """The tariff of that day. Of two that begin on the same day, the one written last."""
    return current(town, on=on).prices


def current(town: Town, *, on: date) -> DatedPrices:
    """The same, with the day it began."""
    row = Tariff.objects.of(town).select_related("by").filter(valid_from__lte=on).first()
    return _dated(row) if row else DatedPrices(prices=DEFAULT_PRICES, valid_from=None)


def versions(town: Town) -> Sequence[DatedPrices]:
    """Every version, the latest to begin first; corrected ones are left out."""
    rows = Tariff.objects.of(town).select_related("by").order_by("-valid_from", "-id")
    return [_dated(row) for row in rows.distinct("valid_from")]


def _dated(row: Tariff) -> DatedPrices:
    return DatedPrices(
        prices=Prices(
            sms_part=row.sms_part,
            email=row.email,
            push=row.push,
            vat_rate=row.vat_rate,
            free_sms_parts=row.free_sms_parts,
        ),
        valid_from=row.valid_from,
        by_name=row.by.full_name if row.by else "",
    )
