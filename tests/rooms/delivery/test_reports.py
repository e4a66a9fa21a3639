"""What telephone networks report and what residents answer."""

import itertools
from datetime import timedelta

import pytest

from beffroi.delivery.models import (
    Chunk,
    DeliveryReference,
    Event,
    InboundText,
    StrayReturn,
    WaitingReceipt,
)
from beffroi.delivery.queries import messages as reading, people, texts
from beffroi.delivery.services import contact_points, reports, rotation
from beffroi.delivery.services.replies import asks_to_stop
from beffroi.delivery.services.texts import mark_read
from beffroi.delivery.words import ContactState, DeliveryState as State, EventKind, StopReason
from beffroi.gateways.parcels import Stage
from tests.cast import NOON
from tests.rooms.delivery import cast
from tests.rooms.delivery.telephones import an_sms, lost, number, phones, received, reply, taken


def kinds(town):
    return sorted(EventKind(event.kind) for event in Event.objects.of(town))


def test_a_receipt_says_that_the_telephone_has_it(town):
    sms = an_sms(town, phones(town, 3))
    taken(("a/1",), ("a/2",), ("a/3",))

    reports.keep([received("1"), lost("2", code=34)], at=NOON)

    assert cast.states(town, sms) == [State.DELIVERED, State.BOUNCED, State.ACCEPTED]
    assert kinds(town) == [EventKind.DELIVERED, EventKind.UNDELIVERED]
    assert Event.objects.of(town).get(seq=1).status == "34"
    figures = reading.outcomes(town, sms)
    assert (figures.delivered, figures.bounced, figures.accepted, figures.sent) == (1, 1, 1, 3)


def test_a_long_sms_is_received_when_its_last_part_is_and_lost_with_any(town):
    sms = an_sms(town, phones(town, 2), text="é" * 300)
    taken(("a/1", "a/2"), ("a/3", "a/4"))

    reports.keep([received("1"), received("4")], at=NOON)
    assert cast.states(town, sms) == [State.ACCEPTED, State.ACCEPTED]
    reports.keep([received("2"), lost("3")], at=NOON)

    assert cast.states(town, sms) == [State.DELIVERED, State.BOUNCED]


def test_one_receipt_for_a_whole_long_sms_is_enough_where_the_provider_names_it_once(town):
    sms = an_sms(town, phones(town), text="é" * 300)
    taken(("a/1",))

    reports.keep([received("1")], at=NOON)

    assert cast.states(town, sms) == [State.DELIVERED]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_order_and_the_repetition_of_receipts_change_nothing(town, order):
    sms = an_sms(town, phones(town, 2), text="é" * 300)
    said = [received("1"), received("2"), lost("3")]
    early, late = said[order[0]], [said[n] for n in order[1:]]

    reports.keep([early], at=NOON)
    taken(("a/1", "a/2"), ("a/3", "a/4"))
    reports.keep([*late, early, *late], at=NOON)
    reports.keep(said, at=NOON)

    assert cast.states(town, sms) == [State.DELIVERED, State.BOUNCED]
    assert kinds(town) == [EventKind.DELIVERED, EventKind.UNDELIVERED]


def test_a_receipt_that_overtakes_our_own_commit_waits_for_it(town):
    sms = an_sms(town, phones(town))
    reports.keep([received("1")], at=NOON)
    assert WaitingReceipt.objects.count() == 1
    taken(("a/1",))

    assert reports.apply_waiting(at=NOON) == 1
    assert cast.states(town, sms) == [State.DELIVERED]
    assert WaitingReceipt.objects.count() == 0


def test_receipts_of_nobody_are_kept_for_a_month(db):
    reports.keep([received("77")], at=NOON)

    assert reports.forget_nobodys(at=NOON + timedelta(days=29)) == 0
    assert reports.forget_nobodys(at=NOON + timedelta(days=31)) == 1


@pytest.mark.parametrize("reference", ["", "a", "a/", "a/" + "9" * 81, "a/1\0", "a/é", "/1"])
def test_a_receipt_with_a_name_that_cannot_be_kept_holds_up_no_other(town, reference):
    sms = an_sms(town, phones(town, 2))
    taken((reference,), ("a/1",))

    reports.keep(
        [received("1")._replace(reference=reference), received("1")._replace(code=2**40)], at=NOON
    )

    assert cast.states(town, sms) == [State.ACCEPTED, State.DELIVERED]


def test_two_providers_may_use_the_same_name(town):
    sms = an_sms(town, phones(town, 2))
    taken(("a/1",), ("b/1",))

    reports.keep([received("1", provider="b")], at=NOON)

    assert cast.states(town, sms) == [State.ACCEPTED, State.DELIVERED]


def test_a_name_that_a_provider_uses_again_belongs_to_the_newer_sms(town):
    first = an_sms(town, phones(town))
    taken(("a/1",))
    reports.keep([lost("1")], at=NOON)
    second = an_sms(town, phones(town))
    taken(("a/1",))
    reports.keep([received("1")], at=NOON)

    assert cast.states(town, first) == [State.BOUNCED]
    assert cast.states(town, second) == [State.DELIVERED]


def test_a_receipt_settles_what_was_in_doubt(town):
    sms = an_sms(town, phones(town))
    taken(("a/1",), state=State.UNKNOWN)
    assert reading.progress(town, sms).unknown == 1

    reports.keep([received("1")], at=NOON)

    assert cast.states(town, sms) == [State.DELIVERED]
    progress = reading.progress(town, sms)
    assert (progress.unknown, progress.accepted) == (0, 1)


