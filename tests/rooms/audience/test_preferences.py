"""What a subscriber changes by themselves."""

from datetime import timedelta

import pytest

from beffroi.audience.facts import NoSuchSubscriber, NothingToConfirm
from beffroi.audience.queries import count_with_exclusions, recipients, subscribers
from beffroi.audience.services import erasure, preferences, subscribing
from beffroi.audience.words import ProofAction, Status
from beffroi.delivery.models import ContactPoint, Stop
from beffroi.delivery.outgoing import OutgoingMessage
from beffroi.delivery.queries import people
from beffroi.delivery.services import messages, stops
from beffroi.delivery.words import Lane, StopReason
from tests.cast import NOON
from tests.rooms.audience import scene

LATER = NOON + timedelta(days=3)


@pytest.fixture
def jeanne(open_town, themes):
    return scene.join(open_town, "jeanne@exemple.fr", themes[:2])


def view(town, subscriber, at=NOON):
    return subscribers.subscriber(town, subscriber, at=at)


def test_themes_are_set_exactly_and_proven(open_town, themes, jeanne):
    preferences.change_themes(open_town, jeanne, theme_ids=[themes[1].id, themes[2].id], at=LATER)

    assert view(open_town, jeanne).theme_ids == {themes[1].id, themes[2].id}
    assert subscribers.proofs(open_town, jeanne)[0].action == ProofAction.CHANGED
    history = subscribers.subscriptions(open_town, jeanne)
    assert [(one.theme_name, one.until) for one in history if one.until] == [
        ("Culture et événements", LATER)
    ]


def test_no_theme_at_all_is_a_departure(open_town, themes, jeanne):
    preferences.change_themes(open_town, jeanne, theme_ids=[], at=LATER)

    assert view(open_town, jeanne).status == Status.LEFT


def test_leaving_one_theme_stops_a_message_of_it_that_is_being_sent(open_town, themes, jeanne):
    preferences.unsubscribe(open_town, jeanne, theme_ids=[themes[0].id], at=LATER)

    assert view(open_town, jeanne).theme_ids == {themes[1].id}
    stop = Stop.objects.of(open_town).get()
    assert (stop.theme_id, stop.reason) == (themes[0].id, StopReason.UNSUBSCRIBED)


def test_the_link_of_a_message_leaves_its_themes_and_is_counted_there(open_town, themes, jeanne):
    messages.enqueue(
        open_town,
        OutgoingMessage(
            lane=Lane.CAMPAIGN,
            subject="Fête",
            text="Bonjour",
            from_name="Mairie",
            from_address="mairie@arcachon.example",
            base_url="https://beffroi.example/arcachon",
            reference="campaign:1",
            theme_ids=(themes[0].id,),
        ),
        recipients=recipients(open_town, [themes[0].id], at=NOON),
        at=NOON,
    )
    ref = scene.ref_of_last(open_town, "campaign:")

    preferences.unsubscribe_through(open_town, ref, everything=False, at=LATER)
    preferences.unsubscribe_through(open_town, ref, everything=False, at=LATER)

    assert view(open_town, jeanne).theme_ids == {themes[1].id}
    assert [e.kind.name for e in people.history(open_town, ref.contact_point_id)[0].events] == [
        "UNSUBSCRIBED"
    ]


def test_leaving_everything_keeps_nothing_open(open_town, themes, jeanne):
    preferences.unsubscribe(open_town, jeanne, at=LATER)

    person = view(open_town, jeanne)
    assert (person.status, person.theme_ids) == (Status.LEFT, frozenset())
    assert recipients(open_town, [t.id for t in themes], at=LATER).count() == 0


def test_a_pause_holds_back_and_ends_by_itself(open_town, themes, jeanne):
    preferences.pause(open_town, jeanne, until=LATER, at=NOON)

    during = count_with_exclusions(open_town, [themes[0].id], at=NOON)
    after = LATER + timedelta(minutes=1)
    assert (during.recipients, during.paused) == (0, 1)
    assert recipients(open_town, [themes[0].id], at=after).count() == 1
    assert view(open_town, jeanne, at=after).paused_until is None


