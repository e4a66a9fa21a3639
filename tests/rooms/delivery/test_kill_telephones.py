"""kill -9 of the SMS and the push engine at random moments: nothing is lost, what is in doubt is said."""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime

import pytest

from beffroi.delivery.models import Delivery
from beffroi.delivery.queries import messages as queries
from beffroi.delivery.services import contact_points
from beffroi.delivery.words import Channel, DeliveryState as State, Lane, MessageState
from tests import database
from tests.rooms.delivery import cast
from tests.rooms.delivery.outside import Operator, Shipped
from tests.rooms.delivery.telephones import an_sms

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PEOPLE, KILLS, WINDOW = 1_000, 6, 20
PUSH_AT_ONCE = 64  # gateways/push/gateway.py, requests on their way to one push service
PATIENCE_S = 120


def start(folder, channel, **environment):
    known = {
        **os.environ,
        "DATABASE_URL": database.url(),
        "BEFFROI_DIR": str(folder),
        "BEFFROI_WORKER": f"engine-{channel}",
        "BEFFROI_VAPID_CONTACT": "mailto:essais@beffroi.example",
        "DJANGO_SETTINGS_MODULE": "beffroi.config.settings",
        **environment,
    }
    with (folder / f"{channel}.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "beffroi.config.engine", channel], env=known, stderr=log
        )


def wait_until(condition, what):
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def kill_again_and_again(town, message_id, begin, arrived, log):
    """Until the message is done; the worker lives on, ready, for the caller to stop."""
    worker, dice = begin(), random.Random()
    try:
        wait_until(arrived, "the first message")
        for _ in range(KILLS):
            time.sleep(dice.uniform(0.1, 0.8))
            worker.kill()
            worker.wait()
            before = log.read_text().count("Ready")
            worker = begin()
        wait_until(lambda: queries.progress(town, message_id).state == MessageState.DONE, "the end")
        wait_until(lambda: log.read_text().count("Ready") > before, "the last worker, ready")
    except BaseException:
        worker.kill()
        worker.wait()
        raise
    return worker


def state_of(town, message_id):
    rows = Delivery.objects.of(town).filter(message_id=message_id)
    return {point: State(state) for point, state in rows.values_list("contact_point_id", "state")}


@pytest.mark.parametrize("lane", [Lane.CAMPAIGN, Lane.EMERGENCY])
def test_the_sms_engine_dies_again_and_again(town, tmp_path, lane):
    numbers = [f"+33612{n:06d}" for n in range(PEOPLE)]
    people = dict(
        zip(
            contact_points.find_or_create_many(town, Channel.SMS, numbers, at=now()),
            numbers,
            strict=True,
        )
    )
    message_id = an_sms(town, list(people), lane=lane, at=now())
    operator = Operator(tmp_path / "telephones")
    provider = operator.provider(per_s=600, window=WINDOW)
    try:
        worker = kill_again_and_again(
            town,
            message_id,
            lambda: start(tmp_path, "sms", BEFFROI_SMS_PROVIDERS=provider),
            operator.numbers,
            tmp_path / "sms.log",
        )
        try:
            wait_until(
                lambda: State.ACCEPTED not in state_of(town, message_id).values(),
                "every receipt of what is known to be accepted",
            )
        finally:
            worker.terminate()
            assert worker.wait(20) == 0
    finally:
        operator.stop()

    states = state_of(town, message_id)
    received = Counter(operator.numbers())
    unknown = {people[point] for point, state in states.items() if state is State.UNKNOWN}
    delivered = {people[point] for point, state in states.items() if state is State.DELIVERED}
    assert delivered | unknown == set(numbers)
    assert delivered <= received.keys()  # none lost
    assert len(unknown) <= KILLS * WINDOW
    doubled = {number for number, count in received.items() if count > 1}
    if lane is Lane.CAMPAIGN:
        assert doubled == set() and queries.sent_again(town, message_id) == 0
    else:  # an emergency in doubt is sent again
        told = queries.sent_again(town, message_id)
        assert unknown == set() and len(doubled) <= told <= KILLS * WINDOW
    assert list((tmp_path / "journals").glob("*.journal")) == []


def test_the_push_engine_dies_again_and_again(town, tmp_path, settings):
    service = Shipped(tmp_path / "push")
    settings.BEFFROI_PUSH_HOSTS = [f"127.0.0.1:{service.port}"]
    told = [service.subscription(service.GOOD, n) for n in range(PEOPLE)]
    points = contact_points.find_or_create_many(town, Channel.PUSH, told, at=now())
    message_id = cast.sent(
        town, points, channel=Channel.PUSH, subject="Agenda", text="Ce soir", at=now()
    )
    try:
        worker = kill_again_and_again(
            town,
            message_id,
            lambda: start(tmp_path, "push"),
            lambda: service.store.count,
            tmp_path / "push.log",
        )
        worker.terminate()
        assert worker.wait(20) == 0
    finally:
        service.stop()

    states = state_of(town, message_id)
    received = Counter(arrival.channel for arrival in service.store.since(0))
    unknown = sum(state is State.UNKNOWN for state in states.values())
    accepted = sum(state is State.ACCEPTED for state in states.values())
    assert accepted + unknown == PEOPLE
    assert unknown <= KILLS * PUSH_AT_ONCE
    assert accepted <= len(received) <= PEOPLE  # none lost
    assert set(received.values()) == {1}  # none doubled
    assert list((tmp_path / "journals").glob("*.journal")) == []


def now():
    return datetime.now(UTC)
