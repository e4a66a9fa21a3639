"""What the push gateway promises, against the shipped push service and against one that behaves badly."""

import time

import pytest

from beffroi.gateways.parcels import Manner, Parcel, Stage, Urgency, Verdict
from beffroi.gateways.push.aes128gcm import MAX_PAYLOAD_BYTES
from beffroi.gateways.push.wire import Patience
from beffroi.servers.ports import free_port
from tests.gateways.push.services import Notebook, Rough, Shipped, deliver, gateway, parcel


@pytest.fixture(params=[Shipped, Rough], ids=["shipped", "rough"])
def service(request, tmp_path):
    started = request.param(tmp_path)
    yield started
    started.stop()


@pytest.fixture
def rough(tmp_path):
    started = Rough(tmp_path)
    yield started
    started.stop()


@pytest.fixture
def shipped(tmp_path):
    started = Shipped(tmp_path)
    yield started
    started.stop()


def verdicts(notebook) -> set:
    return {(each.verdict, each.stage, each.code) for each in notebook.outcomes.values()}


def test_every_message_arrives_once_at_the_device_it_is_for(service):
    with gateway() as sender:
        notebook = deliver(sender, [parcel(service, service.GOOD, n) for n in range(200)])

    assert verdicts(notebook) == {(Verdict.ACCEPTED, Stage.CONTENT, 201)}
    assert sorted(notebook.outcomes) == list(range(200))
    assert sorted(service.received()) == sorted(f"Bonjour {n}" for n in range(200))


def test_a_message_is_written_down_before_it_leaves_and_after_it_was_answered(service):
    with gateway() as sender:
        notebook = deliver(sender, [parcel(service, service.GOOD, n) for n in range(50)])

    for n in range(50):
        assert notebook.told.index(("begun", n)) < notebook.told.index(("done", n))


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("GONE", (Verdict.REFUSED, Stage.RECIPIENT, 410)),
        ("BUSY", (Verdict.RETRY, Stage.RECIPIENT, 429)),
        ("BROKEN", (Verdict.RETRY, Stage.RECIPIENT, 503)),
    ],
)
def test_a_push_service_that_will_not_take_it_is_understood(service, how, expected):
    with gateway() as sender:
        notebook = deliver(sender, [parcel(service, getattr(service, how), 1)])

    assert verdicts(notebook) == {expected}
    assert sender.unreachable == ""


def test_the_manner_of_a_message_travels_with_it(shipped):
    hasty = Manner(urgency=Urgency.HIGH, ttl_s=600, topic="vigilance-33-orages")
    with gateway() as sender:
        deliver(sender, [parcel(shipped, shipped.GOOD, 1, manner=hasty)])
        deliver(sender, [parcel(shipped, shipped.GOOD, 2)])

    first, second = shipped.store.since(0)
    assert (first.urgency, first.ttl_s, len(first.topic)) == ("high", 600, 32)
    assert "vigilance" not in first.topic
    assert (second.urgency, second.ttl_s, second.topic) == ("normal", 86_400, "")


def test_a_payload_that_is_too_long_never_leaves(service):
    with gateway() as sender:
        notebook = deliver(
            sender,
            [
                parcel(service, service.GOOD, 1, b"x" * (MAX_PAYLOAD_BYTES + 1)),
                parcel(service, service.GOOD, 2, b"x" * MAX_PAYLOAD_BYTES),
            ],
        )

    assert notebook.outcomes[1][1:4] == (Verdict.REFUSED, Stage.CONTENT, 413)
    assert notebook.outcomes[2].verdict is Verdict.ACCEPTED
    assert ("begun", 1) not in notebook.told


@pytest.mark.parametrize("recipient", [b"", b"{}", b'{"endpoint":"","p256dh":"","auth":""}'])
def test_what_is_no_subscription_spoils_nothing(shipped, recipient):
    with gateway() as sender:
        notebook = deliver(
            sender, [Parcel(1, b"", recipient, b"x"), parcel(shipped, shipped.GOOD, 2)]
        )

    assert notebook.outcomes[1][1:3] == (Verdict.REFUSED, Stage.RECIPIENT)
    assert notebook.outcomes[2].verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("how", "verdict", "stage"),
    [
        ("200", Verdict.ACCEPTED, Stage.CONTENT),
        ("202", Verdict.ACCEPTED, Stage.CONTENT),
        ("301", Verdict.REFUSED, Stage.SENDER),
        ("400", Verdict.REFUSED, Stage.SENDER),
        ("401", Verdict.REFUSED, Stage.SENDER),
        ("403", Verdict.REFUSED, Stage.SENDER),
        ("404", Verdict.REFUSED, Stage.RECIPIENT),
        ("413", Verdict.REFUSED, Stage.CONTENT),
        ("500", Verdict.RETRY, Stage.RECIPIENT),
        ("502", Verdict.RETRY, Stage.RECIPIENT),
    ],
)
def test_each_answer_has_one_meaning(rough, how, verdict, stage):
    with gateway() as sender:
        notebook = deliver(sender, [parcel(rough, how, 1)])

    assert verdicts(notebook) == {(verdict, stage, int(how))}
    assert len(rough.requests) == 1


