"""Courrier > Boîtes: what the secretary of a commune sees and does."""

import re

import pytest

from beffroi.backoffice.mail.words import room
from beffroi.delivery import keys
from beffroi.delivery.models import Delivery, Message
from beffroi.kit import tokens
from beffroi.mailhosting.models import Address
from beffroi.mailhosting.queries import allowances as allowances_read, boxes
from beffroi.mailhosting.services import allowances
from beffroi.towns import services as towns
from tests.cast import NOON, PASSWORD
from tests.rooms.mailhosting import scene

HERE = "/mairie/arcachon/courrier/"


@pytest.fixture
def desk(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def domain(town):
    return scene.a_live_domain(town, "mairie-arcachon.example")


def words(response):
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ")


def wanted(domain, name, **changes):
    """The form of a new box, as it is filled in."""
    fields = {
        "kind": "person",
        "display_name": name,
        "local_part": "",
        "domain": domain.pk,
        "holder": "",
        "private_email": "",
        "quota_mib": 5120,
    }
    return {**fields, **changes}


def link_in_the_mail(town):
    """The link as the engine will fill it in; the table holds only its place."""
    message = Message.objects.of(town).latest("pk")
    assert "https://slot.invalid/confirm/" in message.text
    token = tokens.link_token(
        keys.token_key(),
        tokens.Kind.CONFIRM,
        town_id=town.pk,
        number=message.pk,
        part=Delivery.objects.of(town).get(message_id=message.pk).seq,
        salt=1,
    ).decode()
    return f"/compte/boite/{town.slug}/confirmation/{token}"


def choose(client, link, password):
    return words(client.post(link, {"password": password, "again": password}))


def test_without_a_domain_the_page_leads_to_choosing_one(desk):
    assert "/mairie/arcachon/courrier/domaines/" in words(desk.get(HERE)).split("empty")[1]

    desk.post(f"{HERE}domaines/choisir/", {"name": "Mairie-Arcachon.example"})

    assert "Aucune boîte pour le moment" in words(desk.get(HERE))


def test_boxes_are_found_by_name_kind_and_state(desk, town, domain):
    scene.a_box(town, domain, "maire", display_name="Camille Dubourg")
    scene.a_box(town, domain, "urbanisme", kind="commission")

    def shown(**asked):
        page = words(desk.get(HERE, asked))
        return ["Camille Dubourg" in page, "urbanisme@" in page]

    assert shown() == [True, True]
    assert shown(q="dubourg") == [True, False]
    assert shown(genre="commission") == [False, True]
    assert shown(etat="archived") == [False, False]


def test_room_is_said_in_the_units_of_every_day():
    said = [room(mib).replace("\N{NO-BREAK SPACE}", " ") for mib in (512, 5 * 1024, 1536)]

    assert said == ["512 Mo", "5 Go", "1,5 Go"]


def test_a_box_is_made_of_a_name_and_its_holder_chooses_the_password(desk, client, town, domain):
    made = desk.post(
        f"{HERE}boites/nouvelle/",
        wanted(domain, "Éloïse d’Arc", private_email="eloise@prive.example"),
        follow=True,
    )
    assert "eloise.d.arc@mairie-arcachon.example est créée et reçoit dès maintenant" in words(made)
    assert "prive.example" not in words(desk.get(HERE))
    link = link_in_the_mail(town)
    client.logout()

    assert "Les deux ne sont pas les mêmes" in words(
        client.post(link, {"password": "quatre mots sans rapport", "again": "autre"})
    )
    assert "trop court" in choose(client, link, "court")
    assert "Mot de passe enregistré" in choose(client, link, "quatre mots sans rapport")
    assert "Ce lien ne sert plus" in choose(client, link, "encore quatre mots choisis")
    assert boxes.boxes(town).get().password_hash.startswith("{ARGON2ID}")


def test_a_link_handed_over_is_shown_once_and_replaces_the_one_before(desk, client, town, domain):
    box = scene.a_box(town, domain, "maire")
    first, second = (
        re.search(r'id="handed">http://testserver([^<]+)<', words(page)).group(1)
        for page in [desk.post(f"{HERE}boites/{box.pk}/lien/") for _ in range(2)]
    )

    assert "Ce lien ne sert plus" in words(client.get(first))
    assert "Choisissez le mot de passe" in words(client.get(second))
    assert "Ce lien ne sert plus" in words(client.get(second.replace(town.slug, "ailleurs")))


def test_an_address_is_said_free_or_taken_while_one_types(desk, town, domain):
    scene.a_box(town, domain, "maire", display_name="Camille Dubourg")

    def said(**typed):
        return words(desk.get(f"{HERE}boites/libre/", {"domain": domain.pk, **typed}))

    assert "Libre" in said(display_name="Commission de l’urbanisme", kind="commission")
    assert "urbanisme@" in said(display_name="Commission de l’urbanisme", kind="commission")
    assert "Déjà prise par la boîte « Camille Dubourg »" in said(local_part="Maire")
    assert "sans accent" in said(local_part="état civil")
    desk.post(f"{HERE}boites/nouvelle/", wanted(domain, "Autre", local_part="maire"))
    assert boxes.boxes(town).count() == 1


def test_a_town_makes_no_more_boxes_than_it_was_lent(desk, town, domain, administrator):
    allowances.lend(town, max_boxes=1, max_mib=6 * 1024, by=administrator, at=NOON)
    desk.post(f"{HERE}boites/nouvelle/", wanted(domain, "Première"))

    refused = words(desk.post(f"{HERE}boites/nouvelle/", wanted(domain, "Seconde")))

    assert "1 boîte et 6 Go ; il en reste 0 et 1 Go" in refused
    assert "1 boîte sur 1, 5 Go réservés sur 6 Go" in words(desk.get(HERE))
    assert boxes.boxes(town).count() == 1


def test_the_operator_lends_boxes_and_room(client, town):
    operator = towns.create_agent(
        email="op@house.example", full_name="Opale", at=NOON, password=PASSWORD, is_operator=True
    )
    client.force_login(operator)
    client.post("/exploitant/collectivites/arcachon/courrier/", {"max_boxes": 7, "max_go": 30})

    use = allowances_read.use_of(town)
    assert (use.max_boxes, use.max_mib) == (7, 30 * 1024)


def test_a_box_is_suspended_and_the_undo_restores_it(desk, town, domain):
    box = scene.a_box(town, domain, "maire", display_name="Camille Dubourg")

    page = desk.post(f"{HERE}boites/{box.pk}/suspendre/", follow=True)
    assert boxes.box(town, box.pk).state == "suspended"
    undo = f"{HERE}boites/{box.pk}/remettre/"
    assert undo in words(page)
    desk.post(undo)

    assert boxes.box(town, box.pk).state == "active"
    page = words(desk.get(f"{HERE}boites/{box.pk}/"))
    assert page.count("État d’une boîte") == 2


def test_a_box_changes_its_name_its_holder_and_its_room(desk, town, domain, administrator):
    box = scene.a_box(town, domain, "maire")

    desk.post(
        f"{HERE}boites/{box.pk}/adresse/",
        {"local_part": "mairesse", "domain": domain.pk, "keep_old": "on"},
    )
    desk.post(
        f"{HERE}boites/{box.pk}/modifier/",
        {"display_name": "Camille", "holder": administrator.pk, "quota_mib": 10240},
    )

    box.refresh_from_db()
    assert (box.address.local_part, box.display_name, box.quota_mib) == (
        "mairesse",
        "Camille",
        10240,
    )
    assert box.holder == administrator
    assert [one.local_part for one in boxes.names_of(town, box.pk)] == ["maire"]


def test_a_list_leads_to_boxes_and_outside_and_its_removal_is_undone(desk, town, domain):
    people = [scene.a_box(town, domain, name) for name in ("maire", "adjointe")]
    fields = {
        "local_part": "conseil",
        "domain": domain.pk,
        "boxes": [box.pk for box in people],
        "outside": "ancien@prive.example\n",
    }
    desk.post(f"{HERE}adresses/nouvelle/", fields)
    page = words(desk.get(f"{HERE}adresses/"))
    assert "conseil@mairie-arcachon.example" in page
    assert "hors de la commune" in page
    alias = boxes.aliases(town).get()

    page = words(desk.post(f"{HERE}adresses/{alias.pk}/retirer/", follow=True))
    assert not Address.objects.of(town).filter(local_part="conseil").exists()
    undo = re.search(r'action="([^"]+remettre[^"]+)"', page).group(1)
    desk.post(undo)

    assert boxes.aliases(town).get().targets.count() == 3


def test_an_address_that_leads_nowhere_is_not_made(desk, town, domain):
    fields = {"local_part": "conseil", "domain": domain.pk, "outside": "pas une adresse"}

    assert "n’est pas une adresse e-mail" in words(desk.post(f"{HERE}adresses/nouvelle/", fields))
    assert "Cochez au moins une boîte" in words(
        desk.post(f"{HERE}adresses/nouvelle/", fields | {"outside": ""})
    )
    assert not boxes.aliases(town).exists()


def test_who_has_no_account_is_invited_from_the_box_and_holds_it(desk, town, domain):
    box = scene.a_box(town, domain, "lucie", display_name="Lucie Morel")
    here = f"{HERE}boites/{box.pk}/"
    assert "aucun agent" in words(desk.get(here))
    invite = re.search(r'href="([^"]+inviter/\?boite=\d+)"', words(desk.get(here))).group(1)
    assert 'value="Lucie Morel"' in words(desk.get(invite))

    sent = {"full_name": "Lucie Morel", "email": "lucie@prive.example", "roles": ["proposer"]}
    back = desk.post(invite, sent, follow=True)

    box.refresh_from_db()
    assert box.holder.email == "lucie@prive.example"
    assert "compte pas encore ouvert" in words(back)
    assert "inviter/?boite" not in words(back)
