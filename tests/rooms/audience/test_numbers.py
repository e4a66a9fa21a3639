"""Mobile numbers: asked for with or without an address, proved by a code, and whose they are."""

from datetime import timedelta

import pytest

from beffroi.audience.channels import Spread, bit, bits
from beffroi.audience.facts import NothingToConfirm, PersonName, TooManyCodes
from beffroi.audience.models import Subscriber
from beffroi.audience.queries import recipients, subscribers
from beffroi.audience.services import codes, erasure, numbers, paper, preferences, subscribing
from beffroi.audience.words import ProofAction, Status
from beffroi.delivery import keys
from beffroi.delivery.models import ContactPoint, Message
from beffroi.delivery.queries import people
from beffroi.delivery.services import stops
from beffroi.delivery.words import Channel, StopReason
from beffroi.kit import tokens
from beffroi.kit.phones import Landline
from tests.cast import NOON, an_agent
from tests.rooms.audience import scene

JEANNE, MOBILE, OTHER = "jeanne@exemple.fr", "06 12 34 56 78", "07 55 00 11 22"
SMS, BOTH = bit(Channel.SMS), bits([Channel.EMAIL, Channel.SMS])


def ask(town, themes, *, address="", phone=MOBILE, channels=None):
    return subscribing.subscribe(
        town,
        address,
        phone=phone,
        theme_ids=[theme.id for theme in themes],
        channels=channels or {},
        text_version=1,
        visitor=scene.HERE,
        at=NOON,
    )


def code_sent(town):
    """What the last SMS says."""
    ref = scene.ref_of_last(town)
    key = keys.token_key()
    digits = tokens.six_digits(key, town_id=town.pk, message_id=ref.message_id, seq=ref.seq)
    return digits.decode()


def enter(town, handle):
    return subscribing.enter_number_code(town, handle, code_sent(town), visitor=scene.HERE, at=NOON)


def holder(town, phone=MOBILE):
    return subscribers.by_address(town, phone, channel=Channel.SMS, at=NOON)


def by_sms(town, theme, **how):
    return recipients(town, [theme.id], channel=Channel.SMS, at=NOON, **how).count()


def test_a_number_receives_nothing_until_its_code_is_typed(open_town, themes):
    handle = ask(open_town, themes[:2])
    before = by_sms(open_town, themes[0])

    done = enter(open_town, handle)

    assert (before, by_sms(open_town, themes[0])) == (0, 1)
    assert by_sms(open_town, themes[2]) == 0
    assert done.masked == "06 •• •• •• 78".replace(" ", "\N{NO-BREAK SPACE}")
    person = holder(open_town)
    assert (person.status, person.channels) == (Status.ACTIVE, (Channel.SMS,))


def test_the_proof_of_consent_says_by_which_channels(open_town, themes):
    handle = ask(open_town, themes[:1])
    enter(open_town, handle)

    given = subscribers.proofs(open_town, holder(open_town).id)

    assert [proof.action for proof in given] == [ProofAction.CONFIRMED, ProofAction.GIVEN]
    assert {proof.channels for proof in given} == {((Channel.SMS,),)}


def test_a_landline_is_refused_before_anything_is_kept(open_town, themes):
    with pytest.raises(Landline):
        ask(open_town, themes, phone="05 57 52 98 98")

    assert not Subscriber.objects.of(open_town).exists()


def test_a_wrong_code_is_counted_and_five_close_the_door(open_town, themes):
    handle = ask(open_town, themes)
    right = code_sent(open_town)
    wrong = "000000" if right != "000000" else "111111"

    for _ in range(codes.MAX_TRIES):
        with pytest.raises(codes.WrongCode):
            subscribing.enter_number_code(open_town, handle, wrong, visitor=scene.HERE, at=NOON)

    with pytest.raises(codes.CodeExpired):
        enter(open_town, handle)
    assert by_sms(open_town, themes[0]) == 0


@pytest.mark.parametrize("first", ["number", "address"])
def test_an_address_and_a_number_given_together_are_one_person_once_both_are_proved(
    open_town, themes, first
):
    handle = ask(open_town, themes[:1], address=JEANNE)
    link = scene.ref_of_last(open_town, "confirm:")
    steps = [
        lambda: enter(open_town, handle),
        lambda: subscribing.confirm(open_town, link, visitor=scene.HERE, at=NOON),
    ]
    for step in steps if first == "number" else reversed(steps):
        step()

    person = holder(open_town)
    assert person.id == subscribers.by_address(open_town, JEANNE, at=NOON).id
    assert person.channels == (Channel.EMAIL, Channel.SMS)
    assert by_sms(open_town, themes[0]) == 1
    assert by_sms(open_town, themes[0], spread=Spread.CHEAPEST) == 0
    assert recipients(open_town, [themes[0].id], at=NOON).count() == 1


