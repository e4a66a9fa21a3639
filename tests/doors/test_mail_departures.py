"""Courrier > Départs: someone leaves, and the page says what will happen before it is decided."""

from datetime import timedelta

import pytest
from django.utils import timezone

from beffroi.mailhosting.models import Departure, Mailbox
from tests.doors.test_mail_boxes import words
from tests.rooms.mailhosting import scene

HERE = "/mairie/arcachon/courrier/departs/"
TODAY = timezone.localdate()


@pytest.fixture
def desk(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def people(town, administrator):
    domain = scene.a_live_domain(town, "mairie-arcachon.example")
    leaver = scene.a_box(town, domain, "paul", display_name="Paul Ancien")
    successor = scene.a_box(town, domain, "anne", display_name="Anne Neuve")
    keeper = scene.a_box(town, domain, "dgs", holder_id=administrator.pk)
    return leaver, successor, keeper


def a_form(people, **others):
    leaver, successor, keeper = people
    return {
        "mailbox": leaver.pk,
        "last_day": TODAY + timedelta(days=7),
        "archive_on": TODAY + timedelta(days=90),
        "successor": successor.pk,
        "keep_copy": "on",
        "answers": "on",
        "subject": "[nom] est parti",
        "text": "Écrivez à [successeur] : [adresse].",
        "custodian": keeper.pk,
        **others,
    }


def test_a_departure_is_previewed_decided_and_cancelled(desk, people):
    leaver, *_ = people
    preview = words(desk.post(f"{HERE}preparer/", a_form(people)))
    assert "Écrivez à Anne Neuve : anne@mairie-arcachon.example." in preview
    assert not Departure.objects.of(leaver.town).exists()

    decided = desk.post(f"{HERE}preparer/", a_form(people, decide="1"), follow=True)

    assert "Paul Ancien" in words(decided) and "Annuler le départ" in words(decided)
    row = Departure.objects.of(leaver.town).get()
    assert timezone.localtime(row.leaves_at).hour == 0
    assert timezone.localdate(row.leaves_at) == TODAY + timedelta(days=8)
    again = desk.post(f"{HERE}{row.pk}/modifier/", a_form(people, answers="", decide="1"))
    assert again.status_code == 302
    row.refresh_from_db()
    assert row.text == ""
    assert "est annulé" in words(desk.post(f"{HERE}{row.pk}/annuler/", follow=True))


def test_someone_who_left_yesterday_has_left_now(desk, people):
    form = a_form(people, last_day=TODAY - timedelta(days=1), decide="1")

    desk.post(f"{HERE}preparer/", form)

    row = Departure.objects.of(people[0].town).get()
    assert abs(row.leaves_at - timezone.now()) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"archive_on": TODAY}, "l’archivage vient après"),
        ({"last_day": TODAY - timedelta(days=30)}, "le jour ne peut être passé"),
        ({"text": ""}, "Écrivez la réponse et son objet"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_decided(desk, people, wrong, said):
    page = words(desk.post(f"{HERE}preparer/", a_form(people, **wrong, decide="1")))

    assert said in page
    assert not Departure.objects.of(people[0].town).exists()


def test_a_successor_who_cannot_take_over_is_refused(desk, people):
    leaver, successor, _ = people
    Mailbox.objects.of(leaver.town).filter(pk=successor.pk).update(state="suspended")
    form = a_form(people, successor=leaver.pk, decide="1")

    assert "ne peut pas prendre la suite" in words(desk.post(f"{HERE}preparer/", form))


def test_the_custodian_gives_a_reason_before_reading(desk, client, people, agent):
    desk.post(f"{HERE}preparer/", a_form(people, last_day=TODAY - timedelta(days=1), decide="1"))
    row = Departure.objects.of(people[0].town).get()
    care = f"/mairie/arcachon/courrier/garde/{row.pk}/"
    assert "Voir la boîte" in words(desk.get("/mairie/arcachon/courrier/moi/", follow=True))
    assert "Donnez la raison" in words(desk.post(care, {"reason": "x"}))

    opened = desk.post(care, {"reason": "Devis de la toiture"}, follow=True)

    assert "ouverte pour vingt-quatre heures" in words(opened)
    assert "Devis de la toiture" in words(desk.get(f"{HERE}{row.pk}/"))
    client.force_login(agent)
    assert client.get(care).status_code == 404
    assert "sous ma garde" not in words(client.get("/mairie/arcachon/courrier/moi/"))


def test_the_town_s_own_words_are_proposed_to_the_next_departure(desk, people):
    mine = {"subject": "Au revoir de [nom]", "text": "Écrivez à [adresse]."}
    refused = desk.post(
        "/mairie/arcachon/courrier/reponses/modifier/?pour=departure", {**mine, "text": "[ici]"}
    )
    assert "[ici] n’est pas connu" in words(refused)

    desk.post("/mairie/arcachon/courrier/reponses/modifier/?pour=departure", mine)

    assert "Au revoir de [nom]" in words(desk.get(f"{HERE}preparer/"))
