"""The engine, against a real relay and a real database."""

import email
from datetime import timedelta
from email import policy

import pytest

from beffroi.delivery.models import Chunk, Delivery, Message
from beffroi.delivery.outgoing import Select
from beffroi.delivery.queries import links, messages as message_queries, people as people_queries
from beffroi.delivery.services import contact_points, messages, stops
from beffroi.delivery.words import (
    ChunkState,
    ContactState,
    DeliveryState as State,
    EventKind,
    Lane,
    MessageState,
    Slot,
    StopReason,
)
from beffroi.kit.tokens import BadToken
from beffroi.servers.ports import free_port
from tests.cast import NOON
from tests.rooms.delivery import cast

pytestmark = pytest.mark.django_db


def read(raw):
    return email.message_from_bytes(raw, policy=policy.default)


def test_each_recipient_gets_the_message_once_and_the_rows_say_so(town, engine, relay):
    message_id = cast.sent(town, cast.people(town, 250))
    engine()
    assert sorted(relay.recipients()) == sorted(cast.addresses(250))
    assert set(cast.states(town, message_id)) == {State.ACCEPTED}
    progress = message_queries.progress(town, message_id)
    assert (progress.state, progress.accepted, progress.waiting) == (MessageState.DONE, 250, 0)
    assert progress.finished_at == NOON
    assert message_queries.outcomes(town, message_id).sent == 250


def test_the_links_in_the_message_are_those_of_its_recipient(town, engine, relay):
    (person,) = cast.people(town, 1)
    message_id = cast.sent(town, [person])
    engine()
    sender, recipient, raw = relay.received[0]
    letter = read(raw)
    assert recipient == "habitant.0@exemple.fr" == letter["To"]
    assert letter["Subject"] == "Fête de l’été"
    assert letter["Message-ID"] == f"<{sender}>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = letter["List-Unsubscribe"].strip("<>")
    assert url in letter.get_body(("plain",)).get_content()
    ref = links.read_unsubscribe(town, url.rpartition("/")[2])
    assert (ref.message_id, ref.contact_point_id, ref.theme_ids) == (message_id, person, (7,))
    html = letter.get_body(("html",)).get_content()
    token = html.partition("/mes-abonnements/")[2].partition('"')[0]
    assert links.read_preferences(town, token) == person


def test_a_confirmation_carries_its_code_and_its_link_and_no_unsubscribe_header(
    town, engine, relay
):
    (person,) = cast.people(town, 1)
    text = f"Votre code : {Slot.CODE.marker} ou {Slot.CONFIRM_URL.marker}"
    cast.sent(
        town, [person], lane=Lane.TRANSACTIONAL, text=text, html="", with_list_unsubscribe=False
    )
    engine()
    letter = read(relay.received[0][2])
    assert "List-Unsubscribe" not in letter
    assert letter["Auto-Submitted"] == "auto-generated"
    words = letter.get_content().split()
    assert links.check_code(town, person, words[3], at=NOON).contact_point_id == person
    token = words[5].rpartition("/")[2]
    hour = timedelta(hours=1)
    assert links.read_confirm(town, token, at=NOON, life=hour).contact_point_id == person
    with pytest.raises(links.Expired):
        links.read_confirm(town, token, at=NOON + 2 * hour, life=hour)
    with pytest.raises(BadToken):
        links.check_code(town, person, words[3], at=NOON + hour)
    contact_points.reissue_links(town, person)
    with pytest.raises(BadToken):
        links.read_confirm(town, token, at=NOON, life=hour)


def test_recipients_are_frozen_once_each_and_only_from_the_town(town, other_town):
    mine, theirs = cast.people(town, 2), cast.people(other_town, 2)
    select = Select(sql="SELECT unnest(%s::bigint[])", params=([*mine, *mine, *theirs, 999_999],))
    message_id = messages.enqueue(town, cast.a_message(), recipients=select, at=NOON)
    found = Delivery.objects.of(town).filter(message_id=message_id)
    assert sorted(found.values_list("contact_point_id", flat=True)) == sorted(mine)


def test_a_message_to_nobody_is_done_at_once(town):
    message_id = cast.sent(town, [])
    assert message_queries.progress(town, message_id).state == MessageState.DONE


def test_chunks_cover_all_deliveries_and_the_first_is_small(town):
    people = cast.people(town, 2_350)
    message_id = cast.sent(town, people)
    spans = list(
        Chunk.objects.of(town).filter(message_id=message_id).order_by("n").values_list("lo", "hi")
    )
    assert spans == [(0, 100), (100, 1100), (1100, 2100), (2100, 2350)]