def test_the_code_of_a_number_proves_nothing_about_the_address(open_town, themes):
    handle = ask(open_town, themes[:1], address=JEANNE)
    enter(open_town, handle)

    assert recipients(open_town, [themes[0].id], at=NOON).count() == 0
    assert holder(open_town).next_masked


def test_a_number_given_with_the_address_of_a_subscriber_does_not_reach_into_their_page(
    open_town, themes
):
    jeanne = scene.join(open_town, JEANNE, themes[:1])

    handle = ask(open_town, themes[:2], address=JEANNE)
    enter(open_town, handle)

    assert holder(open_town).id != jeanne
    assert subscribers.subscriber(open_town, jeanne, at=NOON).phone is None


def test_whoever_proves_a_number_last_has_it(open_town, themes):
    first = enter(open_town, ask(open_town, themes[:1])).subscriber_id
    jeanne = scene.join(open_town, JEANNE, themes[:1])

    handle = numbers.ask(open_town, jeanne, MOBILE, visitor=scene.HERE, at=NOON)
    enter(open_town, handle)

    assert holder(open_town).id == jeanne
    assert Subscriber.objects.of(open_town).get(pk=first).status == Status.ERASED
    assert by_sms(open_town, themes[0]) == 0  # Jeanne has not asked for any SMS yet


def test_asking_for_somebody_elses_number_and_leaving_does_not_forget_it(open_town, themes):
    enter(open_town, ask(open_town, themes[:1]))
    stranger = scene.join(open_town, JEANNE, themes[:1])
    numbers.ask(open_town, stranger, MOBILE, visitor=scene.HERE, at=NOON)

    erasure.erase(open_town, stranger, at=NOON)

    assert by_sms(open_town, themes[0]) == 1


def test_a_theme_goes_from_sms_to_e_mail_and_the_number_is_stopped_at_once(open_town, themes):
    handle = ask(open_town, themes[:1], address=JEANNE)
    link = scene.ref_of_last(open_town, "confirm:")
    enter(open_town, handle)
    subscribing.confirm(open_town, link, visitor=scene.HERE, at=NOON)
    person = holder(open_town)

    preferences.change_themes(
        open_town,
        person.id,
        theme_ids=[themes[0].id],
        channels={themes[0].id: bit(Channel.EMAIL)},
        at=NOON,
    )

    assert by_sms(open_town, themes[0]) == 0
    stopped = people.standing(open_town, person.phone.id).stops
    assert [stop.theme_id for stop in stopped] == [themes[0].id]


def test_asking_for_sms_again_takes_back_a_stop_by_sms(open_town, themes):
    handle = ask(open_town, themes[:1])
    person = enter(open_town, handle).subscriber_id
    phone = holder(open_town).phone.id
    stops.stop(open_town, phone, reason=StopReason.UNSUBSCRIBED, at=NOON)
    assert by_sms(open_town, themes[0]) == 0

    again = ask(open_town, themes[:1])
    enter(open_town, again)

    assert holder(open_town).id == person
    assert by_sms(open_town, themes[0]) == 1


def test_leaving_stops_every_channel(open_town, themes):
    handle = ask(open_town, themes[:1], address=JEANNE)
    link = scene.ref_of_last(open_town, "confirm:")
    enter(open_town, handle)
    subscribing.confirm(open_town, link, visitor=scene.HERE, at=NOON)

    subscribing_ref = scene.ref_of_last(open_town, "confirm:")
    preferences.unsubscribe_through(open_town, subscribing_ref, everything=True, at=NOON)

    assert by_sms(open_town, themes[0]) == 0
    assert holder(open_town).phone.stopped_for


def test_a_number_is_taken_away_and_what_came_by_sms_alone_ends(open_town, themes):
    handle = ask(
        open_town,
        themes[:2],
        address=JEANNE,
        channels={themes[0].id: BOTH, themes[1].id: SMS},
    )
    link = scene.ref_of_last(open_town, "confirm:")
    enter(open_town, handle)
    subscribing.confirm(open_town, link, visitor=scene.HERE, at=NOON)
    person = holder(open_town)

    numbers.remove(open_town, person.id, visitor=scene.HERE, at=NOON)

    left = subscribers.subscriber(open_town, person.id, at=NOON)
    assert left.phone is None
    assert left.theme_ids == {themes[0].id}
    assert ContactPoint.objects.of(open_town).get(pk=person.phone.id).sealed is None


