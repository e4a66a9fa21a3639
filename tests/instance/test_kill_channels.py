"""kill -9 of the SMS engine, the push engine and PostgreSQL in the middle of 5,000 SMS and 5,000 notifications."""

import json
import urllib.request
from collections import Counter
from functools import partial
from typing import Any

import psycopg
import pytest

from tests.instance import whole as house

pytestmark = [pytest.mark.instance, pytest.mark.slow]

PEOPLE = 5_000
SMS_IN_FLIGHT = (
    2 * 100
)  # two providers, a window of a hundred each (servers/layout.py, gateways/sms/providers.py)
PUSH_IN_FLIGHT = 64  # requests on their way to one push service (gateways/push/gateway.py)
PATIENCE_S = 300

SEND = f"""
import json, os
from datetime import UTC, datetime
from django.conf import settings
from beffroi.delivery.outgoing import OutgoingMessage
from beffroi.delivery.services import contact_points, messages
from beffroi.delivery.words import Channel, Lane
from beffroi.servers.outside import push_devices
from beffroi.towns.models import Town
town, now = Town.objects.order_by("id").first(), datetime.now(UTC)
root = "http://" + settings.BEFFROI_PUSH_HOSTS[0]
addresses = {{
    Channel.SMS: [f"+33612{{n:06d}}" for n in range({PEOPLE})],
    Channel.PUSH: [push_devices.subscription(f"appareil-tenace-{{n}}", root=root) for n in range({PEOPLE})],
}}
ids = {{}}
for channel, told in addresses.items():
    points = contact_points.find_or_create_many(town, channel, told, at=now)
    text = OutgoingMessage(
        lane=Lane.CAMPAIGN, channel=channel, subject="Tenace", text="Tenace", from_name="ARCACHON",
        base_url="http://127.0.0.1/ville", reference="kill",
    )
    ids[channel.name] = messages.enqueue(town, text, recipients=points, at=now)
print("messages", json.dumps(ids))
"""


def asked(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=60) as answer:
        return json.load(answer)


def states(instance, message_id: int) -> Counter:
    """Deliveries by state; nothing while the database is away."""
    query = "SELECT state, count(*) FROM delivery_delivery WHERE message_id = %s GROUP BY state"
    try:
        with psycopg.connect(instance.database_url) as session:
            return Counter(dict(session.execute(query, [message_id]).fetchall()))
    except psycopg.OperationalError:
        return Counter()


def settled(instance, message_id: int, share: float) -> bool:
    found = states(instance, message_id)
    return found.total() > 0 and found.total() - found[0] >= share * PEOPLE


def test_sms_and_notifications_survive_the_death_of_everything_they_need(instance):
    said = instance.manage("shell", "-v", "0", "-c", SEND)
    ids = json.loads(said.rpartition("messages ")[2])
    sms, push = ids["SMS"], ids["PUSH"]
    for share, message_id, program in (
        (0.2, sms, "engine-sms"),
        (0.2, push, "engine-push"),
        (0.5, sms, "postgres"),
    ):
        house.wait_until(
            partial(settled, instance, message_id, share),
            PATIENCE_S,
            f"a share of the messages before {program} is killed",
        )
        instance.restarted(program, instance.kill(program))
    house.wait_until(
        lambda: settled(instance, sms, 1) and settled(instance, push, 1),
        PATIENCE_S,
        "both messages end by themselves",
        lambda: (states(instance, sms), states(instance, push)),
    )
    house.wait_until(
        lambda: states(instance, sms)[30] == 0, PATIENCE_S, "every receipt of an accepted SMS"
    )
    instance.healthy()

    texts = asked(f"{instance.outside_url}/api/sms")["texts"]
    telephones = Counter(each["number"] for each in texts if each["text"] == "Tenace")
    held(states(instance, sms), telephones, final=40, in_doubt=SMS_IN_FLIGHT)
    shown = asked(f"http://127.0.0.1:{instance.port + 5}/api/notifications?since=0")
    devices = Counter(
        each["channel"] for each in shown["notifications"] if "tenace" in each["channel"]
    )
    held(states(instance, push), devices, final=30, in_doubt=PUSH_IN_FLIGHT)


def held(by_state: Counter, arrived: Counter, *, final: int, in_doubt: int) -> None:
    """None lost, none doubled, and what nobody knows is said."""
    good, unknown = by_state.pop(final, 0), by_state.pop(20, 0)
    assert by_state == {} and good + unknown == PEOPLE
    assert unknown <= in_doubt
    assert [who for who, count in arrived.items() if count > 1] == []
    assert good <= len(arrived) <= PEOPLE
