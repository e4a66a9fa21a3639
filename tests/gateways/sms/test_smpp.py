"""What the SMS gateway promises, against npm's smpp and against the simulator that Beffroi ships."""

import threading
import time

import pytest

from beffroi.gateways.parcels import Manner, Parcel, ReportKind, Stage, Urgency, Verdict
from beffroi.servers.ports import free_port
from tests.gateways.sms.peers import NodePeer
from tests.instance.whole import wait_until

SPECIAL = "+336399899"
REFUSED, THROTTLED, CUT, VENDOR, FAILED, SILENT, SLOW, SOFT, EARLY = (
    f"{SPECIAL}{n:02}" for n in range(1, 10)
)
LONG = "Vigilance orange vagues-submersion : éloignez-vous du littoral. " * 4


def sms(*numbers: str, text: str = "Marché déplacé place de l'église", first: int = 0):
    return [
        Parcel(first + n, b"ARCACHON", number.encode(), text.encode(), Manner(ttl_s=3_600))
        for n, number in enumerate(numbers)
    ]


class Ahead:
    """A clock that can be put forward."""

    def __init__(self):
        self._by = 0.0

    def __call__(self):
        return time.monotonic() + self._by

    def jump(self, seconds):
        self._by += seconds


def many(count: int) -> list[str]:
    return [f"+33639{980_000 + n:06}" for n in range(count)]


def reports(gateway, count: int) -> list:
    """Taken and kept, until there are so many."""
    found = []

    def enough():
        taken = gateway.inbox.take(100)
        gateway.inbox.kept(taken)
        found.extend(taken)
        return len(found) >= count

    wait_until(enough, 10, f"{count} reports, {len(found)} came")
    return found


def test_every_message_arrives_once_with_a_reference_and_a_receipt(smsc, gateway_to):
    gateway = gateway_to(smsc)
    outcomes = gateway.send(sms(*many(250)))
    assert [outcome.ref for outcome in outcomes] == list(range(250))
    assert {outcome.verdict for outcome in outcomes} == {Verdict.ACCEPTED}
    assert sorted(seen.to for seen in smsc.seen()) == many(250)
    assert {(seen.sender, seen.text) for seen in smsc.seen()} == {
        ("ARCACHON", "Marché déplacé place de l'église")
    }
    named = {reference for outcome in outcomes for reference in outcome.references}
    received = reports(gateway, 250)
    assert len(named) == 250 and {report.reference for report in received} == named
    assert {report.kind for report in received} == {ReportKind.DELIVERED}


@pytest.mark.parametrize("text", [LONG, LONG.replace(":", "😀 ê")], ids=["gsm", "ucs2"])
def test_a_long_message_is_one_outcome_with_a_reference_for_each_part(smsc, gateway_to, text):
    gateway = gateway_to(smsc)
    (outcome,) = gateway.send(sms(many(1)[0], text=text))
    assert outcome.verdict is Verdict.ACCEPTED
    assert len(outcome.references) == len(set(outcome.references)) > 1
    assert "".join(seen.text for seen in smsc.seen()) == text
    assert {r.reference for r in reports(gateway, len(outcome.references))} == set(
        outcome.references
    )


def test_answers_in_another_order_find_their_messages(smsc, gateway_to):
    smsc.switch(reorder=10)
    gateway = gateway_to(smsc)
    outcomes = gateway.send(sms(*many(40)))
    assert {outcome.verdict for outcome in outcomes} == {Verdict.ACCEPTED}
    assert len({outcome.references for outcome in outcomes}) == 40


def test_throttling_slows_down_and_costs_no_retry(smsc, gateway_to):
    outcomes = gateway_to(smsc).send(sms(THROTTLED, *many(30)))
    assert {outcome.verdict for outcome in outcomes} == {Verdict.ACCEPTED}
    assert {seen.to for seen in smsc.seen()} >= {THROTTLED, *many(30)}


def test_a_throttled_long_message_is_sent_whole(smsc, gateway_to):
    (outcome,) = gateway_to(smsc).send(sms(THROTTLED, text=LONG))
    assert outcome.verdict is Verdict.ACCEPTED and len(outcome.references) == 2


