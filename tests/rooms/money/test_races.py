"""Two sends in one second: the same free parts and the same euros are never used twice."""

import threading

import pytest
from django.db import connections, transaction

from beffroi.delivery.words import Channel
from beffroi.money.facts import BudgetExceeded
from beffroi.money.queries import budgets as told, spending, statements
from beffroi.money.services import budgets, charges
from beffroi.money.services.budgets import NewBudget
from beffroi.money.words import OnExceed
from tests.cast import NOON
from tests.rooms.money import scene

pytestmark = pytest.mark.django_db(transaction=True)


def send_together(town, count, *, channel, sends):
    """Each on a connection of its own; gives what was refused."""
    gate, refused = threading.Barrier(sends), []

    def send():
        try:
            with transaction.atomic():
                message = scene.enqueue(town, count, channel=channel)
                gate.wait()
                charges.charge(town, [message], service_id=None, at=NOON)
        except BudgetExceeded as fact:
            refused.append(fact)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(sends)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_two_sends_at_once_share_the_free_parts(town):
    scene.some_points(town, 1_500)

    assert send_together(town, 1_500, channel=Channel.SMS, sends=2) == []
    month = statements.statement(town, month=spending.month_of(NOON))
    assert (month.total.free_parts, month.total.before_tax) == (2_000, 1_000 * 100)


def test_four_sends_at_once_never_pass_a_hard_stop(town):
    scene.some_points(town, 50)
    new = NewBudget(service_id=None, year=NOON.year, amount=2_500, on_exceed=OnExceed.HARD_STOP)
    budgets.set_budget(town, new, by=None, at=NOON)

    refused = send_together(town, 50, channel=Channel.EMAIL, sends=4)

    assert len(refused) == 2
    assert told.of_year(town, year=NOON.year)[0].left == 500
