"""kill -9 of real workers at random moments: nothing is lost, nothing is doubled, what is in doubt is said."""

import os
import random
import subprocess
import sys
import time
from collections import Counter

import pytest
from django.db import connection

from beffroi.delivery.models import Delivery
from beffroi.delivery.queries import messages as queries
from beffroi.delivery.services import messages
from beffroi.delivery.words import DeliveryState, Lane, MessageState
from tests import database
from tests.rooms.delivery import cast

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PEOPLE, KILLS, CONNECTIONS = 1_200, 8, 4
PATIENCE_S = 120


def start(folder, relay, name):
    environment = {
        **os.environ,
        "DATABASE_URL": database.url(),
        "BEFFROI_DIR": str(folder),
        "BEFFROI_WORKER": name,
        "BEFFROI_SMTP_URL": f"smtp://127.0.0.1:{relay.port}?connections={CONNECTIONS}",
        "DJANGO_SETTINGS_MODULE": "beffroi.config.settings",
    }
    with (folder / f"{name}.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "beffroi.config.engine"], env=environment, stderr=log
        )


def wait_until(condition, what):
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


@pytest.mark.parametrize("lane", [Lane.CAMPAIGN, Lane.EMERGENCY])
def test_workers_die_again_and_again_and_the_message_still_arrives(town, relay, tmp_path, lane):
    people = cast.people(town, PEOPLE)
    by_person = dict(zip(people, cast.addresses(PEOPLE), strict=True))
    message_id = messages.enqueue(
        town, cast.a_message(lane=lane), recipients=people, at=messages_time()
    )
    workers = {name: start(tmp_path, relay, name) for name in ("engine-1", "engine-2")}
    dice = random.Random()
    try:
        wait_until(lambda: relay.received, "the first message")
        for _ in range(KILLS):
            time.sleep(dice.uniform(0.05, 0.6))
            name = dice.choice(list(workers))
            workers[name].kill()
            workers[name].wait()
            workers[name] = start(tmp_path, relay, name)
        wait_until(lambda: queries.progress(town, message_id).state == MessageState.DONE, "the end")
    finally:
        for worker in workers.values():
            worker.kill()
            worker.wait()

    received = Counter(relay.recipients())
    rows = Delivery.objects.of(town).filter(message_id=message_id)
    states = {
        by_person[person]: DeliveryState(state)
        for person, state in rows.values_list("contact_point_id", "state")
    }
    accepted = {a for a, state in states.items() if state is DeliveryState.ACCEPTED}
    unknown = {a for a, state in states.items() if state is DeliveryState.UNKNOWN}
    assert accepted | unknown == set(by_person.values())
    assert accepted <= received.keys()  # none lost
    assert len(unknown) <= KILLS * CONNECTIONS
    doubled = {address for address, count in received.items() if count > 1}
    if lane is Lane.CAMPAIGN:
        assert doubled == set() and queries.sent_again(town, message_id) == 0
    else:  # an emergency in doubt is sent again
        told = queries.sent_again(town, message_id)
        assert unknown == set() and len(doubled) <= told <= KILLS * CONNECTIONS
    assert list((tmp_path / "journals").glob("*.journal")) == []


def test_the_database_goes_away_while_a_message_is_being_sent(town, relay, tmp_path):
    """Its sessions are ended under the workers again and again."""
    people = cast.people(town, PEOPLE)
    message_id = messages.enqueue(town, cast.a_message(), recipients=people, at=messages_time())
    worker = start(tmp_path, relay, "engine-1")
    try:
        wait_until(lambda: relay.received, "the first message")
        for _ in range(5):
            time.sleep(0.3)
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
        wait_until(lambda: queries.progress(town, message_id).state == MessageState.DONE, "the end")
        assert worker.poll() is None  # the same process throughout
    finally:
        worker.terminate()
        assert worker.wait(20) == 0
    assert Counter(relay.recipients()) == Counter(cast.addresses(PEOPLE))
    assert set(cast.states(town, message_id)) == {DeliveryState.ACCEPTED}


def test_a_pause_takes_hold_while_workers_send(town, relay, tmp_path):
    message_id = messages.enqueue(
        town, cast.a_message(), recipients=cast.people(town, PEOPLE), at=messages_time()
    )
    worker = start(tmp_path, relay, "engine-1")
    try:
        wait_until(lambda: len(relay.received) > 20, "the first messages")
        messages.pause(town, message_id, at=messages_time())
        time.sleep(1.5)
        count = len(relay.received)
        assert count < PEOPLE
        time.sleep(1)
        assert len(relay.received) == count
        messages.resume(town, message_id, at=messages_time())
        wait_until(lambda: queries.progress(town, message_id).state == MessageState.DONE, "the end")
    finally:
        worker.terminate()
        worker.wait(20)
    assert Counter(relay.recipients()) == Counter(cast.addresses(PEOPLE))


def test_a_confirmation_passes_by_a_campaign_that_is_being_sent(town, relay, tmp_path):
    people = cast.people(town, 3 * PEOPLE)
    worker = start(tmp_path, relay, "engine-1")
    try:
        messages.enqueue(town, cast.a_message(), recipients=people, at=messages_time())
        wait_until(lambda: len(relay.received) > 50, "the campaign is under way")
        passed_by = []
        for n in range(5):
            before = len(relay.received)
            messages.enqueue(
                town,
                cast.a_message(lane=Lane.TRANSACTIONAL, subject=f"Confirmation {n}"),
                recipients=people[:1],
                at=messages_time(),
            )
            wanted = f"Subject: Confirmation {n}".encode()
            wait_until(
                lambda wanted=wanted: any(wanted in raw for _, _, raw in relay.received[-200:]),
                "the confirmation",
            )
            passed_by.append(len(relay.received) - before)
        assert len(relay.received) < 3 * PEOPLE  # the campaign was still going
    finally:
        worker.terminate()
        worker.wait(20)
    assert sorted(passed_by)[2] < PEOPLE // 2, passed_by  # of 3,600 that stood before it


def messages_time():
    from datetime import UTC, datetime

    return datetime.now(UTC)
