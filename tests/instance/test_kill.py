"""kill -9 of an engine worker, PostgreSQL and the web server in the middle of 5,000 messages."""

import json
import urllib.request
from collections import Counter
from functools import partial

import psycopg
import pytest

from tests.instance import whole as house

pytestmark = [pytest.mark.instance, pytest.mark.slow]

PEOPLE = 5_000
CONNECTIONS = 8
PATIENCE_S = 240

SEND = f"""
from datetime import UTC, datetime
from beffroi.delivery.outgoing import OutgoingMessage
from beffroi.delivery.services import contact_points, messages
from beffroi.delivery.words import Channel, Lane
from beffroi.towns.models import Town
town, now = Town.objects.order_by("id").first(), datetime.now(UTC)
addresses = [f"tenace.{{n}}@exemple.fr" for n in range({PEOPLE})]
people = contact_points.find_or_create_many(town, Channel.EMAIL, addresses, at=now)
letter = OutgoingMessage(
    lane=Lane.CAMPAIGN, subject="Tenace", text="Bonjour", from_name="Ville",
    from_address=town.sender_address, base_url="http://127.0.0.1/ville", reference="kill",
)
print("message", messages.enqueue(town, letter, recipients=people, at=now))
"""


def received(instance) -> list[str]:
    with urllib.request.urlopen(f"{instance.outside_url}/api/messages", timeout=30) as answer:
        found = json.load(answer)["messages"]
    return [each["recipient"] for each in found if each["recipient"].startswith("tenace.")]


def at_least(instance, count: int) -> bool:
    return len(received(instance)) >= count


def ask(instance, query: str, message_id: int) -> list[tuple]:
    """An answer from the database, or nothing while it is away."""
    try:
        with psycopg.connect(instance.database_url) as session:
            return session.execute(query, [message_id]).fetchall()
    except psycopg.OperationalError:
        return []


def test_a_campaign_survives_the_death_of_everything_it_needs(instance):
    said = instance.manage("shell", "-v", "0", "-c", SEND)
    message_id = int(said.rpartition("message ")[2])
    for share, program in enumerate(("engine-1", "postgres", "web", "engine-2"), start=1):
        house.wait_until(
            partial(at_least, instance, share * PEOPLE // 6),
            PATIENCE_S,
            f"a share of the messages before {program} is killed",
        )
        killed = instance.kill(program)
        assert len(received(instance)) < PEOPLE
        instance.restarted(program, killed)
    house.wait_until(
        lambda: ask(
            instance, "SELECT FROM delivery_message WHERE id = %s AND state = 4", message_id
        ),
        PATIENCE_S,
        "the campaign ends by itself",
    )
    instance.healthy()

    by_state = dict(
        ask(
            instance,
            "SELECT state, count(*) FROM delivery_delivery WHERE message_id = %s GROUP BY state",
            message_id,
        )
    )
    accepted, unknown = by_state.pop(30, 0), by_state.pop(20, 0)
    assert by_state == {} and accepted + unknown == PEOPLE
    assert unknown <= 2 * CONNECTIONS  # one per connection of each worker that was killed
    arrived = Counter(received(instance))
    assert [address for address, count in arrived.items() if count > 1] == []
    assert PEOPLE - unknown <= len(arrived) <= PEOPLE
