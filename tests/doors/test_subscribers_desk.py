"""At the counter: a number added with its code, channels chosen theme by theme, a way removed; by the person's word."""

import pytest
import time_machine
from django.test import Client

from beffroi.audience.channels import bits
from beffroi.audience.models import ConsentProof, Subscriber, Subscription
from beffroi.audience.words import Origin, ProofAction
from beffroi.delivery import keys
from beffroi.delivery.models import ContactPoint, Message
from beffroi.delivery.words import Channel
from beffroi.kit import tokens
from beffroi.towns.models import JournalEntry
from beffroi.towns.permissions import Role
from tests.cast import NOON, an_agent
from tests.doors import residents
from tests.doors.test_subscribers_phone import MOBILE, type_form, url, words

EMAIL, SMS = Channel.EMAIL, Channel.SMS


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def themes(town):
    return residents.opened(town)


@pytest.fixture
def desk(town):
    client = Client()
    client.force_login(an_agent(town, "desk", *Role))
    return client


@pytest.fixture
def person(town, themes, desk):
    """Known by her address alone, subscribed to the first theme."""
    type_form(desk, town, themes[0], address="jeanne@exemple.fr", phone="")
    return Subscriber.objects.of(town).get()


def ask(desk, town, person, **fields):
    typed = {"phone": MOBILE, "agrees": "on"} | fields
    return desk.post(url(town, f"{person.pk}/mobile/"), typed)


def enter(desk, town, person, asked, code):
    handle = asked["Location"].partition("code=")[2].partition("#")[0]
    return desk.post(
        url(town, f"{person.pk}/mobile/code/"), {"handle": handle, "code": code}, follow=True
    )


def code_sent(town):
    message = Message.objects.of(town).filter(channel=SMS).latest("pk")
    key = keys.token_key()
    return tokens.six_digits(key, town_id=town.pk, message_id=message.pk, seq=0).decode()


def add_number(desk, town, person):
    return enter(desk, town, person, ask(desk, town, person), code_sent(town))


def choose(desk, town, person, theme, *channels, **fields):
    typed = {"themes": [theme.pk], f"par_{theme.pk}": [bits([one]) for one in channels]} | fields
    return desk.post(url(town, f"{person.pk}/themes/"), typed, follow=True)


def channels_of(town, theme):
    return Subscription.objects.of(town).get(theme=theme, until=None).channels


def test_a_number_counts_once_its_owner_has_read_out_the_code(town, desk, person):
    asked = ask(desk, town, person)
    person.refresh_from_db()
    before = person.phone_point_id
    wrong = enter(desk, town, person, asked, "000000" if code_sent(town) != "000000" else "111111")
    page = enter(desk, town, person, asked, code_sent(town))
    person.refresh_from_db()

    assert before is None
    assert "pas le code envoyé" in words(wrong)
    assert "Le mobile est confirmé" in words(page)
    assert MOBILE not in page.content.decode()
    assert person.phone_point_id is not None


def test_the_wording_that_was_read_is_the_proof_and_the_journal_names_the_agent(
    town, themes, desk, person
):
    add_number(desk, town, person)
    proof = ConsentProof.objects.of(town).latest("pk")

    assert (proof.action, proof.origin) == (ProofAction.CHANGED, Origin.AGENT)
    assert proof.agent is not None
    assert "SMS" in proof.text.wording
    assert channels_of(town, themes[0]) == bits([EMAIL])
    assert JournalEntry.objects.of(town).filter(detail="Mobile confirmé par son code").exists()


def test_without_the_person_s_word_no_code_leaves(town, desk, person):
    page = ask(desk, town, person, agrees="")

    assert "Sans l’accord de la personne" in words(page)
    assert not Message.objects.of(town).filter(channel=SMS).exists()


def test_a_number_that_was_sent_three_codes_gets_no_fourth(town, desk, person):
    for _ in range(3):
        ask(desk, town, person)

    assert "plusieurs codes" in words(ask(desk, town, person))
    assert Message.objects.of(town).filter(channel=SMS).count() == 3


def test_a_channel_is_added_with_the_person_s_word_and_they_are_written_to(
    town, themes, desk, person
):
    add_number(desk, town, person)

    refused = choose(desk, town, person, themes[0], EMAIL, SMS)
    assert "il faut l’accord de la personne" in words(refused)
    assert channels_of(town, themes[0]) == bits([EMAIL])

    choose(desk, town, person, themes[0], EMAIL, SMS, agrees="on")
    letter = Message.objects.of(town).get(reference="desk")
    assert channels_of(town, themes[0]) == bits([EMAIL, SMS])
    assert "(E-mail, SMS)" in letter.text
    assert ConsentProof.objects.of(town).latest("pk").text is not None


def test_taking_a_channel_off_asks_nothing_and_writes_to_nobody(town, themes, desk, person):
    add_number(desk, town, person)
    choose(desk, town, person, themes[0], EMAIL, SMS, agrees="on")
    Message.objects.of(town).filter(reference="desk").update(reference="first")

    choose(desk, town, person, themes[0], SMS)

    assert channels_of(town, themes[0]) == bits([SMS])
    assert not Message.objects.of(town).filter(reference="desk").exists()


def test_a_way_is_removed_unless_it_is_the_only_one(town, themes, desk, person):
    here = url(town, f"{person.pk}/moyens/retirer/")
    only = desk.post(here, {"channel": EMAIL}, follow=True)
    add_number(desk, town, person)
    choose(desk, town, person, themes[0], EMAIL, SMS, agrees="on")
    address = person.email_point_id

    gone = desk.post(here, {"channel": EMAIL}, follow=True)
    person.refresh_from_db()

    assert "le seul moyen" in words(only)
    assert "C’est retiré" in words(gone)
    assert person.email_point_id is None
    assert channels_of(town, themes[0]) == bits([SMS])
    assert ContactPoint.objects.of(town).get(pk=address).sealed is None
