"""Budgets, and more money from the cabinet."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from beffroi.kit import money
from beffroi.money.facts import BudgetInUse, NoOverride, NoSuchBudget, ReasonMissing
from beffroi.money.models import Budget, BudgetOverride
from beffroi.money.words import OnExceed
from beffroi.towns import journal
from beffroi.towns.models import Agent, Service, Town
from beffroi.towns.services import NoSuchService


@dataclass(frozen=True, kw_only=True, slots=True)
class NewBudget:
    service_id: int | None
    """None: the whole town."""
    year: int
    amount: int
    """Tenths of a cent, before tax."""
    on_exceed: OnExceed


@transaction.atomic
def set_budget(town: Town, new: NewBudget, *, by: Agent | None, at: datetime) -> int:
    """Opens the budget of a year or changes its amount and rule; gives its id. Raises: NoSuchService."""
    service = _service(town, new.service_id)
    row = (
        Budget.objects.of(town)
        .select_for_update(of=("self",))
        .filter(service=service, year=new.year)
        .first()
    )
    if row is None:
        row = Budget.objects.create_in(
            town, service=service, year=new.year, amount=new.amount, on_exceed=new.on_exceed
        )
    else:
        row.amount, row.on_exceed = new.amount, new.on_exceed
        row.save(update_fields=["amount", "on_exceed"])
    rule = OnExceed(new.on_exceed).label
    detail = f"{_name(row)}\N{NO-BREAK SPACE}: {money.french(new.amount)}. {rule}."
    _note(town, journal.Kind.BUDGET_SET, row, detail, by=by, at=at)
    return row.pk


@transaction.atomic
def drop_budget(town: Town, budget_id: int, *, by: Agent, at: datetime) -> None:
    """From here on nothing bounds it. Raises: NoSuchBudget, BudgetInUse."""
    row = _locked(town, budget_id)
    if row.overrides.exists():
        raise BudgetInUse(budget_id)
    sentence = gettext("%(budget)s\N{NO-BREAK SPACE}: budget retiré")
    _note(town, journal.Kind.BUDGET_SET, row, sentence % {"budget": _name(row)}, by=by, at=at)
    row.delete()


@transaction.atomic
def override(town: Town, budget_id: int, *, amount: int, why: str, by: Agent, at: datetime) -> None:
    """The cabinet adds `amount` to the budget of the year.

    Raises: NoSuchBudget, NoOverride (a hard stop), ReasonMissing (no reason, or nothing granted).
    """
    row = _locked(town, budget_id)
    if row.on_exceed != OnExceed.CABINET_MAY_OVERRIDE:
        raise NoOverride(budget_id)
    if not why.strip() or amount <= 0:
        raise ReasonMissing(budget_id)
    BudgetOverride.objects.create_in(town, budget=row, amount=amount, why=why.strip(), by=by, at=at)
    sentence = gettext(
        "%(budget)s\N{NO-BREAK SPACE}: +%(amount)s. Motif\N{NO-BREAK SPACE}: %(why)s"
    )
    facts = {"budget": _name(row), "amount": money.french(amount), "why": why.strip()}
    _note(town, journal.Kind.BUDGET_OVERRIDDEN, row, sentence % facts, by=by, at=at)


def _service(town: Town, service_id: int | None) -> Service | None:
    if service_id is None:
        return None
    found = Service.objects.of(town).filter(pk=service_id).first()
    if found is None:
        raise NoSuchService(service_id)
    return found


def _locked(town: Town, budget_id: int) -> Budget:
    rows = Budget.objects.of(town).select_for_update(of=("self",)).select_related("service")
    row = rows.filter(pk=budget_id).first()
    if row is None:
        raise NoSuchBudget(budget_id)
    return row


def _name(row: Budget) -> str:
    who = row.service.name if row.service else gettext("Toute la commune")
    return f"{who}, {row.year}"


def _note(
    town: Town, kind: journal.Kind, row: Budget, detail: str, *, by: Agent | None, at: datetime
) -> None:
    journal.write(town, kind, at=at, by=by, about=("budget", row.pk), detail=detail)
