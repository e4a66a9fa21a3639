"""A mobile number, as a resident lives it: typed, proved by a code, changed, taken away. No JavaScript anywhere."""

import json
import re

import pytest
import time_machine

from beffroi.audience import queries as audience
from beffroi.audience.channels import bit, bits
from beffroi.audience.models import Subscriber, Subscription
from beffroi.audience.services import texts
from beffroi.delivery.models import Message
from beffroi.delivery.queries import links
from beffroi.delivery.words import Channel
from beffroi.towns.models import Town
from tests.cast import NOON
from tests.doors import residents

MOBILE = "06 12 34 56 78"
EMAIL, SMS = bit(Channel.EMAIL), bit(Channel.SMS)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def _sms_is_on(settings):
    settings.SMS_IS_ON = True


@pytest.fixture
def themes(town):
    return residents.opened(town)


def ask(town, client, *chosen, phone=MOBILE, address="", **more):
    typed = residents.answers(town, *chosen, address=address, phone=phone, **more)
    return client.post(f"/{town.slug}/abonnement/", typed, follow=True)


def prove(town, client, page):
    """Types the code on the page that asks for it."""
    code = residents.sms_code(town)
    return client.post(page.redirect_chain[-1][0], {"code": code}, follow=True)


def by_sms(town, theme):
    return audience.recipients(town, [theme.pk], channel=Channel.SMS, at=NOON).count()


def test_a_resident_gives_a_mobile_types_the_code_and_is_subscribed(town, themes, client):
    asked = ask(town, client, themes[0], themes[2])
    done = prove(town, client, asked)

    assert "Entrez le code reçu par SMS" in asked.content.decode()
    assert "C’est confirmé" in done.content.decode()
    assert [by_sms(town, theme) for theme in themes] == [1, 0, 1]


def test_a_landline_is_told_apart_and_nothing_typed_is_lost(town, themes, client):
    page = ask(town, client, themes[0], phone="05 57 52 98 98").content.decode()

    assert "Ce numéro est un téléphone fixe" in page
    assert 'value="05 57 52 98 98"' in page
    assert f'value="{themes[0].pk}" id="id_themes" checked' in page
    assert not Message.objects.of(town).exists()


@pytest.mark.parametrize(
    ("phone", "sentence"),
    [
        ("", "Écrivez votre adresse"),
        ("bonjour", "Écrivez un numéro de mobile complet"),
        ("0612", "Écrivez un numéro de mobile complet"),
        ("+44 7911 123456", "un autre pays"),
        ("0970 12 34 56", "box"),
    ],
)
def test_what_is_no_french_mobile_is_refused_with_its_reason(town, themes, client, phone, sentence):
    assert sentence in ask(town, client, themes[0], phone=phone).content.decode()


def test_beyond_the_ceiling_of_codes_the_page_says_what_to_do(town, themes, client):
    Town.objects.filter(pk=town.pk).update(sms_codes_per_day=1)
    ask(town, client, themes[0])

    page = ask(town, client, themes[0], phone="06 33 44 55 66").content.decode()

    assert "Trop de codes ont été demandés par SMS aujourd’hui" in page
    assert Message.objects.of(town).filter(channel=Channel.SMS).count() == 1


def test_a_wrong_code_says_so_and_five_end_it(town, themes, client):
    url = ask(town, client, themes[0]).redirect_chain[-1][0]
    right = residents.sms_code(town)
    wrong = "000000" if right != "000000" else "111111"

    said = [client.post(url, {"code": wrong}).content.decode() for _ in range(6)]

    assert all("Ce n’est pas le code envoyé" in page for page in said[:5])
    assert "essayé trop souvent" in said[5]
    assert "essayé trop souvent" in client.post(url, {"code": right}).content.decode()
    assert by_sms(town, themes[0]) == 0


def test_a_known_number_is_answered_like_an_unknown_one(town, themes, client):
    prove(town, client, ask(town, client, themes[0]))

    known = ask(town, client, themes[1])
    unknown = ask(town, client, themes[1], phone="07 55 00 11 22")

    pages = [re.sub(r"/code/[0-9a-f-]+", "", page.content.decode()) for page in (known, unknown)]
    assert pages[0] == pages[1]


def test_a_number_gets_three_codes_an_hour_and_the_page_does_not_tell(town, themes, client):
    page = [ask(town, client, themes[0]) for _ in range(5)][-1]

    assert "Six chiffres partent" in page.content.decode()
    assert Message.objects.of(town).filter(channel=Channel.SMS).count() == 3


def test_both_are_asked_for_both_and_each_theme_may_come_its_own_way(town, themes, client):
    asked = ask(
        town,
        client,
        *themes[:2],
        address=residents.ADDRESS,
        **{f"par_{themes[0].pk}": str(EMAIL)},
    )
    client.post(residents.link(residents.mailbox(town)[0], "/confirmation/"))
    prove(town, client, asked)

    assert "Et votre adresse" in asked.content.decode()
    rows = Subscription.objects.of(town).values_list("theme_id", "channels")
    assert dict(rows) == {themes[0].pk: EMAIL, themes[1].pk: EMAIL | SMS}
    assert Subscriber.objects.of(town).count() == 1


