"""Budgets and what is left of them."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from beffroi.money.facts import BudgetState
from beffroi.money.models import Budget, BudgetOverride
from beffroi.money.queries import spending
from beffroi.money.words import OnExceed
from beffroi.towns.models import Town


def of_year(town: Town, *, year: int) -> Sequence[BudgetState]:
    """Every budget of the year: the whole town's first, then by name of service."""
    rows = _rows(town).filter(year=year)
    return _states(town, rows.order_by("service__name"), year=year)


def bounding(town: Town, *, service_id: int | None, year: int) -> Sequence[BudgetState]:
    """Those that a send of this service must fit in: its own and the whole town's, where they exist."""
    rows = _rows(town).filter(year=year)
    if service_id is None:
        rows = rows.filter(service=None)
    else:
        rows = rows.filter(Q(service=None) | Q(service_id=service_id))
    return _states(town, rows, year=year)


def budget(town: Town, budget_id: int) -> BudgetState | None:
    row = _rows(town).filter(pk=budget_id).first()
    if row is None:
        return None
    return _states(town, _rows(town).filter(pk=budget_id), year=row.year)[0]


def overrides(town: Town, *, year: int) -> "QuerySet[BudgetOverride]":
    """What the cabinet granted, the latest first."""
    rows = BudgetOverride.objects.of(town).select_related("budget__service", "by")
    return rows.filter(budget__year=year).order_by("-at", "-pk")


def _rows(town: Town) -> "QuerySet[Budget]":
    return Budget.objects.of(town).select_related("service")


def _states(town: Town, rows: "QuerySet[Budget]", *, year: int) -> list[BudgetState]:
    rows = rows.annotate(granted=Coalesce(Sum("overrides__amount"), 0))
    found = list(rows)
    spent = _spent(town, year) if found else {}
    states = [
        BudgetState(
            budget_id=row.pk,
            service_id=row.service_id,
            service_name=row.service.name if row.service else "",
            year=row.year,
            amount=row.amount,
            granted=row.granted,
            spent=spent.get(row.service_id, 0) if row.service_id else sum(spent.values()),
            on_exceed=OnExceed(row.on_exceed),
        )
        for row in found
    ]
    return sorted(states, key=lambda state: state.service_id is not None)


def _spent(town: Town, year: int) -> dict[int | None, int]:
    """Before tax, by service; None is what the town itself pays."""
    charges = spending.owed(town).filter(month__gte=date(year, 1, 1), month__lte=date(year, 12, 1))
    rows = charges.order_by("service_id").values("service_id").annotate(spent=Sum("before_tax"))
    return {row["service_id"]: row["spent"] for row in rows}