def test_codes_stop_at_the_ceiling_of_the_town_and_the_next_day_begins_anew(open_town, themes):
    open_town.sms_codes_per_day = 2
    for phone in (MOBILE, OTHER):
        ask(open_town, themes[:1], phone=phone)
    spent = Message.objects.of(open_town).filter(channel=Channel.SMS).count()

    with pytest.raises(TooManyCodes):
        ask(open_town, themes[:1], phone="06 33 44 55 66")
    with pytest.raises(TooManyCodes):
        codes.request_code(open_town, MOBILE, channel=Channel.SMS, visitor=scene.HERE, at=NOON)

    assert Message.objects.of(open_town).filter(channel=Channel.SMS).count() == spent == 2
    assert ask(open_town, themes[:1], address=JEANNE, phone="") is None
    tomorrow = NOON + timedelta(days=1)
    codes.request_code(open_town, MOBILE, channel=Channel.SMS, visitor=scene.HERE, at=tomorrow)


def test_one_number_is_asked_about_so_many_times_a_day(open_town, themes):
    hours = [NOON + timedelta(hours=n) for n in range(codes.PER_NUMBER_AND_DAY)]
    for at in hours:
        codes.request_code(open_town, MOBILE, channel=Channel.SMS, visitor=scene.HERE, at=at)

    with pytest.raises(TooManyCodes):
        codes.request_code(open_town, MOBILE, channel=Channel.SMS, visitor=scene.HERE, at=hours[-1])


def test_the_only_way_to_somebody_is_not_taken_away(open_town, themes):
    person = enter(open_town, ask(open_town, themes[:1])).subscriber_id

    with pytest.raises(numbers.OnlyWay):
        numbers.remove(open_town, person, visitor=scene.HERE, at=NOON)


def test_the_way_back_is_a_code_by_sms_too(open_town, themes):
    person = enter(open_town, ask(open_town, themes[:1])).subscriber_id

    handle = codes.request_code(
        open_town, "0612345678", channel=Channel.SMS, visitor=scene.HERE, at=NOON
    )
    point = codes.enter_code(open_town, handle, code_sent(open_town), at=NOON)

    assert subscribers.by_contact_point(open_town, point, at=NOON).id == person


def test_a_code_that_opens_ones_choices_confirms_no_number(open_town, themes):
    enter(open_town, ask(open_town, themes[:1]))
    handle = codes.request_code(open_town, MOBILE, channel=Channel.SMS, visitor=scene.HERE, at=NOON)

    with pytest.raises(NothingToConfirm):
        enter(open_town, handle)


def test_erasure_forgets_the_number(open_town, themes):
    person = enter(open_town, ask(open_town, themes[:1]))

    erasure.erase(open_town, person.subscriber_id, at=NOON)

    assert ContactPoint.objects.of(open_town).get(pk=person.contact_point_id).sealed is None
    assert holder(open_town) is None


def test_the_front_desk_finds_a_person_by_their_number_however_it_is_written(open_town, themes):
    person = enter(open_town, ask(open_town, themes[:1])).subscriber_id

    for typed in ("0612345678", "+33 6 12 34 56 78", "06.12.34.56.78"):
        page = subscribers.search(open_town, subscribers.Search(text=typed), at=NOON)
        assert [one.id for one in page.subscribers] == [person]


def test_a_paper_form_with_a_number_alone_is_answered_by_sms(open_town, themes):
    clerk = an_agent(open_town, "clerk")

    typed = scene.type_form(open_town, clerk, "", themes[:1], phone=MOBILE)

    assert by_sms(open_town, themes[0]) == 1
    assert scene.letters(open_town, "paper") == ["paper"]
    assert subscribers.subscriber(open_town, typed.subscriber_id, at=NOON).name == "Jeanne Dupont"


def test_undoing_a_form_takes_back_the_number_it_brought(open_town, themes):
    clerk = an_agent(open_town, "clerk")
    jeanne = scene.join(open_town, JEANNE, themes[:1])
    typed = scene.type_form(open_town, clerk, JEANNE, themes[:1], phone=MOBILE)

    paper.undo_form(open_town, typed.form_id, by=clerk, at=NOON)

    person = subscribers.subscriber(open_town, jeanne, at=NOON)
    assert person.phone is None
    assert person.theme_ids == {themes[0].id}


def test_a_form_does_not_take_a_number_from_somebody_else(open_town, themes):
    clerk = an_agent(open_town, "clerk")
    enter(open_town, ask(open_town, themes[:1]))

    with pytest.raises(paper.PhoneTaken):
        scene.type_form(open_town, clerk, JEANNE, themes[:1], phone=MOBILE, name=PersonName())
    assert by_sms(open_town, themes[0]) == 1
