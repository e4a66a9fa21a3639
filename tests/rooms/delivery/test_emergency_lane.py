"""An emergency overtakes every campaign, whichever engine has what in hand."""

import time
import uuid

import pytest

from beffroi.delivery.engine import rows
from beffroi.delivery.engine.journal import Place
from beffroi.delivery.engine.worker import Worker
from beffroi.delivery.models import Chunk
from beffroi.delivery.queries import messages as queries
from beffroi.delivery.services import messages
from beffroi.delivery.words import Channel, DeliveryState as State, Lane, MessageState
from beffroi.gateways.relay import Relay
from beffroi.gateways.smtp import SmtpGateway
from tests.rooms.delivery import cast
from tests.rooms.delivery.telephones import an_sms, phones
from tests.rooms.delivery.test_kill import messages_time, start, wait_until


@pytest.fixture
def worker(settings, clock, relay):
    place = Place(settings.JOURNAL_DIR, "engine-1")
    place.lock()
    with SmtpGateway(Relay(host="127.0.0.1", port=relay.port, connections=2)) as gateway:
        yield Worker(gateway, place, clock=clock)
    place.unlock()


def claimed_elsewhere(clock, channel):
    claim = rows.claim(
        uuid.uuid4(),
        worker="another:place:engine-9",
        channel=channel,
        lanes_below=1,
        window=9,
        now=clock(),
    )
    assert claim is not None


def test_a_campaign_waits_while_another_engine_sends_an_emergency(town, worker, clock):
    """Until it is done, or its holder has shown no sign of life for half a minute."""
    people = cast.people(town, 3)
    cast.sent(town, people[:1], lane=Lane.EMERGENCY)
    claimed_elsewhere(clock, Channel.EMAIL)
    campaign = cast.sent(town, people)
    letter = cast.sent(town, people[:1], lane=Lane.TRANSACTIONAL)

    deadline = time.monotonic() + 20
    while cast.states(town, letter) != [State.ACCEPTED]:
        assert time.monotonic() < deadline
        worker.step()
        worker.desk.bell.wait(0.1)
    worker.step()
    assert cast.states(town, campaign) == [State.PLANNED] * 3

    clock.forward(seconds=31)
    worker.run_until_idle()
    assert cast.states(town, campaign) == [State.ACCEPTED] * 3


def test_an_emergency_on_another_channel_holds_up_letters_for_a_minute_at_most(town, worker, clock):
    an_sms(town, phones(town), lane=Lane.EMERGENCY)
    campaign = cast.sent(town, cast.people(town, 3))

    worker.step()
    assert worker.desk.gives_way
    clock.forward(seconds=61)
    worker.run_until_idle()

    assert cast.states(town, campaign) == [State.ACCEPTED] * 3


def test_an_emergency_is_cut_small_so_that_every_engine_has_its_share(town):
    message_id = cast.sent(town, cast.people(town, 700), lane=Lane.EMERGENCY)

    chunks = Chunk.objects.of(town).filter(message_id=message_id).order_by("n")
    assert [chunk.hi - chunk.lo for chunk in chunks] == [100, 200, 200, 200]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_engines_put_a_campaign_aside_as_soon_as_an_emergency_begins(town, relay, tmp_path):
    people = cast.people(town, 3_000)
    messages.enqueue(town, cast.a_message(), recipients=people, at=messages_time())
    workers = [start(tmp_path, relay, name) for name in ("engine-1", "engine-2")]
    try:
        wait_until(lambda: len(relay.received) > 100, "the campaign is under way")
        urgent = messages.enqueue(
            town,
            cast.a_message(lane=Lane.EMERGENCY, subject="Évacuation", html=""),
            recipients=people[:700],
            at=messages_time(),
        )
        wait_until(
            lambda: queries.progress(town, urgent).state == MessageState.DONE, "the emergency"
        )
        wait_until(lambda: len(relay.received) == 3_700, "the campaign goes on")
    finally:
        for worker in workers:
            worker.terminate()
            worker.wait(20)

    places = [n for n, (_, _, raw) in enumerate(relay.received) if is_urgent(raw)]
    assert len(places) == 700
    between = places[-1] - places[0] + 1 - 700
    assert (
        between <= 250
    )  # of 2,900: what the other engine sends until it looks (`worker.GIVE_WAY_S`)


def is_urgent(raw: bytes) -> bool:
    return b"Precedence: bulk" not in raw