def test_resuming_ends_a_pause_at_once(open_town, themes, jeanne):
    preferences.pause(open_town, jeanne, until=LATER, at=NOON)
    preferences.resume(open_town, jeanne, at=NOON)

    assert recipients(open_town, [themes[0].id], at=NOON).count() == 1


def test_a_pause_in_the_past_is_refused(open_town, jeanne):
    with pytest.raises(preferences.AlreadyOver):
        preferences.pause(open_town, jeanne, until=NOON, at=NOON)


def test_a_new_address_takes_over_once_its_owner_confirms(open_town, themes, jeanne):
    old = view(open_town, jeanne).contact_point_id
    preferences.change_address(open_town, jeanne, "nouvelle@exemple.fr", at=NOON)
    assert view(open_town, jeanne).contact_point_id == old

    ref = scene.ref_of_last(open_town, "address:")
    done = subscribing.confirm(open_town, ref, visitor=scene.HERE, at=LATER)

    assert done.is_change_of_address
    person = view(open_town, jeanne)
    assert person.contact_point_id == ref.contact_point_id
    assert person.theme_ids == {themes[0].id, themes[1].id}
    assert ContactPoint.objects.of(open_town).get(pk=old).sealed is None


def test_an_address_that_is_someone_elses_is_not_taken_over(open_town, themes, jeanne):
    paul = scene.join(open_town, "paul@exemple.fr", themes[:1])
    preferences.change_address(open_town, jeanne, "paul@exemple.fr", at=NOON)

    assert scene.letters(open_town)[-1] == "known"
    assert view(open_town, jeanne).next_contact_point_id is None
    assert view(open_town, paul).theme_ids == {themes[0].id}


def test_an_address_asked_for_and_replaced_is_not_confirmed_any_more(open_town, jeanne):
    preferences.change_address(open_town, jeanne, "une@exemple.fr", at=NOON)
    first = scene.ref_of_last(open_town, "address:")
    preferences.change_address(open_town, jeanne, "autre@exemple.fr", at=NOON)

    with pytest.raises(NothingToConfirm):
        subscribing.confirm(open_town, first, visitor=scene.HERE, at=LATER)


def test_bounced_addresses_are_counted_apart(open_town, themes, jeanne):
    point = view(open_town, jeanne).contact_point_id
    stops.stop(open_town, point, reason=StopReason.BOUNCED, at=NOON)
    scene.ask(open_town, "attend@exemple.fr", themes[:1])

    count = count_with_exclusions(open_town, [themes[0].id], at=NOON)

    assert (count.recipients, count.bounced, count.unconfirmed) == (0, 1, 1)
    assert view(open_town, jeanne).stopped_for == "Adresse en erreur"


def test_erasing_leaves_numbers_and_no_person(open_town, themes, jeanne):
    point = view(open_town, jeanne).contact_point_id

    erasure.erase(open_town, jeanne, at=LATER)

    with pytest.raises(NoSuchSubscriber):
        view(open_town, jeanne)
    assert ContactPoint.objects.of(open_town).get(pk=point).sealed is None
    assert subscribers.proofs(open_town, jeanne) == []
    assert subscribers.by_address(open_town, "jeanne@exemple.fr", at=LATER) is None


def test_an_agents_erasure_can_be_taken_back_for_a_week(open_town, themes, clerk, jeanne):
    erasure.plan_erasure(open_town, jeanne, by=clerk, at=NOON)
    assert recipients(open_town, [themes[0].id], at=NOON).count() == 0

    erasure.cancel_erasure(open_town, jeanne, by=clerk, at=NOON + timedelta(days=6))

    assert recipients(open_town, [themes[0].id], at=LATER).count() == 1
    erasure.plan_erasure(open_town, jeanne, by=clerk, at=NOON)
    assert erasure.forget_due(open_town, at=NOON + timedelta(days=6)) == 0
    assert erasure.forget_due(open_town, at=NOON + timedelta(days=7)) == 1
    with pytest.raises(erasure.TooLate):
        erasure.cancel_erasure(open_town, jeanne, by=clerk, at=NOON + timedelta(days=8))
