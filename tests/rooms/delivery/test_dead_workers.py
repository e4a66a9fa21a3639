"""Workers that died, lost their host, their lease or their claim: what the next one makes of it."""

import time
import uuid

import pytest

from beffroi.delivery.engine import rows
from beffroi.delivery.engine.journal import AlreadyRunning, Journal, Mark, Place
from beffroi.delivery.models import Chunk, Message
from beffroi.delivery.queries import messages as message_queries
from beffroi.delivery.words import (
    Channel,
    DeliveryState as State,
    Lane,
    MessageState,
)
from tests.cast import NOON
from tests.rooms.delivery import cast

pytestmark = pytest.mark.django_db


def a_dead_workers_chunk(town, settings, lane, *, worker=None):
    """Four recipients: one accepted, one refused, one begun, one untouched; the worker is no more."""
    message_id = cast.sent(town, cast.people(town, 4), lane=lane)
    place, claim_id = Place(settings.JOURNAL_DIR, "engine-9"), uuid.uuid4()
    claim = rows.claim(
        claim_id,
        worker=worker or place.worker,
        channel=Channel.EMAIL,
        lanes_below=9,
        window=3,
        now=NOON,
    )
    assert claim is not None and claim.message_id == message_id
    journal = Journal(place.folder, claim_id, message_id)
    journal.write((0, Mark.BEGUN, 0), (1, Mark.BEGUN, 0))
    journal.write((0, Mark.ACCEPTED, 250), (1, Mark.REFUSED, 550))
    journal.write((2, Mark.BEGUN, 0))
    return message_id


@pytest.mark.parametrize(
    ("lane", "doubtful", "reached"),
    [(Lane.CAMPAIGN, State.UNKNOWN, 1), (Lane.TRANSACTIONAL, State.ACCEPTED, 2)],
)
def test_a_dead_workers_journal_settles_its_chunk(
    town, engine, relay, settings, lane, doubtful, reached
):
    message_id = a_dead_workers_chunk(town, settings, lane)
    engine()
    assert cast.states(town, message_id) == [
        State.ACCEPTED,
        State.REFUSED,
        doubtful,
        State.ACCEPTED,
    ]
    assert len(relay.received) == reached
    assert list(settings.JOURNAL_DIR.glob("*.journal")) == []
    assert message_queries.progress(town, message_id).state == MessageState.DONE


def test_a_worker_of_a_lost_host_leaves_in_doubt_only_what_it_had_leave_to_send(
    town, engine, relay, clock
):
    message_id = cast.sent(town, cast.people(town, 4))
    rows.claim(
        uuid.uuid4(),
        worker="elsewhere:boot:engine-1",
        channel=Channel.EMAIL,
        lanes_below=9,
        window=3,
        now=NOON,
    )
    engine()
    assert set(cast.states(town, message_id)) == {State.PLANNED}  # it may still live
    clock.forward(minutes=11)
    engine()
    assert cast.states(town, message_id) == [State.UNKNOWN] * 3 + [State.ACCEPTED]
    assert relay.recipients() == ["habitant.3@exemple.fr"]


def test_an_emergency_in_doubt_goes_out_again_and_it_is_said_how_many_may_have_it_twice(
    town, engine, relay, clock
):
    message_id = cast.sent(town, cast.people(town, 4), lane=Lane.EMERGENCY)
    rows.claim(
        uuid.uuid4(),
        worker="elsewhere:boot:engine-1",
        channel=Channel.EMAIL,
        lanes_below=9,
        window=3,
        now=NOON,
    )
    clock.forward(minutes=11)
    engine()
    assert cast.states(town, message_id) == [State.ACCEPTED] * 4
    assert message_queries.sent_again(town, message_id) == 3


def test_a_living_workers_chunk_is_left_alone(town, engine, relay, settings):
    message_id = cast.sent(town, cast.people(town, 1))
    place = Place(settings.JOURNAL_DIR, "engine-2")
    place.lock()
    rows.claim(
        uuid.uuid4(), worker=place.worker, channel=Channel.EMAIL, lanes_below=9, window=3, now=NOON
    )
    engine()
    place.unlock()
    assert relay.received == []
    engine()
    assert cast.states(town, message_id) == [State.ACCEPTED]


def test_two_workers_never_share_a_name(settings, monkeypatch):
    monkeypatch.setattr("beffroi.delivery.engine.journal.LOCK_WAIT_S", 0.1)
    first, second = (Place(settings.JOURNAL_DIR, "engine-1") for _ in range(2))
    first.lock()
    with pytest.raises(AlreadyRunning):
        second.lock()
    second.unlock()
    first.unlock()
    second.lock()
    second.unlock()


def test_a_worker_that_lost_its_claim_commits_what_it_knows_and_takes_nothing_more(town):
    message_id = cast.sent(town, cast.people(town, 2))
    claim_id = uuid.uuid4()
    claim = rows.claim(
        claim_id, worker="a:b:c", channel=Channel.EMAIL, lanes_below=9, window=1, now=NOON
    )
    assert claim is not None
    Chunk.objects.of(town).filter(message_id=message_id).update(claim=uuid.uuid4())
    assert rows.extend(claim_id, claim, reached=2, now=NOON) is None
    assert not rows.settle(claim_id, claim, [], release=rows.Release(0, 0, complete=True), now=NOON)


def test_a_worker_whose_lease_ran_out_hands_out_nothing_until_it_is_renewed(town, settings):
    from beffroi.delivery.engine.desk import Lot
    from beffroi.delivery.press import compose

    message_id = cast.sent(town, cast.people(town, 2), lane=Lane.EMERGENCY)
    claim_id = uuid.uuid4()
    claim = rows.claim(
        claim_id, worker="a:b:c", channel=Channel.EMAIL, lanes_below=9, window=9, now=NOON
    )
    assert claim is not None
    message = Message.objects.of(town).get(id=message_id)
    recipients, _ = rows.load(claim, message, now=NOON)
    folder = Place(settings.JOURNAL_DIR, "engine-1").folder
    journal = Journal(folder, claim_id, message_id)
    lot = Lot(claim_id, claim, compose(message, at=NOON), recipients, journal)
    assert lot.next() == recipients[0]
    lot.renew(time.monotonic() - 31)
    assert lot.next() is None
    lot.renew(time.monotonic())
    assert lot.next() == recipients[1]
    journal.remove()