def test_the_loss_of_one_part_settles_what_was_in_doubt(town):
    sms = an_sms(town, phones(town), text="é" * 300)
    taken(("a/1",), state=State.UNKNOWN)

    reports.keep([lost("1")], at=NOON)

    assert cast.states(town, sms) == [State.BOUNCED]
    assert reading.progress(town, sms).unknown == 0


def test_half_a_long_sms_in_doubt_stays_in_doubt(town):
    sms = an_sms(town, phones(town), text="é" * 300)
    taken(("a/1",), state=State.UNKNOWN)

    reports.keep([received("1")], at=NOON)

    assert cast.states(town, sms) == [State.UNKNOWN]


def test_a_number_that_fails_for_a_week_is_given_up(town):
    (phone,) = phones(town)
    for day in range(0, 10, 2):
        an_sms(town, [phone])
        taken((f"a/{day}",))
        reports.keep([lost(str(day))], at=NOON + timedelta(days=day))

    assert people.standing(town, phone).stops[0].reason is StopReason.BOUNCED


def test_every_reference_belongs_to_a_delivery_of_its_own_town(town):
    an_sms(town, phones(town, 2))
    taken(("a/1",), ("a/2", "a/3"))

    named = DeliveryReference.objects.of(town).order_by("reference")
    assert [(row.provider, row.reference, row.seq, row.part) for row in named] == [
        ("a", "1", 0, 1),
        ("a", "2", 1, 1),
        ("a", "3", 1, 2),
    ]


@pytest.mark.parametrize(
    "text",
    ["STOP", "stop", " Stop ! ", "s t o p", "Arrêt", "ARRET", "désabo", "DESABO.", "STOP 36180",
     "Stop merci", "Désinscription svp", "stopsms"],
)  # fmt: skip
def test_people_ask_to_stop_in_many_ways(text):
    assert asks_to_stop(text)


@pytest.mark.parametrize(
    "text",
    ["", "Merci", "36180", "non stop", "Arrêt du bus 4 déplacé depuis quand ?", "à quelle heure ?"],
)
def test_other_words_do_not_stop_anything(text):
    assert not asks_to_stop(text)


def test_stop_is_obeyed_and_counted_with_the_message_that_was_answered(town):
    (phone,) = phones(town)
    sms = an_sms(town, [phone])
    taken(("a/1",))

    for _ in range(2):
        reports.keep([reply("Stop.")], at=NOON)

    assert [stop.reason for stop in people.standing(town, phone).stops] == [StopReason.UNSUBSCRIBED]
    assert reading.outcomes(town, sms).unsubscribed == 1
    assert InboundText.objects.of(town).count() == 0


def test_stop_to_a_shared_number_stops_every_town_that_wrote_from_it(town, other_town):
    for place in (town, other_town):
        an_sms(place, phones(place))
        taken(("a/1",))

    reports.keep([reply("STOP")], at=NOON)

    for place in (town, other_town):
        assert people.standing(place, phones(place)[0]).stops


def test_stop_to_an_unknown_number_stops_the_town_that_wrote_last(town, other_town):
    an_sms(town, phones(town))
    taken(("a/1",))
    an_sms(other_town, phones(other_town), at=NOON + timedelta(minutes=1))
    taken_later()

    reports.keep([reply("STOP", to="38999")], at=NOON)

    assert not people.standing(town, phones(town)[0]).stops
    assert people.standing(other_town, phones(other_town)[0]).stops


def taken_later():
    Chunk.objects.across_towns(why="a test").update(not_before=NOON)
    taken(("a/2",))


def test_an_answer_is_kept_sealed_for_the_town_that_wrote(town, other_town):
    (phone,) = phones(town)
    an_sms(town, [phone])
    taken(("a/1",))

    for _ in range(2):
        reports.keep([reply("À quelle heure ?")], at=NOON)

    (answer,) = texts.replies(town)
    assert (answer.text, answer.contact_point_id, texts.unread(town)) == (
        "À quelle heure ?",
        phone,
        1,
    )
    assert texts.replies(other_town) == []
    assert b"heure" not in bytes(InboundText.objects.of(town).get().raw)
    mark_read(town, [answer.reply_id], at=NOON)
    assert texts.replies(town, unread_only=True) == []
    assert EventKind.REPLIED in kinds(town)


def test_an_answer_outlives_new_keys_and_goes_with_its_number(town):
    (phone,) = phones(town)
    an_sms(town, [phone])
    taken(("a/1",))
    reports.keep([reply("Merci")], at=NOON)

    rotation.rotate(tell=lambda _: None, wait=lambda _: None)
    assert texts.replies(town)[0].text == "Merci"
    contact_points.erase(town, phone, at=NOON)
    assert texts.replies(town) == []


@pytest.mark.parametrize("sender", [number(9), b"36180", b"\xff"])
def test_a_strangers_answer_is_kept_for_review(town, sender):
    for _ in range(2):
        reports.keep([reply("STOP", sender=sender)], at=NOON)

    assert StrayReturn.objects.get().why == "reply of a stranger"


def test_a_number_that_the_network_refuses_is_written_to_no_more(town):
    (phone,) = phones(town)
    an_sms(town, [phone])
    taken((), state=State.REFUSED, stage=Stage.RECIPIENT)

    assert ContactState(people.standing(town, phone).state) is ContactState.BOUNCED


def test_a_text_that_the_network_refuses_says_nothing_of_the_number(town):
    (phone,) = phones(town)
    an_sms(town, [phone])
    taken((), state=State.REFUSED)

    assert ContactState(people.standing(town, phone).state) is ContactState.OK
