"""What the gateway promises, against two relays that share no code with it or with each other."""

import threading

import pytest

from beffroi.gateways.parcels import Parcel, Stage, Verdict
from beffroi.gateways.relay import BadRelay, Relay, Tls, relay_from_url
from beffroi.gateways.smtp import SmtpGateway
from beffroi.servers.ports import free_port
from tests.gateways.relays import Aiosmtpd, SmtpSink


@pytest.fixture(params=[Aiosmtpd, SmtpSink], ids=["aiosmtpd", "smtp-sink"])
def relay_of(request, tmp_path):
    started = []

    def start(**how):
        started.append(request.param(tmp_path, **how))
        return started[-1]

    yield start
    for each in started:
        each.stop()


@pytest.fixture
def aiosmtpd_of(tmp_path):
    started = []

    def start(**how):
        started.append(Aiosmtpd(tmp_path, **how))
        return started[-1]

    yield start
    for each in started:
        each.stop()


def parcels(count: int, body: bytes = b"Bonjour") -> list[Parcel]:
    return [
        Parcel(
            n,
            b"r-%d@retours.example" % n,
            b"habitant.%d@exemple.fr" % n,
            b"Subject: Essai\r\n\r\n" + body + b"\r\n.\r\n",
        )
        for n in range(count)
    ]


def gateway_to(port: int, **how) -> SmtpGateway:
    return SmtpGateway(Relay(host="127.0.0.1", port=port, reply_timeout_s=5, **how))