def test_the_letter_names_the_number_that_was_given_with_the_address(town, themes, client):
    ask(town, client, themes[0], address=residents.ADDRESS)

    assert "06 •• •• •• 78".replace(" ", "\N{NO-BREAK SPACE}") in residents.text(
        residents.mailbox(town)[0]
    )


def test_a_theme_by_a_channel_that_was_not_given_is_told(town, themes, client):
    page = ask(
        town,
        client,
        themes[0],
        phone="",
        address=residents.ADDRESS,
        **{f"par_{themes[0].pk}": str(SMS)},
    )

    assert "remplissez cette case" in page.content.decode()


def test_without_a_provider_or_words_about_sms_the_page_offers_none(town, themes, client, settings):
    with_both = client.get(f"/{town.slug}/abonnement/").content.decode()
    settings.SMS_IS_ON = False
    without_provider = client.get(f"/{town.slug}/abonnement/").content.decode()
    settings.SMS_IS_ON = True
    texts.publish(
        town, "J’accepte que la mairie m’écrive par e-mail, rien d’autre.", by=None, at=NOON
    )
    without_words = client.get(f"/{town.slug}/abonnement/").content.decode()

    assert ['type="tel"' in page for page in (with_both, without_provider, without_words)] == [
        True,
        False,
        False,
    ]


@pytest.fixture
def person(town, themes, client):
    return residents.subscribed(town, client, themes[0], themes[1])


@pytest.fixture
def centre(town, person):
    return f"/{town.slug}/mes-abonnements/{links.preferences_token(town, person.email_point_id)}"


def add_number(town, client, centre):
    asked = client.post(f"{centre}/mobile", {"phone": MOBILE}, follow=True)
    return prove(town, client, asked)


def test_a_number_is_added_and_a_theme_ticked_for_it(town, themes, person, centre, client):
    page = add_number(town, client, centre).content.decode()
    before = by_sms(town, themes[0])
    client.post(
        f"{centre}/themes",
        {"themes": [themes[0].pk], f"par_{themes[0].pk}": [str(EMAIL), str(SMS)]},
    )

    assert "Votre mobile est confirmé" in page
    assert f'name="par_{themes[0].pk}" value="{SMS}"' in page
    assert (before, by_sms(town, themes[0])) == (0, 1)


def test_a_theme_is_turned_from_e_mail_to_sms(town, themes, person, centre, client):
    add_number(town, client, centre)

    client.post(f"{centre}/themes", {"themes": [themes[0].pk], f"par_{themes[0].pk}": str(SMS)})

    by_mail = audience.recipients(town, [themes[0].pk], at=NOON).count()
    assert (by_mail, by_sms(town, themes[0])) == (0, 1)


def test_a_number_is_taken_away(town, themes, person, centre, client):
    add_number(town, client, centre)
    client.post(
        f"{centre}/themes",
        {"themes": [themes[0].pk], f"par_{themes[0].pk}": str(bits([Channel.EMAIL, Channel.SMS]))},
    )

    page = client.post(f"{centre}/mobile/retrait", follow=True).content.decode()

    assert "Votre mobile est effacé" in page
    assert by_sms(town, themes[0]) == 0
    person.refresh_from_db()
    assert (person.phone_point_id, person.status) == (None, "active")


def test_the_only_way_to_somebody_is_kept_and_the_page_says_why(town, themes, client):
    done = prove(town, client, ask(town, client, themes[0]))
    own_page = done.redirect_chain[-1][0].partition("?")[0]

    page = client.post(f"{own_page}/mobile/retrait").content.decode()

    assert "ne peut vous joindre que par ce mobile" in page
    assert by_sms(town, themes[0]) == 1


def test_the_lost_page_is_found_again_with_a_code_by_sms(town, themes, client):
    prove(town, client, ask(town, client, themes[0]))

    asked = client.post(f"/{town.slug}/mes-abonnements/", {"contact": "0612345678"}, follow=True)
    url = asked.redirect_chain[-1][0]
    page = client.post(url, {"code": residents.sms_code(town)}, follow=True).content.decode()

    assert "06 •• •• •• 78".replace(" ", "\N{NO-BREAK SPACE}") in page
    assert "Mes abonnements" in page


def test_my_data_hold_the_number_and_erasing_them_takes_it(town, themes, client):
    done = prove(town, client, ask(town, client, themes[0]))
    own_page = done.redirect_chain[-1][0].partition("?")[0]

    data = json.loads(client.get(f"{own_page}/mes-donnees.json").content)
    client.post(f"{own_page}/effacement")

    assert data["mobile"] == "06 12 34 56 78"
    assert data["abonnements"][0]["moyens"] == ["SMS"]
    assert client.get(own_page).status_code == 404
    assert by_sms(town, themes[0]) == 0
