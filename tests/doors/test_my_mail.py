"""Mon courrier: absence, redirect, passwords of devices; the holder's own box and nobody else's."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from beffroi.mailhosting.models import AppPassword
from beffroi.mailhosting.queries import away, boxes
from tests.rooms.mailhosting import scene

HERE = "/mairie/arcachon/courrier/moi/"


@pytest.fixture
def box(town, agent):
    """Held by an agent who has no right over the town's mail."""
    domain = scene.a_live_domain(town, "mairie-arcachon.example")
    return scene.a_box(town, domain, "lea", display_name="Léa Martin", holder_id=agent.pk)


@pytest.fixture
def desk(client, agent):
    client.force_login(agent)
    return client


def words(response):
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ")


def day(ahead):
    return (timezone.localdate() + timedelta(days=ahead)).isoformat()


def test_whoever_holds_no_box_is_told_whom_to_ask(desk):
    assert "Aucune boîte n’est à votre nom" in words(desk.get(HERE))


def test_an_absence_is_looked_at_then_answers_until_its_last_day(desk, town, box):
    here = f"{HERE}{box.pk}/absence/"
    model = words(desk.get(f"{here}?modele=conges"))
    text = re.search(r"<textarea[^>]*>([^<]*)", model).group(1)
    fields = {"since": day(0), "until": day(4), "subject": "Absente", "text": text}

    seen = words(desk.post(here, {**fields, "voir": "1"})).split('id="answer"')[1]
    assert "[fin]" not in seen
    assert away.absence(town, box.pk, at=timezone.now()) is None
    desk.post(here, fields)

    absence = away.absence(town, box.pk, at=timezone.now())
    assert timezone.localdate(absence.until) == timezone.localdate() + timedelta(days=5)
    assert "en congé jusqu’au" in absence.text
    assert "[" not in absence.text
    desk.post(f"{here}finir/")
    assert away.absence(town, box.pk, at=timezone.now()) is None


def test_an_absence_that_is_over_already_is_refused(desk, town, box):
    fields = {"since": day(-4), "until": day(-1), "subject": "Absente", "text": "Bonjour"}

    assert "Ce jour est passé" in words(desk.post(f"{HERE}{box.pk}/absence/", fields))
    assert away.absence(town, box.pk, at=timezone.now()) is None


def test_mail_leaves_the_town_only_after_a_warning(desk, town, box):
    here = f"{HERE}{box.pk}/renvoi/"
    fields = {"to": "lea@prive.example", "keep_copy": "on", "since": day(0), "until": ""}

    assert "Cette adresse n’est pas à la commune" in words(desk.post(here, fields))
    assert away.redirect(town, box.pk, at=timezone.now()) is None
    desk.post(here, {**fields, "understood": "on"})

    assert away.redirect(town, box.pk, at=timezone.now()).to == "lea@prive.example"
    assert "lea@prive.example" in words(desk.get(f"{HERE}{box.pk}/"))


def test_mail_is_not_sent_round_in_a_circle(desk, town, box):
    fields = {"to": box.address.email, "keep_copy": "on", "since": day(0)}

    assert "reviendrait dans la même boîte" in words(desk.post(f"{HERE}{box.pk}/renvoi/", fields))
    assert away.redirect(town, box.pk, at=timezone.now()) is None


def test_the_password_of_a_device_is_shown_once_and_withdrawn_alone(desk, town, box):
    shown = words(desk.post(f"{HERE}{box.pk}/appareils/", {"label": "Téléphone"}))
    secret = re.search(r'id="handed">([^<]+)<', shown).group(1)
    page = words(desk.get(f"{HERE}{box.pk}/"))
    assert "Téléphone" in page
    assert secret not in page

    made = AppPassword.objects.of(town).get()
    desk.post(f"/mairie/arcachon/courrier/appareils/{made.pk}/retirer/")
    assert not boxes.app_passwords(town, box.pk).exists()


def test_the_holder_changes_the_password_through_a_link_of_their_own(desk, town, box):
    link = desk.post(f"{HERE}{box.pk}/mot-de-passe/")["Location"]
    chosen = "quatre mots sans rapport"

    done = words(desk.post(link, {"password": chosen, "again": chosen}))

    assert "Mot de passe enregistré" in done
    assert "Envoyer (SMTP)" in done and "Code qui règle lea@mairie-arcachon.example" in done
    assert HERE in done
    box.refresh_from_db()
    assert box.password_hash


def test_a_colleague_touches_nothing_of_it_and_the_administrator_makes_no_password(
    client, town, box, colleague, administrator
):
    scene.a_device(town, box)
    made = AppPassword.objects.of(town).get()
    client.force_login(colleague)
    for path in ("", "absence/", "renvoi/"):
        assert client.get(f"{HERE}{box.pk}/{path}").status_code == 404
    client.post(f"/mairie/arcachon/courrier/appareils/{made.pk}/retirer/")
    assert boxes.app_passwords(town, box.pk).count() == 1

    client.force_login(administrator)
    assert client.get(f"{HERE}{box.pk}/absence/").status_code == 200
    assert client.post(f"{HERE}{box.pk}/appareils/", {"label": "x"}).status_code == 404
    assert client.post(f"{HERE}{box.pk}/mot-de-passe/").status_code == 404
