"""Opting in on the public page, and getting back when the link is lost."""

import uuid
from datetime import timedelta

import pytest

from beffroi.audience.facts import NoTheme, NothingToConfirm, TooManyAttempts
from beffroi.audience.queries import recipients, subscribers
from beffroi.audience.services import attempts, codes, erasure, preferences, subscribing, texts
from beffroi.audience.words import ProofAction, Status
from beffroi.delivery import keys
from beffroi.kit import tokens
from beffroi.kit.contacts import NotAnAddress
from tests.cast import NOON
from tests.rooms.audience import scene

JEANNE = "jeanne@exemple.fr"


def person(town, address=JEANNE, at=NOON):
    return subscribers.by_address(town, address, at=at)


def test_asking_subscribes_nobody_and_sends_one_letter(open_town, themes):
    scene.ask(open_town, JEANNE, themes[:1])

    assert person(open_town).status == Status.PENDING
    assert recipients(open_town, [themes[0].id], at=NOON).count() == 0
    assert len(scene.letters(open_town, "confirm:")) == 1


def test_confirming_subscribes_to_exactly_what_that_letter_showed(open_town, themes):
    scene.ask(open_town, JEANNE, themes[:1])
    first = scene.ref_of_last(open_town)
    scene.ask(open_town, JEANNE, themes[1:])

    done = subscribing.confirm(open_town, first, visitor=scene.HERE, at=NOON)

    assert done.theme_names == ("Culture et événements",)
    assert person(open_town).theme_ids == {themes[0].id}


def test_confirming_twice_changes_nothing(open_town, themes):
    subscriber = scene.join(open_town, JEANNE, themes[:1])

    again = subscribing.confirm(
        open_town, scene.ref_of_last(open_town, "confirm:"), visitor=scene.HERE, at=NOON
    )

    assert again.done
    actions = [proof.action for proof in subscribers.proofs(open_town, subscriber)]
    assert actions == [ProofAction.CONFIRMED, ProofAction.GIVEN]


def test_an_old_confirmation_link_does_not_bring_back_someone_who_left(open_town, themes):
    subscriber = scene.join(open_town, JEANNE, themes[:1])
    ref = scene.ref_of_last(open_town, "confirm:")
    preferences.unsubscribe(open_town, subscriber, at=NOON)

    assert subscribing.confirm(open_town, ref, visitor=scene.HERE, at=NOON).done
    assert person(open_town).status == Status.LEFT


def test_the_proof_keeps_wording_themes_and_a_coarse_origin(open_town, themes):
    subscriber = scene.join(open_town, JEANNE, themes[:2])
    texts.publish(
        open_town, "Un tout autre texte, assez long pour être un consentement.", by=None, at=NOON
    )

    given = subscribers.proofs(open_town, subscriber)[-1]

    assert (given.text_version, given.technical_origin) == (1, "192.0.0.0/16")
    assert "FR-Alert" in given.wording
    assert given.theme_names == ("Culture et événements", "Informations pratiques")


def test_a_known_address_gets_its_own_letter_and_the_visitor_learns_nothing(open_town, themes):
    scene.join(open_town, JEANNE, themes[:1])

    assert scene.ask(open_town, JEANNE, themes) is None

    assert scene.letters(open_town)[-1] == "known"
    assert person(open_town).theme_ids == {themes[0].id}


def test_who_left_may_come_back_and_is_written_to_again(open_town, themes):
    subscriber = scene.join(open_town, JEANNE, themes[:1])
    preferences.unsubscribe(open_town, subscriber, at=NOON)

    later = NOON + timedelta(days=1)
    assert scene.join(open_town, JEANNE, themes[1:2], at=later) == subscriber
    assert recipients(open_town, [themes[1].id], at=later).count() == 1


def test_nonsense_is_refused(open_town, themes):
    with pytest.raises(NotAnAddress):
        scene.ask(open_town, "pas une adresse", themes)
    with pytest.raises(NoTheme):
        scene.ask(open_town, JEANNE, [])


def test_a_confirmation_of_another_person_confirms_nothing(open_town, themes):
    scene.ask(open_town, JEANNE, themes)
    mine = scene.ref_of_last(open_town)
    scene.ask(open_town, "paul@exemple.fr", themes)
    theirs = scene.ref_of_last(open_town)
    from dataclasses import replace

    with pytest.raises(NothingToConfirm):
        subscribing.confirm(
            open_town, replace(theirs, reference=mine.reference), visitor=scene.HERE, at=NOON
        )


def test_one_address_gets_three_letters_an_hour_and_nobody_is_told(open_town, themes):
    for n in range(5):
        scene.ask(open_town, JEANNE, themes, network=f"198.51.100.{n}")

    assert len(scene.letters(open_town, "confirm:")) == attempts.PER_ADDRESS


def test_one_network_is_told_to_wait(open_town, themes):
    for n in range(attempts.PER_NETWORK):
        scene.ask(open_town, f"voisin{n}@exemple.fr", themes)

    with pytest.raises(TooManyAttempts):
        scene.ask(open_town, "un-de-plus@exemple.fr", themes)
    scene.ask(open_town, "plus-tard@exemple.fr", themes, at=NOON + timedelta(hours=2))


def the_code(town):
    ref = scene.ref_of_last(town, "code")
    code = tokens.six_digits(
        keys.token_key(), town_id=town.pk, message_id=ref.message_id, seq=ref.seq
    )
    return code.decode()


def test_a_lost_link_is_found_again_by_a_code(open_town, themes):
    scene.join(open_town, JEANNE, themes[:1])

    handle = codes.request_code(open_town, JEANNE, visitor=scene.HERE, at=NOON)
    point = codes.enter_code(open_town, handle, the_code(open_town), at=NOON)

    assert point == person(open_town).contact_point_id
    with pytest.raises(codes.CodeExpired):
        codes.enter_code(open_town, handle, the_code(open_town), at=NOON)


def test_an_unknown_address_gets_the_same_answer_and_no_letter(open_town, themes):
    handle = codes.request_code(open_town, "inconnu@exemple.fr", visitor=scene.HERE, at=NOON)

    assert isinstance(handle, uuid.UUID)
    assert scene.letters(open_town) == []
    with pytest.raises(codes.WrongCode):
        codes.enter_code(open_town, handle, "123456", at=NOON)


def test_a_code_is_tried_five_times_and_lives_a_quarter_of_an_hour(open_town, themes):
    scene.join(open_town, JEANNE, themes[:1])
    handle = codes.request_code(open_town, JEANNE, visitor=scene.HERE, at=NOON)
    right = the_code(open_town)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for _ in range(codes.MAX_TRIES):
        with pytest.raises(codes.WrongCode):
            codes.enter_code(open_town, handle, wrong, at=NOON)
    with pytest.raises(codes.CodeExpired):
        codes.enter_code(open_town, handle, right, at=NOON)

    late = codes.request_code(open_town, JEANNE, visitor=scene.HERE, at=NOON)
    with pytest.raises(codes.CodeExpired):
        codes.enter_code(open_town, late, the_code(open_town), at=NOON + timedelta(minutes=16))


def test_someone_erased_can_start_anew(open_town, themes):
    first = scene.join(open_town, JEANNE, themes[:1])
    erasure.erase(open_town, first, at=NOON)

    assert scene.join(open_town, JEANNE, themes[:1]) != first
