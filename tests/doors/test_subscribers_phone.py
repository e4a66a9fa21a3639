"""Mobile numbers at the front desk: paper forms, the search, the number in clear with a reason."""

import re

import pytest
import time_machine
from django.test import Client

from beffroi.audience.models import PaperForm, Subscriber
from beffroi.audience.queries import recipients
from beffroi.delivery.models import Delivery
from beffroi.delivery.words import Channel, DeliveryState
from beffroi.towns.models import JournalEntry
from beffroi.towns.permissions import Role
from tests.cast import NOON, an_agent
from tests.doors import residents

MOBILE = "06 12 34 56 78"


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


def url(town, path=""):
    return f"/mairie/{town.slug}/abonnes/{path}"


def type_form(desk, town, *themes, address="", phone=MOBILE, number="2026-001"):
    return desk.post(
        url(town, "bulletins/"),
        {
            "number": number,
            "signed_on": "20/11/2026",
            "address": address,
            "phone": phone,
            "family_name": "Dupont",
            "first_name": "Jeanne",
            "themes": [theme.pk for theme in themes],
            "sure": address,
        },
        follow=True,
    )


def words(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_a_form_with_a_mobile_alone_is_typed(town, themes, desk):
    page = type_form(desk, town, themes[0])

    assert "nouvel abonné" in words(page)
    assert "06 •• •• •• 78" in words(page)
    assert recipients(town, [themes[0].pk], channel=Channel.SMS, at=NOON).count() == 1


@pytest.mark.parametrize(
    ("phone", "sentence"),
    [
        ("05 57 52 98 98", "téléphone fixe"),
        ("0612", "numéro de mobile complet"),
        ("", "Écrivez une adresse ou un mobile"),
    ],
)
def test_what_is_no_mobile_is_refused_with_its_reason(town, themes, desk, phone, sentence):
    assert sentence in words(type_form(desk, town, themes[0], phone=phone))
    assert not PaperForm.objects.of(town).exists()


def test_a_number_of_somebody_else_is_not_taken(town, themes, desk):
    type_form(desk, town, themes[0])

    page = type_form(desk, town, themes[0], address="paul@exemple.fr", number="2026-002")

    assert "déjà celui d’un autre abonné" in words(page)
    assert PaperForm.objects.of(town).count() == 1


def test_while_typing_the_desk_learns_that_the_number_is_known(town, themes, desk):
    type_form(desk, town, themes[0])

    said = desk.get(url(town, "bulletins/verifier/"), headers={"X-Typed-Phone": "0612345678"})

    assert "déjà abonnée" in words(said)


def test_the_front_desk_finds_reads_and_unveils_a_number_and_the_journal_knows(town, themes, desk):
    type_form(desk, town, themes[0])
    person = Subscriber.objects.of(town).get()

    found = desk.post(url(town), {"q": "06.12.34.56.78"}, follow=True)
    page = desk.get(url(town, f"{person.pk}/"))
    clear = desk.post(
        url(town, f"{person.pk}/devoiler/"), {"reason": "Elle rappelle", "what": "mobile"}
    )

    assert "Jeanne Dupont" in words(found)
    assert "06 •• •• •• 78" in words(page)
    assert MOBILE not in page.content.decode()
    assert MOBILE in clear.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert JournalEntry.objects.of(town).filter(detail__contains="Elle rappelle").exists()


def test_the_export_has_a_column_for_mobiles(town, themes, desk):
    type_form(desk, town, themes[0])

    answer = desk.post(url(town, "exporter/"), {"reason": "Réunion publique"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()

    assert "Mobile" in lines[0]
    assert "06 12 34 56 78" in lines[1]


@pytest.mark.parametrize("state", DeliveryState)
def test_whatever_became_of_an_sms_the_front_desk_has_a_sentence_for_it(town, themes, desk, state):
    type_form(desk, town, themes[0])
    person = Subscriber.objects.of(town).get()
    assert person.phone_point_id is not None
    Delivery.objects.of(town).filter(contact_point_id=person.phone_point_id).update(state=state)

    page = words(desk.get(url(town, f"{person.pk}/")))

    assert "messagerie" not in page
    assert ("reçu sur le téléphone" in page) == (state == DeliveryState.DELIVERED)
