"""A budget stops a send, unless the cabinet grants more."""

import pytest

from beffroi.delivery.words import Channel
from beffroi.money.facts import (
    BudgetExceeded,
    BudgetInUse,
    Line,
    NoOverride,
    NoSuchBudget,
    ReasonMissing,
)
from beffroi.money.queries import budgets as told
from beffroi.money.queries.estimates import estimate
from beffroi.money.services import budgets, charges
from beffroi.money.services.budgets import NewBudget
from beffroi.money.words import OnExceed
from beffroi.towns.journal import Kind
from beffroi.towns.queries import journal
from tests.cast import NOON
from tests.rooms.money import scene

pytestmark = pytest.mark.django_db
YEAR = NOON.year


def a_budget(town, amount, *, service_id=None, rule=OnExceed.HARD_STOP):
    new = NewBudget(service_id=service_id, year=YEAR, amount=amount, on_exceed=rule)
    return budgets.set_budget(town, new, by=None, at=NOON)


def letters(count):
    return [Line(channel=Channel.EMAIL, recipients=count)]


def test_a_send_that_the_budget_pays_goes(town, culture):
    a_budget(town, 1_000, service_id=culture)
    told_before = estimate(town, letters(50), service_id=culture, at=NOON)

    assert told_before.blocked_by is None
    assert told_before.budget_left == 0
    charges.charge(town, [scene.enqueue(town, 50)], service_id=culture, at=NOON)
    assert told.of_year(town, year=YEAR)[0].left == 0


def test_a_send_that_it_cannot_pay_is_refused_with_figures(town, culture):
    a_budget(town, 1_000, service_id=culture)
    message = scene.enqueue(town, 51)

    with pytest.raises(BudgetExceeded) as refused:
        charges.charge(town, [message], service_id=culture, at=NOON)
    assert (refused.value.asked, refused.value.missing) == (1_020, 20)
    assert refused.value.budget.service_name == "Culture"


def test_the_town_s_budget_counts_what_every_service_spends(town, culture):
    a_budget(town, 1_000)
    charges.charge(town, [scene.enqueue(town, 40)], service_id=culture, at=NOON)

    assert estimate(town, letters(11), service_id=None, at=NOON).blocked_by is not None
    assert estimate(town, letters(10), service_id=culture, at=NOON).blocked_by is None


def test_a_service_without_a_budget_is_not_bound_by_another_s(town, culture):
    a_budget(town, 0, service_id=culture)

    assert estimate(town, letters(10), service_id=None, at=NOON).blocked_by is None


def test_an_emergency_is_counted_and_never_refused(town):
    a_budget(town, 0)
    message = scene.enqueue(town, 10)
    charges.charge(town, [message], service_id=None, at=NOON, is_bounded=False)

    assert told.of_year(town, year=YEAR)[0].left == -200


def test_what_costs_nothing_goes_even_when_all_is_spent(town):
    a_budget(town, 0)
    free = [Line(channel=Channel.PUSH, recipients=10), Line(channel=Channel.SMS, recipients=10)]

    assert estimate(town, free, service_id=None, at=NOON).blocked_by is None


def test_what_never_left_is_back_in_the_budget(town):
    a_budget(town, 1_000)
    message = scene.enqueue(town, 50)
    charges.charge(town, [message], service_id=None, at=NOON)
    scene.settle(town, message, accepted=30, suppressed=20)

    assert told.of_year(town, year=YEAR)[0].left == 400


def test_the_cabinet_grants_more_with_a_reason(town, colleague):
    budget = a_budget(town, 100, rule=OnExceed.CABINET_MAY_OVERRIDE)
    budgets.override(town, budget, amount=900, why="Élections", by=colleague, at=NOON)

    assert estimate(town, letters(50), service_id=None, at=NOON).blocked_by is None
    [line] = journal(town, kind=Kind.BUDGET_OVERRIDDEN)
    assert (line.actor, "Élections" in line.detail) == (colleague, True)


@pytest.mark.parametrize(("amount", "why"), [(100, "  "), (0, "Élections"), (-5, "Élections")])
def test_nothing_is_granted_without_a_reason_and_an_amount(town, colleague, amount, why):
    budget = a_budget(town, 100, rule=OnExceed.CABINET_MAY_OVERRIDE)

    with pytest.raises(ReasonMissing):
        budgets.override(town, budget, amount=amount, why=why, by=colleague, at=NOON)


def test_nobody_overrides_a_hard_stop(town, colleague):
    budget = a_budget(town, 100)

    with pytest.raises(NoOverride):
        budgets.override(town, budget, amount=1, why="Élections", by=colleague, at=NOON)


def test_a_budget_set_again_is_the_same_budget(town):
    first = a_budget(town, 100)

    assert a_budget(town, 300, rule=OnExceed.CABINET_MAY_OVERRIDE) == first
    [only] = told.of_year(town, year=YEAR)
    assert (only.amount, only.may_be_overridden) == (300, True)


def test_a_budget_that_was_overridden_stays(town, colleague):
    budget = a_budget(town, 100, rule=OnExceed.CABINET_MAY_OVERRIDE)
    budgets.override(town, budget, amount=1, why="Élections", by=colleague, at=NOON)

    with pytest.raises(BudgetInUse):
        budgets.drop_budget(town, budget, by=colleague, at=NOON)


def test_a_dropped_budget_bounds_nothing(town, colleague):
    budgets.drop_budget(town, a_budget(town, 0), by=colleague, at=NOON)

    assert estimate(town, letters(10), service_id=None, at=NOON).budget_left is None


def test_the_budget_of_another_town_does_not_exist(town, other_town, colleague):
    budget = a_budget(town, 100, rule=OnExceed.CABINET_MAY_OVERRIDE)

    with pytest.raises(NoSuchBudget):
        budgets.override(other_town, budget, amount=1, why="Non", by=colleague, at=NOON)