@pytest.mark.parametrize(
    ("stop", "expected"),
    [
        ({"reason": StopReason.UNSUBSCRIBED}, State.SUPPRESSED),
        ({"reason": StopReason.UNSUBSCRIBED, "theme_id": 7}, State.SUPPRESSED),
        ({"reason": StopReason.UNSUBSCRIBED, "theme_id": 8}, State.ACCEPTED),
        ({"reason": StopReason.PAUSED, "until": NOON + timedelta(days=9)}, State.SUPPRESSED),
        ({"reason": StopReason.PAUSED, "until": NOON - timedelta(days=1)}, State.ACCEPTED),
    ],
)
def test_a_stop_counts_even_for_a_message_that_is_being_sent(town, engine, relay, stop, expected):
    person, other = cast.people(town, 2)
    message_id = cast.sent(town, [person, other])
    stops.stop(town, person, at=NOON, **stop)
    engine()
    assert cast.states(town, message_id) == [expected, State.ACCEPTED]
    assert len(relay.received) == (1 if expected is State.SUPPRESSED else 2)


def test_a_theme_stopped_before_the_freeze_is_the_callers_affair(town, engine):
    (person,) = cast.people(town, 1)
    before = NOON - timedelta(days=1)
    stops.stop(town, person, at=before, reason=StopReason.UNSUBSCRIBED, theme_id=7)
    message_id = cast.sent(town, [person])
    engine()
    assert cast.states(town, message_id) == [State.ACCEPTED]


def test_an_address_erased_after_the_freeze_gets_nothing(town, engine, relay):
    (person,) = cast.people(town, 1)
    message_id = cast.sent(town, [person])
    contact_points.erase(town, person, at=NOON)
    engine()
    assert cast.states(town, message_id) == [State.SUPPRESSED]
    assert relay.received == []


@pytest.mark.parametrize(
    ("reason", "reached"), [(StopReason.UNSUBSCRIBED, 1), (StopReason.COMPLAINED, 0)]
)
def test_who_left_still_gets_the_confirmation_they_ask_for(town, engine, relay, reason, reached):
    (person,) = cast.people(town, 1)
    stops.stop(town, person, at=NOON, reason=reason)
    cast.sent(town, [person], lane=Lane.TRANSACTIONAL)
    engine()
    assert len(relay.received) == reached


def test_unsubscribing_through_a_message_is_counted_there(town, engine, relay):
    (person,) = cast.people(town, 1)
    message_id = cast.sent(town, [person])
    engine()
    token = read(relay.received[0][2])["List-Unsubscribe"].strip("<>").rpartition("/")[2]
    ref = links.read_unsubscribe(town, token)
    for _ in range(2):
        stops.stop(town, person, at=NOON, reason=StopReason.UNSUBSCRIBED, through=ref)
    assert message_queries.outcomes(town, message_id).unsubscribed == 1
    (month,) = message_queries.by_month(
        town, since=NOON - timedelta(days=60), until=NOON + timedelta(1)
    )
    assert (month.messages, month.outcomes.sent, month.outcomes.unsubscribed) == (1, 1, 1)


def test_what_the_relay_puts_off_is_tried_again_later_and_given_up_in_the_end(
    town, engine, relay_of, clock
):
    busy, free = relay_of(soft="RCPT"), relay_of()
    people = cast.people(town, 2)
    message_id = cast.sent(town, people)
    engine(busy)
    progress = message_queries.progress(town, message_id)
    assert (progress.deferred, progress.accepted) == (2, 0)
    engine(free)
    assert free.received == []
    clock.forward(minutes=6)
    engine(free)
    assert cast.states(town, message_id) == [State.ACCEPTED] * 2
    (line,) = people_queries.history(town, people[0])
    assert [event.kind for event in line.events] == [EventKind.DEFERRED]
    late = cast.sent(town, people, at=clock.now)
    engine(busy)
    clock.forward(days=4)
    engine(free)
    assert cast.states(town, late) == [State.EXPIRED] * 2


def test_an_address_that_the_relay_refuses_is_not_written_to_again(town, engine, relay_of, relay):
    (person,) = cast.people(town, 1)
    message_id = cast.sent(town, [person])
    engine(relay_of(hard="RCPT"))
    assert cast.states(town, message_id) == [State.REFUSED]
    assert people_queries.standing(town, person).state == ContactState.BOUNCED
    (line,) = people_queries.history(town, person)
    assert [(event.kind, event.status) for event in line.events] == [
        (EventKind.REFUSED, "550 5.1.1")
    ]
    again = cast.sent(town, [person])
    engine()
    assert cast.states(town, again) == [State.SUPPRESSED]
    assert relay.received == []


def test_a_refused_content_says_nothing_against_the_address(town, engine, relay_of):
    (person,) = cast.people(town, 1)
    message_id = cast.sent(town, [person])
    engine(relay_of(hard="."))
    assert cast.states(town, message_id) == [State.REFUSED]
    assert people_queries.standing(town, person).state == ContactState.OK