def test_a_bad_number_is_final_and_a_tired_centre_is_not(smsc, gateway_to):
    refused, soft = gateway_to(smsc).send(sms(REFUSED, SOFT))
    assert (refused.verdict, refused.stage, refused.code) == (
        Verdict.REFUSED,
        Stage.RECIPIENT,
        0x0B,
    )
    assert (soft.verdict, soft.code) == (Verdict.RETRY, 0x45)


def test_a_connection_that_breaks_leaves_a_doubt_about_what_was_on_its_way_only(smsc, gateway_to):
    gateway = gateway_to(smsc, window=1)
    outcomes = gateway.send(sms(*many(3), CUT, *many(6)[3:]))
    verdicts = [outcome.verdict for outcome in outcomes]
    assert verdicts == [*[Verdict.ACCEPTED] * 3, Verdict.AMBIGUOUS, *[Verdict.ACCEPTED] * 3]


def test_an_answer_that_never_comes_leaves_a_doubt(smsc, gateway_to):
    ahead = Ahead()
    gateway = gateway_to(smsc, clock=ahead)
    threading.Timer(0.5, ahead.jump, (31,)).start()
    silent, heard = gateway.send(sms(SILENT, many(1)[0]))
    assert (silent.verdict, heard.verdict) == (Verdict.AMBIGUOUS, Verdict.ACCEPTED)


def test_a_slow_answer_holds_nobody_else_up(smsc, gateway_to):
    outcomes = gateway_to(smsc, window=2).send(sms(SLOW, *many(20)))
    assert {outcome.verdict for outcome in outcomes} == {Verdict.ACCEPTED}
    order = [outcome.references for outcome in outcomes]
    assert len(set(order)) == 21


@pytest.mark.parametrize("number", [VENDOR, FAILED])
def test_a_failure_is_read_from_the_fields_or_from_the_words(smsc, gateway_to, number):
    gateway = gateway_to(smsc)
    (outcome,) = gateway.send(sms(number))
    (report,) = reports(gateway, 1)
    assert report.kind is ReportKind.FAILED
    assert (report.reference,) == outcome.references
    assert report.code == 0x1B


def test_a_receipt_may_come_before_the_answer(smsc, gateway_to):
    gateway = gateway_to(smsc)
    (outcome,) = gateway.send(sms(EARLY))
    (report,) = reports(gateway, 1)
    assert (report.reference,) == outcome.references


def test_identifiers_in_hexadecimal_and_receipts_in_decimal_are_matched(smsc, gateway_to):
    smsc.switch(hex_ids=True)
    gateway = gateway_to(smsc, ids="hex")
    outcomes = gateway.send(sms(*many(30)))
    named = {reference for outcome in outcomes for reference in outcome.references}
    assert {report.reference for report in reports(gateway, 30)} == named


def test_stop_is_heard_and_a_long_answer_is_put_together(smsc, gateway_to):
    gateway = gateway_to(smsc)
    gateway.send(sms(many(1)[0]))
    reports(gateway, 1)
    smsc.write("33639980000", "36111", "STOP")
    (stop,) = reports(gateway, 1)
    assert (stop.kind, stop.sender, stop.to, stop.text) == (
        ReportKind.REPLY,
        b"+33639980000",
        "36111",
        "STOP",
    )
    smsc.write("33639980000", "36111", LONG)
    (answer,) = reports(gateway, 1)
    assert answer.text == LONG


def test_the_centre_is_told_only_once_a_receipt_is_kept(smsc, gateway_to):
    gateway = gateway_to(smsc)
    gateway.send(sms(many(1)[0]))
    assert gateway.inbox.wait(5)
    (report,) = gateway.inbox.take(10)
    assert not smsc.waits_for_nothing()
    gateway.inbox.kept([report])
    wait_until(smsc.waits_for_nothing, 20, "the receipt is acknowledged")


def test_it_binds_again_after_a_cut(smsc, gateway_to):
    gateway = gateway_to(smsc)
    assert gateway.send(sms(many(1)[0]))[0].verdict is Verdict.ACCEPTED
    smsc.cut()
    again = gateway.send(sms(many(2)[1]))[0].verdict
    assert again in {Verdict.ACCEPTED, Verdict.AMBIGUOUS}
    assert gateway.send(sms(many(3)[2]))[0].verdict is Verdict.ACCEPTED


