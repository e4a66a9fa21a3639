"""A publication and an officer at the same moment: one waits for the other, and neither for ever."""

import threading
import time

import pytest
from django.db import connection, connections, transaction

from beffroi.alerts.models import AlertMessage, Prewritten
from beffroi.alerts.services import emergency
from beffroi.alerts.services.following import follow
from beffroi.towns.services import take_turn
from tests.rooms.alerts import scene

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_S = 20


def waits_for_a_lock():
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return True
        threading.Event().wait(0.05)
    return False


def while_waiting(town, send, rows):
    """Starts `send` while the town is busy; says whether `rows` are still free to be locked then."""

    def on_its_own_connection():
        try:
            send()
        finally:
            connections.close_all()

    sender = threading.Thread(target=on_its_own_connection)
    with transaction.atomic():
        take_turn(town)
        sender.start()
        assert waits_for_a_lock()
        free = len(rows.select_for_update(of=("self",), nowait=True))
    sender.join()
    return free


def test_whoever_sends_a_ready_draft_waits_without_holding_it(town, agent, officer, residents):
    follow(town, scene.a_bulletin(p1=3), at=scene.MORNING)
    message = AlertMessage.objects.of(town).get()

    def send():
        emergency.send_prepared(
            town, message.pk, seen_hash=message.content_hash, by=officer, at=scene.later(1)
        )

    assert while_waiting(town, send, AlertMessage.objects.of(town)) == 1
    assert scene.left(town)


def test_whoever_sends_an_emergency_waits_without_holding_its_text(town, agent, officer, residents):
    text = scene.a_text(town, agent)
    seen = scene.hash_of(text)

    def send():
        emergency.send_emergency(
            town, text.pk, seen_hash=seen, by=officer, at=scene.MORNING, is_drill=False
        )

    assert while_waiting(town, send, Prewritten.objects.of(town)) == 1
    assert scene.left(town, lane=scene.Lane.EMERGENCY)