def test_a_relay_that_is_down_costs_no_try(town, engine, relay, clock, settings):
    message_id = cast.sent(town, cast.people(town, 30))
    cast.run(settings.JOURNAL_DIR, clock, free_port())
    assert set(cast.states(town, message_id)) == {State.PLANNED}
    (chunk,) = Chunk.objects.of(town).filter(message_id=message_id)
    assert (chunk.state, chunk.attempts) == (ChunkState.WAITING, 0)
    clock.forward(minutes=1)
    engine()
    assert len(relay.received) == 30


def test_a_connection_lost_at_the_dot_is_shown_for_a_campaign_and_can_be_sent_again(
    town, engine, relay_of, relay, clock
):
    message_id = cast.sent(town, cast.people(town, 1))
    engine(relay_of(quit_at="."))
    assert cast.states(town, message_id) == [State.UNKNOWN]
    assert message_queries.progress(town, message_id).unknown == 1
    assert messages.resend_unknown(town, message_id, at=clock.forward(hours=1)) == 1
    engine()
    assert cast.states(town, message_id) == [State.ACCEPTED]
    assert len(relay.received) == 1


def test_a_connection_lost_at_the_dot_is_tried_again_for_an_emergency(
    town, engine, relay_of, relay, clock
):
    message_id = cast.sent(town, cast.people(town, 1), lane=Lane.EMERGENCY)
    engine(relay_of(quit_at="."))
    assert cast.states(town, message_id) == [State.PLANNED]
    clock.forward(minutes=1)
    engine()
    assert cast.states(town, message_id) == [State.ACCEPTED]


def test_an_emergency_overtakes_every_campaign(town, engine, relay):
    people = cast.people(town, 150)
    cast.sent(town, people)
    cast.sent(town, people[:2], lane=Lane.EMERGENCY, subject="Évacuation")
    cast.sent(town, people[:1], lane=Lane.TRANSACTIONAL, subject="Confirmation")
    engine(connections=1)
    subjects = [read(raw)["Subject"] for _, _, raw in relay.received[:3]]
    assert subjects == ["Évacuation", "Évacuation", "Confirmation"]


def test_a_scheduled_message_waits_for_its_time(town, engine, relay, clock):
    later = NOON + timedelta(hours=2)
    messages.enqueue(
        town, cast.a_message(), recipients=cast.people(town, 1), at=NOON, not_before=later
    )
    engine()
    assert relay.received == []
    clock.forward(hours=2)
    engine()
    assert len(relay.received) == 1


def test_pause_resume_and_cancel_hold_for_what_has_not_left(town, engine, relay):
    people = cast.people(town, 5)
    paused, cancelled = cast.sent(town, people), cast.sent(town, people)
    messages.pause(town, paused, at=NOON)
    messages.cancel(town, cancelled, at=NOON)
    engine()
    assert relay.received == []
    assert message_queries.progress(town, cancelled).cancelled == 5
    assert set(cast.states(town, cancelled)) == {State.CANCELLED}
    with pytest.raises(messages.WrongState):
        messages.resume(town, cancelled, at=NOON)
    messages.resume(town, paused, at=NOON)
    engine()
    assert set(cast.states(town, paused)) == {State.ACCEPTED}


def test_another_town_cannot_touch_a_message(town, other_town):
    message_id = cast.sent(town, cast.people(town, 1))
    for verb in (messages.pause, messages.cancel, messages.resend_unknown):
        with pytest.raises(messages.NoSuchMessage):
            verb(other_town, message_id, at=NOON)
    with pytest.raises(messages.NoSuchMessage):
        message_queries.progress(other_town, message_id)
    with pytest.raises(messages.NoSuchMessage):
        message_queries.outcomes(other_town, message_id)


def test_what_a_bounce_said_first_is_not_undone_by_the_engine(town, engine):
    message_id = cast.sent(town, cast.people(town, 2))
    Delivery.objects.of(town).filter(message_id=message_id, seq=0).update(state=State.BOUNCED)
    engine()
    assert cast.states(town, message_id) == [State.BOUNCED, State.ACCEPTED]
    assert Message.objects.of(town).get(id=message_id).state == MessageState.DONE


def test_an_address_whose_key_is_missing_waits_and_the_others_go(town, engine, relay, settings):
    from beffroi.delivery.models import ContactPoint

    person, other = cast.people(town, 2)
    ContactPoint.objects.of(town).filter(id=person).update(key_id=77)
    message_id = cast.sent(town, [person, other])
    engine()
    assert cast.states(town, message_id) == [State.PLANNED, State.ACCEPTED]
