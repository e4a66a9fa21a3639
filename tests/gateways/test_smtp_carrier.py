"""One thread that holds several connections keeps every promise that a thread for each keeps."""

import asyncio
import math
import threading

import pytest

from beffroi.gateways import smtp
from beffroi.gateways.parcels import Stage, Verdict
from beffroi.gateways.relay import Relay
from beffroi.gateways.smtp import SmtpGateway
from tests.gateways.relays import Aiosmtpd, SmtpSink
from tests.gateways.test_smtp import parcels

ALWAYS_QUICK, NEVER_SURE = (math.inf, math.inf), (math.inf, 0.0)


class Counted:
    """A ledger that knows who turned its pages, and when all of it was turned."""

    def __init__(self, waiting):
        self.waiting, self.outcomes, self.threads = list(waiting), {}, []
        self.left_at_the_end = threading.Event()
        self.lock = threading.Lock()
        self.count = len(self.waiting)

    def take(self):
        with self.lock:
            return self.waiting.pop(0) if self.waiting else None

    def turn(self, done, begun):
        with self.lock:
            self.threads.append(threading.get_ident())
            if done is not None:
                assert done.ref not in self.outcomes
                self.outcomes[done.ref] = done

    def left(self):
        if len(self.outcomes) == self.count:
            self.left_at_the_end.set()


@pytest.fixture
def sink(tmp_path):
    relay = SmtpSink(tmp_path)
    yield relay
    relay.stop()


@pytest.mark.parametrize(("quick_s", "slow_s"), [ALWAYS_QUICK, NEVER_SURE])
def test_every_message_leaves_once_however_often_the_threads_take_turns(
    sink, monkeypatch, quick_s, slow_s
):
    monkeypatch.setattr(smtp, "QUICK_S", quick_s)
    monkeypatch.setattr(smtp, "SLOW_S", slow_s)
    ledger = Counted(parcels(1_000))
    with SmtpGateway(Relay(host="127.0.0.1", port=sink.port)) as gateway:
        gateway.drive(ledger, connections=8)
        assert ledger.left_at_the_end.wait(30)
        kept = len(gateway._idle)
    assert {outcome.verdict for outcome in ledger.outcomes.values()} == {Verdict.ACCEPTED}
    assert len(sink.recipients()) == len(set(sink.recipients())) == 1_000
    if (quick_s, slow_s) == ALWAYS_QUICK:
        assert len(set(ledger.threads[-300:])) == 1 < kept


def test_a_relay_that_keeps_one_message_to_itself_does_not_hold_up_the_others(
    tmp_path, monkeypatch
):
    class Musing(Aiosmtpd):
        async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd names it
            if envelope.rcpt_tos == ["habitant.150@exemple.fr"]:
                await asyncio.sleep(20)
            return await super().handle_DATA(server, session, envelope)

    monkeypatch.setattr(smtp, "SLOW_S", math.inf)
    relay = Musing(tmp_path)
    ledger = Counted(parcels(300))
    how = Relay(host="127.0.0.1", port=relay.port, reply_timeout_s=1)
    with SmtpGateway(how) as gateway:
        gateway._quick = True
        gateway.drive(ledger, connections=8)
        assert ledger.left_at_the_end.wait(30)
    relay.stop()
    odd = ledger.outcomes.pop(150)
    assert len(set(ledger.threads)) == 1
    assert (odd.verdict, odd.stage) == (Verdict.AMBIGUOUS, Stage.CONTENT)
    assert {outcome.verdict for outcome in ledger.outcomes.values()} == {Verdict.ACCEPTED}