def test_a_bind_that_is_refused_means_retry_later_with_the_reason(smsc, gateway_to):
    smsc.switch(refuse_binds=True)
    gateway = gateway_to(smsc)
    (outcome,) = gateway.send(sms(many(1)[0]))
    assert (outcome.verdict, outcome.stage) == (Verdict.RETRY, Stage.CONNECT)
    assert "bind refused" in gateway.unreachable and gateway.busy == 0


def test_a_provider_that_is_not_there_means_retry_for_all(gateway_to):
    class Nobody:
        port = free_port()

    gateway = gateway_to(Nobody)
    assert {outcome.verdict for outcome in gateway.send(sms(*many(3)))} == {Verdict.RETRY}


def test_the_other_provider_takes_what_a_dead_one_never_got(smsc_of, gateway_to):
    first, second = smsc_of(), smsc_of()
    gateway = gateway_to(first, second, window=5)
    before = gateway.send(sms(*many(40)))
    assert {outcome.verdict for outcome in before} == {Verdict.ACCEPTED}
    assert first.count() and second.count()
    first.stop()
    after = gateway.send(sms(*many(40), first=40))
    told = {outcome.verdict for outcome in after}
    assert told <= {Verdict.ACCEPTED, Verdict.AMBIGUOUS}
    accepted = [outcome for outcome in after if outcome.verdict is Verdict.ACCEPTED]
    assert {ref.partition("/")[0] for o in accepted[5:] for ref in o.references} == {"b"}
    first.stop = lambda: None


def test_what_one_provider_cannot_take_now_the_other_is_offered(smsc_of, gateway_to):
    first, second = smsc_of(), smsc_of()
    gateway = gateway_to(first, second)
    (outcome,) = gateway.send(sms(SOFT))
    assert outcome.verdict is Verdict.RETRY
    if isinstance(first, NodePeer):
        assert first.count() == second.count() == 1


class Counter:
    """A ledger that hands out the urgent first, as the engine's desk does."""

    def __init__(self, campaign):
        self.urgent, self.campaign, self.accepted = [], campaign, []

    def take(self):
        waiting = self.urgent or self.campaign
        return waiting.pop(0) if waiting else None

    def turn(self, done, begun):
        if done is not None and done.verdict is Verdict.ACCEPTED:
            self.accepted.append(done.ref)

    def left(self): ...


def an_emergency(count: int):
    parcels = sms(*many(count), text="Quittez le front de mer", first=1_000)
    return [parcel._replace(manner=Manner(urgency=Urgency.HIGH)) for parcel in parcels]


def test_an_emergency_starts_at_once_though_a_campaign_uses_the_whole_contract(smsc, gateway_to):
    gateway, ledger = gateway_to(smsc, per_s=100), Counter(sms(*many(200)))
    gateway.drive(ledger, connections=1)
    wait_until(lambda: smsc.count() >= 50, 30, "the campaign runs")

    ledger.urgent = an_emergency(10)
    before = len(ledger.accepted)
    gateway.drive(ledger, connections=1)
    wait_until(lambda: len([ref for ref in ledger.accepted if ref >= 1_000]) == 10, 30, "it left")

    places = [place for place, ref in enumerate(ledger.accepted) if ref >= 1_000]
    assert places[0] - before <= 3
    assert places[-1] - places[0] == 9
    wait_until(lambda: len(ledger.accepted) == 210, 20, "the campaign goes on")


def test_an_emergency_finds_room_in_a_window_that_a_campaign_keeps_full(smsc, gateway_to):
    gateway, ledger = gateway_to(smsc, window=10), Counter(sms(*[SILENT] * 20))
    gateway.drive(ledger, connections=1)
    wait_until(lambda: len(ledger.campaign) <= 11, 30, "the window is full")

    ledger.urgent = an_emergency(5)
    gateway.drive(ledger, connections=1)

    wait_until(lambda: len(ledger.accepted) == 5, 30, "the emergency left")