def test_a_redirection_leads_nowhere(rough):
    elsewhere = free_port()
    rough.once.append(f"307:Location=http://127.0.0.1:{elsewhere}/201/x")
    with gateway() as sender:
        notebook = deliver(sender, [parcel(rough, "201", 1)])

    assert verdicts(notebook) == {(Verdict.REFUSED, Stage.SENDER, 307)}
    assert len(rough.requests) == 1


def test_a_short_pause_that_the_service_asks_for_is_waited_out(rough):
    rough.once.append("429:Retry-After=1")
    started = time.monotonic()
    with gateway() as sender:
        notebook = deliver(sender, [parcel(rough, "201", n) for n in range(5)], connections=1)

    assert verdicts(notebook) == {(Verdict.ACCEPTED, Stage.CONTENT, 201)}
    assert time.monotonic() - started > 1
    assert len(rough.requests) == 6


@pytest.mark.parametrize(
    "asked", ["429:Retry-After=600", "503:Retry-After=Fri, 31 Dec 2100 23:59:59 GMT"]
)
def test_a_long_pause_hands_the_rest_back_and_leaves_other_services_alone(rough, shipped, asked):
    rough.once.append(asked)
    with gateway() as sender:
        notebook = deliver(sender, [parcel(rough, "201", n) for n in range(50)], connections=1)
        elsewhere = deliver(sender, [parcel(shipped, shipped.GOOD, 99)])

    assert {each.verdict for each in notebook.outcomes.values()} == {Verdict.RETRY}
    assert {each.stage for each in notebook.outcomes.values()} == {Stage.RECIPIENT}
    assert len(rough.requests) == 1
    assert verdicts(elsewhere) == {(Verdict.ACCEPTED, Stage.CONTENT, 201)}


@pytest.mark.parametrize("how", ["cut", "stall", "noise", "heads"])
def test_a_request_that_left_and_was_not_answered_is_in_doubt_and_not_sent_again(rough, how):
    with gateway(patience=Patience(connect_s=1, answer_s=1)) as sender:
        notebook = deliver(sender, [parcel(rough, how, 1)])

    assert verdicts(notebook) == {(Verdict.AMBIGUOUS, Stage.CONTENT, 0)}
    assert len(rough.requests) == 1


def test_an_answer_without_end_is_still_an_answer(rough):
    with gateway() as sender:
        notebook = deliver(sender, [parcel(rough, "giant", 1), parcel(rough, "201", 2)])

    assert verdicts(notebook) == {(Verdict.ACCEPTED, Stage.CONTENT, 201)}


def test_connections_are_kept_and_as_many_as_asked_for(rough):
    with gateway() as sender:
        deliver(sender, [parcel(rough, "201", n) for n in range(100)], connections=4)

    assert rough.connections <= 4


def test_nobody_there_means_nothing_was_tried_and_the_gateway_says_so(rough):
    there = parcel(rough, "201", 2)
    with gateway() as sender:
        rough.stop()
        notebook = deliver(sender, [parcel(rough, "201", n) for n in range(9)], connections=2)
        assert sender.unreachable
        rough.start()
        again = deliver(sender, [there])

    assert verdicts(notebook) == {(Verdict.RETRY, Stage.CONNECT, 0)}
    assert notebook.taken == 2, "the rest stays with the ledger"
    assert verdicts(again) == {(Verdict.ACCEPTED, Stage.CONTENT, 201)}
    assert sender.unreachable == ""


def test_one_service_that_is_away_holds_up_no_other_and_costs_its_parcels_a_try(rough, shipped):
    with gateway() as sender:
        deliver(sender, [parcel(shipped, shipped.GOOD, 0)])
        rough.stop()
        lost = [parcel(rough, "201", n) for n in range(1, 30)]
        notebook = deliver(sender, [*lost, parcel(shipped, shipped.GOOD, 99)], connections=1)
        assert sender.unreachable == ""
        rough.start()

    assert notebook.outcomes.pop(99).verdict is Verdict.ACCEPTED
    assert verdicts(notebook) == {(Verdict.RETRY, Stage.RECIPIENT, 0)}
    assert len(notebook.outcomes) == 29


def test_a_ledger_that_cannot_write_stops_the_gateway_and_nothing_more_leaves(rough):
    class Full(Notebook):
        def turn(self, done, begun):
            raise OSError("no space left on device")

    with gateway() as sender:
        sender.drive(Full([parcel(rough, "201", n) for n in range(9)]), connections=1)
        while sender.busy:
            time.sleep(0.01)

    assert isinstance(sender.failure, OSError)
    assert rough.requests == []


def test_a_push_service_is_known_by_its_certificate(tmp_path, certificate):
    server, client = certificate
    known = Rough(tmp_path, tls=server)
    try:
        letter = parcel(known, "201", 1)
        with gateway(patience=Patience(context=client)) as sender:
            assert verdicts(deliver(sender, [letter])) == {(Verdict.ACCEPTED, Stage.CONTENT, 201)}
        with gateway() as sender:
            assert verdicts(deliver(sender, [letter])) == {(Verdict.RETRY, Stage.CONNECT, 0)}
    finally:
        known.stop()
