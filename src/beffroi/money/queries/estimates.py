"""What a send would cost, before anybody presses the button."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.utils import timezone

from beffroi.money import reckoning
from beffroi.money.facts import BudgetState, Estimate, Line, PricedLine
from beffroi.money.queries import budgets, pending, spending, tariffs
from beffroi.towns.models import Town


def estimate(
    town: Town, lines: Sequence[Line], *, service_id: int | None, at: datetime
) -> Estimate:
    """At today's prices, with what is left today of the free parts and of the budgets."""
    waiting = [pending.line_of(message) for message in pending.uncharged(town, at=at)]
    return reckon(town, lines, waiting=waiting, service_id=service_id, at=at)


def reckon(
    town: Town,
    lines: Sequence[Line],
    *,
    waiting: Sequence[Line],
    service_id: int | None,
    at: datetime,
) -> Estimate:
    """The same, once the town has paid for `waiting`."""
    prices = tariffs.prices(town, on=timezone.localdate(at))
    month = spending.month_of(at)
    free_left = spending.free_left(town, prices, month=month)
    before = reckoning.price(prices, waiting, free_left=free_left)
    free_left -= sum(line.free_parts for line in before)
    priced = reckoning.price(prices, lines, free_left=free_left)
    bounding = budgets.bounding(town, service_id=service_id, year=month.year)
    return Estimate(
        lines=priced,
        free_parts_left=free_left - sum(line.free_parts for line in priced),
        budgets=[_after(before, budget) for budget in bounding],
    )


def _after(before: Sequence[PricedLine], budget: BudgetState) -> BudgetState:
    """What waits to be charged is paid by the town itself."""
    if budget.service_id is not None:
        return budget
    return replace(budget, spent=budget.spent + sum(line.before_tax for line in before))
