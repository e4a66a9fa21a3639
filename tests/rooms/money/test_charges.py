"""What a send costs: estimated before, charged with it, exact after."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from beffroi.delivery.services import messages
from beffroi.delivery.words import Channel, Lane
from beffroi.money.facts import BudgetExceeded, Line, Prices
from beffroi.money.queries import spending, statements
from beffroi.money.queries.estimates import estimate
from beffroi.money.services import budgets, charges, tariffs
from beffroi.money.words import OnExceed
from tests.cast import NOON
from tests.rooms.money import scene

pytestmark = pytest.mark.django_db
NOVEMBER = spending.month_of(NOON)
SMS_WITHOUT_GIFT = Prices(sms_part=100, email=20, push=0, vat_rate=2_000, free_sms_parts=0)


def billed(town, *message_ids):
    return statements.total(statements.bill(town, message_ids))


def test_the_first_sms_of_the_month_are_free(town):
    told = estimate(town, [Line(channel=Channel.SMS, recipients=1_500)], service_id=None, at=NOON)

    assert (told.before_tax, told.free_parts, told.free_parts_left) == (0, 1_500, 500)


def test_an_sms_of_two_parts_costs_two(town):
    lines = [Line(channel=Channel.SMS, recipients=1_500, parts=2)]
    told = estimate(town, lines, service_id=None, at=NOON)

    assert (told.before_tax, told.vat, told.with_tax) == (100_000, 20_000, 120_000)


def test_what_was_never_handed_over_is_not_paid_and_its_free_parts_return(town):
    message = scene.enqueue(town, 30, channel=Channel.SMS)
    charges.charge(town, [message], service_id=None, at=NOON)
    scene.settle(town, message, accepted=20, refused=6, unknown=4)

    assert billed(town, message).free_parts == 24
    assert statements.statement(town, month=NOVEMBER).free_parts_left == 2_000 - 24


def test_free_parts_that_were_never_used_pay_for_the_next_send(town):
    tariffs.set_prices(
        town,
        Prices(sms_part=100, email=20, push=0, vat_rate=2_000, free_sms_parts=10),
        valid_from=NOON.date(),
        by=None,
        at=NOON,
    )
    first = scene.enqueue(town, 10, channel=Channel.SMS)
    charges.charge(town, [first], service_id=None, at=NOON)
    messages.cancel(town, first, at=NOON)
    second = scene.enqueue(town, 10, channel=Channel.SMS)

    assert charges.charge(town, [second], service_id=None, at=NOON).before_tax == 0


def test_each_month_has_its_own_free_parts(town):
    lines = [Line(channel=Channel.SMS, recipients=2_000)]
    message = scene.enqueue(town, 2_000, channel=Channel.SMS)
    charges.charge(town, [message], service_id=None, at=NOON)

    assert estimate(town, lines, service_id=None, at=NOON).free_parts == 0
    later = NOON + timedelta(days=7)
    assert estimate(town, lines, service_id=None, at=later).free_parts == 2_000


def test_a_new_tariff_changes_nothing_that_was_sent(town):
    message = scene.enqueue(town, 50)
    charges.charge(town, [message], service_id=None, at=NOON)
    dearer = Prices(sms_part=200, email=40, push=10, vat_rate=550, free_sms_parts=0)
    tariffs.set_prices(town, dearer, valid_from=NOON.date(), by=None, at=NOON)

    assert billed(town, message).before_tax == 1_000
    lines = [Line(channel=Channel.EMAIL, recipients=50)]
    assert estimate(town, lines, service_id=None, at=NOON).before_tax == 2_000


def test_codes_are_paid_by_the_town_itself(town, culture):
    scene.enqueue(town, 1, lane=Lane.TRANSACTIONAL)
    letter = scene.enqueue(town, 10)
    charges.charge(town, [letter], service_id=culture, at=NOON)
    own, service = statements.statement(town, month=NOVEMBER).rows

    assert (own.service_id, own.sums.messages, own.sums.before_tax) == (None, 1, 20)
    assert (service.service_id, service.sums.before_tax) == (culture, 200)


def test_codes_that_wait_to_be_charged_count_in_an_estimate(town):
    scene.enqueue(town, 1, channel=Channel.SMS, lane=Lane.TRANSACTIONAL)
    lines = [Line(channel=Channel.SMS, recipients=1)]

    assert estimate(town, lines, service_id=None, at=NOON).free_parts_left == 1_998


def test_collecting_twice_charges_once(town):
    scene.enqueue(town, 1, lane=Lane.TRANSACTIONAL)

    assert (charges.collect_all(at=NOON), charges.collect_all(at=NOON)) == (1, 0)


def test_a_town_sees_nothing_of_another_s_money(town, other_town):
    message = scene.enqueue(town, 10)
    charges.charge(town, [message], service_id=None, at=NOON)

    assert statements.bill(other_town, [message]) == []
    assert statements.statement(other_town, month=NOVEMBER).total.messages == 0


def test_the_database_lets_nobody_rewrite_a_charge(town):
    message = scene.enqueue(town, 10)
    charges.charge(town, [message], service_id=None, at=NOON)

    for rewrite in ("UPDATE money_charge SET unit_price = 0", "DELETE FROM money_charge"):
        with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
            connection.cursor().execute(rewrite)


@pytest.mark.slow
@pytest.mark.parametrize("quarter", range(4))
def test_a_thousand_random_campaigns_cost_what_was_estimated(town, culture, quarter):
    chance = random.Random(quarter)
    scene.some_points(town, 60)
    prices = Prices(sms_part=97, email=13, push=7, vat_rate=550, free_sms_parts=800)
    tariffs.set_prices(town, prices, valid_from=NOON.date(), by=None, at=NOON)
    every, months = [], set()
    for day in range(50):
        if day % 10 == 1:
            scene.refresh_statistics()
        for _campaign in range(5):
            at = NOON + timedelta(days=day)
            months.add(spending.month_of(at))
            every += one_campaign(town, chance, at, chance.choice((None, culture)))

    total = sum(statements.statement(town, month=month).total.with_tax for month in months)
    assert billed(town, *every).messages == len(every)
    assert total == billed(town, *every).with_tax


def one_campaign(town, chance, at, service_id):
    channels = chance.sample(list(Channel), chance.randint(1, 3))
    lines = [
        Line(
            channel=channel,
            recipients=chance.randint(1, 60),
            parts=chance.randint(1, 4) if channel == Channel.SMS else 1,
        )
        for channel in sorted(channels)
    ]
    told = estimate(town, lines, service_id=service_id, at=at)
    sent = [
        scene.enqueue(town, line.recipients, channel=line.channel, parts=line.parts, at=at)
        for line in lines
    ]
    charged = charges.charge(town, sent, service_id=service_id, at=at)
    doubts = {}
    for message, line in zip(sent, lines, strict=True):
        doubts[message] = chance.choice((0, 0, 0, chance.randint(0, line.recipients)))
        scene.settle(
            town, message, accepted=line.recipients - doubts[message], unknown=doubts[message]
        )

    assert (charged.before_tax, charged.vat) == (told.before_tax, told.vat)
    assert_billed(town, sent, told)
    doubted = {line: (message, doubts[message]) for message, line in zip(sent, lines, strict=True)}
    again = sent_again(town, doubted, at + timedelta(hours=1), service_id)
    if again:
        assert_billed(town, sent, told, *again)
    return sent


def sent_again(town, doubted, at, service_id):
    """Each message to its doubtful ones, at the price that was told."""
    doubted = {line: (message, n) for line, (message, n) in doubted.items() if n}
    if not doubted:
        return []
    lines = [replace(line, recipients=n) for line, (_message, n) in doubted.items()]
    told = estimate(town, lines, service_id=service_id, at=at)
    for message, _n in doubted.values():
        messages.resend_unknown(town, message, at=at)
    charged = charges.charge_again(town, dict(doubted.values()), service_id=service_id, at=at)
    for line, (message, _n) in doubted.items():
        scene.settle(town, message, accepted=line.recipients)

    assert (charged.before_tax, charged.vat) == (told.before_tax, told.vat)
    return [told]


def assert_billed(town, sent, *told):
    bill = billed(town, *sent)
    assert (bill.before_tax, bill.vat, bill.free_parts) == (
        sum(one.before_tax for one in told),
        sum(one.vat for one in told),
        sum(one.free_parts for one in told),
    )


def test_what_is_sent_again_is_paid_again_at_the_price_of_the_day(town):
    tariffs.set_prices(town, SMS_WITHOUT_GIFT, valid_from=NOON.date(), by=None, at=NOON)
    message = scene.enqueue(town, 10, channel=Channel.SMS, parts=2)
    charges.charge(town, [message], service_id=None, at=NOON)
    scene.settle(town, message, accepted=5, refused=1, unknown=4)
    dearer = replace(SMS_WITHOUT_GIFT, sms_part=110)
    tariffs.set_prices(town, dearer, valid_from=NOON.date(), by=None, at=NOON)

    messages.resend_unknown(town, message, at=NOON)
    charges.charge_again(town, {message: 4}, service_id=None, at=NOON)
    scene.settle(town, message, accepted=5, refused=2, unknown=3)

    first, second = statements.bill(town, [message])
    assert (first.priced.recipients, first.priced.before_tax) == (9, 9 * 2 * 100)
    assert (second.priced.recipients, second.priced.before_tax) == (3, 3 * 2 * 110)
    assert billed(town, message).messages == 1


def test_a_budget_that_is_spent_sends_nothing_again(town, culture, agent):
    tariffs.set_prices(town, SMS_WITHOUT_GIFT, valid_from=NOON.date(), by=None, at=NOON)
    rule = budgets.NewBudget(
        service_id=culture, year=NOON.year, amount=1_000, on_exceed=OnExceed.HARD_STOP
    )
    budgets.set_budget(town, rule, by=agent, at=NOON)
    message = scene.enqueue(town, 10, channel=Channel.SMS)
    charges.charge(town, [message], service_id=culture, at=NOON)
    scene.settle(town, message, accepted=9, unknown=1)

    with pytest.raises(BudgetExceeded):
        charges.charge_again(town, {message: 1}, service_id=culture, at=NOON)


@pytest.mark.slow
def test_with_losses_the_bill_is_the_arithmetic_of_what_left(town):
    chance = random.Random(2)
    scene.some_points(town, 60)
    for _campaign in range(200):
        planned, parts = chance.randint(1, 60), chance.randint(1, 4)
        left = chance.randint(0, planned)
        message = scene.enqueue(town, planned, channel=Channel.SMS, parts=parts)
        granted = charges.charge(town, [message], service_id=None, at=NOON).free_parts
        scene.settle(town, message, delivered=left, expired=planned - left)
        paid = max(left * parts - granted, 0)

        bill = billed(town, message)
        assert (bill.before_tax, bill.free_parts) == (paid * 100, min(granted, left * parts))