@pytest.mark.parametrize("pipelining", [True, False])
def test_every_message_arrives_once_and_outcomes_keep_their_order(relay_of, pipelining):
    relay = relay_of(pipelining=pipelining)
    with gateway_to(relay.port) as gateway:
        outcomes = gateway.send(parcels(60))
    assert [outcome.ref for outcome in outcomes] == list(range(60))
    assert {outcome.verdict for outcome in outcomes} == {Verdict.ACCEPTED}
    assert sorted(relay.recipients()) == sorted(f"habitant.{n}@exemple.fr" for n in range(60))


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize(
    ("command", "stage"),
    [("MAIL", Stage.SENDER), ("RCPT", Stage.RECIPIENT), (".", Stage.CONTENT)],
)
def test_a_soft_answer_at_any_step_means_retry_and_spoils_nothing_after_it(
    relay_of, command, stage, pipelining
):
    relay = relay_of(soft=command, pipelining=pipelining)
    with gateway_to(relay.port) as gateway:
        outcomes = gateway.send(parcels(5))
    assert [(o.verdict, o.stage, o.code // 100) for o in outcomes] == [
        (Verdict.RETRY, stage, 4)
    ] * 5
    if command != ".":  # smtp-sink keeps a copy of what it then puts off
        assert relay.recipients() == []


@pytest.mark.parametrize(
    ("command", "stage"),
    [("MAIL", Stage.SENDER), ("RCPT", Stage.RECIPIENT), (".", Stage.CONTENT)],
)
def test_a_hard_answer_at_any_step_means_refused(relay_of, command, stage):
    relay = relay_of(hard=command)
    with gateway_to(relay.port) as gateway:
        outcomes = gateway.send(parcels(5))
    assert [(o.verdict, o.stage, o.code // 100) for o in outcomes] == [
        (Verdict.REFUSED, stage, 5)
    ] * 5


def test_a_connection_lost_before_the_answer_to_the_dot_is_said_to_be_ambiguous(relay_of):
    relay = relay_of(quit_at=".")
    with gateway_to(relay.port) as gateway:
        outcomes = gateway.send(parcels(2))
    assert outcomes[0].verdict is Verdict.AMBIGUOUS
    assert {outcome.verdict for outcome in outcomes} <= {Verdict.AMBIGUOUS, Verdict.RETRY}


def test_a_connection_lost_before_the_body_leaves_no_doubt(relay_of):
    relay = relay_of(quit_at="RCPT")
    with gateway_to(relay.port) as gateway:
        outcomes = gateway.send(parcels(2))
    assert {outcome.verdict for outcome in outcomes} == {Verdict.RETRY}


def test_a_relay_that_is_not_there_means_retry_for_all():
    with gateway_to(free_port()) as gateway:
        outcomes = gateway.send(parcels(3))
    assert {(o.verdict, o.stage, o.code) for o in outcomes} == {(Verdict.RETRY, Stage.CONNECT, 0)}


def test_connections_are_kept_from_one_sending_to_the_next(relay_of):
    relay = relay_of()
    with gateway_to(relay.port) as gateway:
        gateway.send(parcels(1))
        (_, link) = gateway._idle[-1]
        gateway.send(parcels(1))
        assert gateway._idle[-1][1] is link
        assert link.used == 2


@pytest.mark.parametrize("pipelining", [True, False])
def test_a_refusal_leaves_a_kept_connection_ready_for_the_next_sending(aiosmtpd_of, pipelining):
    relay = aiosmtpd_of(hard="RCPT", pipelining=pipelining)
    with gateway_to(relay.port) as gateway:
        (refused,) = gateway.send(parcels(1))
        relay.hard = ""
        (following,) = gateway.send(parcels(1))
    assert (refused.code, following.code) == (550, 250)


def test_several_connections_share_one_ledger_and_nothing_is_sent_twice(relay_of):
    relay = relay_of()
    ledger = Tally(parcels(200))
    with gateway_to(relay.port, connections=4) as gateway:
        gateway.drive(ledger, connections=4)
        assert ledger.idle.wait(30)
    assert sorted(ledger.done) == list(range(200))
    assert len(relay.recipients()) == len(set(relay.recipients())) == 200


def test_every_body_is_announced_before_it_leaves(relay_of):
    ledger = Tally(parcels(20))
    with gateway_to(relay_of().port) as gateway:
        gateway.drive(ledger, connections=1)
        assert ledger.idle.wait(30)
    begun, done = set(), set()
    for outcome, parcel in ledger.turns:
        if outcome is not None:
            assert outcome.ref in begun
            done.add(outcome.ref)
        if parcel is not None:
            begun.add(parcel.ref)
            assert len(begun - done) <= 1  # what a crash leaves in doubt
    assert done == set(range(20))


def test_a_full_disk_under_the_journal_stops_the_sending(relay_of):
    class Full(Tally):
        def turn(self, done, begun):
            raise OSError("No space left on device")

    ledger = Full(parcels(3))
    with gateway_to(relay_of().port) as gateway:
        gateway.drive(ledger, connections=1)
        assert ledger.idle.wait(30)
        assert isinstance(gateway.failure, OSError)


def test_a_message_too_big_for_the_relay_is_refused_here(aiosmtpd_of):
    relay = aiosmtpd_of()
    with gateway_to(relay.port) as gateway:
        big, small = parcels(2, b"x" * 100)
        big = big._replace(data=b"x" * (34 * 1024 * 1024) + b"\r\n.\r\n")
        outcomes = gateway.send([big, small])
    assert [(o.verdict, o.code) for o in outcomes] == [
        (Verdict.REFUSED, 552),
        (Verdict.ACCEPTED, 250),
    ]


def test_the_envelope_carries_the_return_path_of_each_delivery(aiosmtpd_of):
    relay = aiosmtpd_of()
    with gateway_to(relay.port) as gateway:
        gateway.send(parcels(3))
    assert [sender for sender, _, _ in relay.received] == [
        f"r-{n}@retours.example" for n in range(3)
    ]


def test_starttls_is_used_when_offered_and_can_be_demanded(aiosmtpd_of, certificate):
    server, client = certificate
    relay = aiosmtpd_of(tls=server)
    for tls, context in ((Tls.OFFERED, None), (Tls.REQUIRED, client)):
        with gateway_to(relay.port, tls=tls, context=context) as gateway:
            assert gateway.send(parcels(2))[1].verdict is Verdict.ACCEPTED
    assert relay.secured == 2


def test_a_certificate_that_nobody_vouches_for_is_not_enough_when_tls_is_required(
    aiosmtpd_of, certificate
):
    relay = aiosmtpd_of(tls=certificate[0])
    with gateway_to(relay.port, tls=Tls.REQUIRED) as gateway:
        assert gateway.send(parcels(1))[0].verdict is Verdict.RETRY
    assert relay.received == []


def test_a_relay_without_tls_gets_nothing_when_tls_is_required(relay_of):
    relay = relay_of()
    with gateway_to(relay.port, tls=Tls.REQUIRED) as gateway:
        assert gateway.send(parcels(1))[0].verdict is Verdict.RETRY
    assert relay.recipients() == []


def test_the_password_opens_the_relay_and_a_wrong_one_sends_nothing(aiosmtpd_of, certificate):
    relay = aiosmtpd_of(password="secret", tls=certificate[0])
    with gateway_to(relay.port, user="mairie", password="secret") as gateway:
        assert gateway.send(parcels(1))[0].verdict is Verdict.ACCEPTED
    with gateway_to(relay.port, user="mairie", password="faux") as gateway:
        assert gateway.send(parcels(1))[0].verdict is Verdict.RETRY


@pytest.mark.parametrize(
    "url", ["http://relay.example", "smtp://", "smtp://h:port", "smtp://h?tls=x"]
)
def test_an_address_that_is_no_relay_is_refused(url):
    with pytest.raises(BadRelay):
        relay_from_url(url)


def test_an_address_says_everything_about_the_relay():
    relay = relay_from_url("smtp://mairie:se%40cret@relay.example:587?tls=required&connections=3")
    assert (relay.host, relay.port, relay.user, relay.password, relay.tls, relay.connections) == (
        "relay.example",
        587,
        "mairie",
        "se@cret",
        Tls.REQUIRED,
        3,
    )
    assert relay_from_url("smtps://relay.example").tls is Tls.IMPLICIT


class Tally:
    """A ledger that remembers every turn."""

    def __init__(self, waiting):
        self.waiting, self.turns, self.done = list(waiting), [], []
        self.idle, self.lock = threading.Event(), threading.Lock()

    def take(self):
        with self.lock:
            return self.waiting.pop(0) if self.waiting else None

    def turn(self, done, begun):
        with self.lock:
            self.turns.append((done, begun))
            if done is not None:
                self.done.append(done.ref)

    def left(self):
        if not self.waiting:
            threading.Timer(0.3, self.idle.set).start()
        else:
            self.idle.set()
