"""La commune: settings, coat of arms, who approves, agents, departments, journal."""

import io
import re
from contextlib import contextmanager
from datetime import time, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from PIL import Image

from beffroi.delivery.models import Message
from beffroi.towns import queries, services
from beffroi.towns.models import Agent, JournalEntry, Town
from beffroi.towns.permissions import Role
from tests.cast import NOON, PASSWORD, an_agent

HERE = "/mairie/arcachon/commune/"
FIELDS = {
    "name": "Arcachon",
    "primary_colour": "#17456b",
    "accent_colour": "#b3391f",
    "sender_name": "Ville d’Arcachon",
    "sms_codes_per_day": "150",
    "quiet_from": "20:00",
    "quiet_until": "07:30",
    "sender_address": "mairie@arcachon.example",
    "privacy_contact": "dpo@arcachon.example",
    "publication_director": "Camille Dubourg, maire",
    "host": "Syndicat numérique, Bordeaux",
}


@pytest.fixture
def desk(client, administrator):
    client.force_login(administrator)
    return client


@contextmanager
def as_the_web_server():
    """Row-level security binds, as in production."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE beffroi_web")
        yield
        cursor.execute("RESET ROLE")


def words(response):
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ")


def roles_of(town, agent):
    rights = queries.rights(town, agent)
    return set(rights.roles) if rights else set()


def a_picture(kind="PNG", size=(900, 300)):
    out = io.BytesIO()
    Image.new("RGB", size, "#17456b").save(out, kind)
    return out.getvalue()


def send_picture(desk, data, name="blason.png"):
    return desk.post(f"{HERE}blason/", {"file": SimpleUploadedFile(name, data)}, follow=True)


def test_settings_are_changed_and_journalled(desk, town, administrator):
    page = desk.post(f"{HERE}modifier/", FIELDS, follow=True)

    assert "Les réglages sont enregistrés." in words(page)
    town.refresh_from_db()
    assert town.sender_name == "Ville d’Arcachon"
    assert (town.sms_codes_per_day, town.quiet_from) == (150, time(20))
    assert JournalEntry.objects.of(town).filter(kind="town.changed", actor=administrator).exists()


def test_a_colour_on_which_white_cannot_be_read_is_refused_beside_its_field(desk, town):
    page = desk.post(f"{HERE}modifier/", FIELDS | {"accent_colour": "#ffee00"})

    assert "Trop claire" in words(page)
    assert 'id="id_accent_colour_error"' in page.content.decode()
    town.refresh_from_db()
    assert town.accent_colour == "#b3391f"


def test_the_contrast_is_told_while_choosing(desk, town):
    page = words(desk.get(f"{HERE}contraste/", FIELDS | {"primary_colour": "#ffffff"}))

    assert "contraste 1,0 pour 1" in page
    assert "trop claire" in page


def test_the_coat_of_arms_is_encoded_anew_and_small(desk, town):
    send_picture(desk, a_picture())

    town.refresh_from_db()
    stored = Image.open(io.BytesIO(bytes(town.coat_of_arms)))
    assert (stored.format, stored.width) == ("PNG", 512)


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "blason.svg", "Un dessin SVG ne passe pas"),
        (b"%PDF-1.7 and so on", "blason.pdf", "Cette image ne s’ouvre pas."),
        (a_picture()[:200], "blason.png", "Cette image ne s’ouvre pas."),
        (b"", "blason.png", "vide"),
        (b"\0" * (16 * 1024 * 1024), "blason.png", "Cette image pèse plus de 15 Mo."),
    ],
)
def test_what_is_not_a_picture_gets_a_clear_answer(desk, town, data, name, said):
    page = send_picture(desk, data, name)

    assert said in words(page)
    town.refresh_from_db()
    assert town.coat_of_arms is None


def test_a_picture_that_would_burst_is_refused_unopened(desk, town):
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")

    assert "Cette image ne s’ouvre pas." in words(send_picture(desk, bomb.getvalue()))


def test_one_person_may_do_both_only_after_an_explanation_and_in_the_journal(desk, town):
    assert "personne d’autre ne le relira" in words(desk.get(f"{HERE}validation/"))

    desk.post(f"{HERE}validation/", {"allowed": "yes"})

    town.refresh_from_db()
    assert town.one_person_rule
    assert JournalEntry.objects.of(town).filter(kind="town.one_person_rule").count() == 1


def test_an_agent_is_invited_and_gets_a_link(desk, town):
    form = {"full_name": "Léa Martin", "email": "Lea@Arcachon.example", "roles": ["writer"]}

    with as_the_web_server():
        page = desk.post(f"{HERE}agents/inviter/", form, follow=True)

    assert "Une invitation vient de partir vers Léa Martin." in words(page)
    agent = Agent.objects.get(email="lea@arcachon.example")
    assert not agent.has_usable_password()
    assert roles_of(town, agent) == {Role.WRITER}
    message = Message.objects.of(town).get()
    assert "https://slot.invalid/confirm/" in message.text
    assert not message.with_list_unsubscribe


def test_an_agent_known_elsewhere_enters_without_a_new_password(desk, town, stranger):
    form = {"full_name": "Peu importe", "email": stranger.email, "roles": ["auditor"]}

    page = desk.post(f"{HERE}agents/inviter/", form, follow=True)

    assert "avait déjà un compte" in words(page)
    assert Message.objects.of(town).count() == 0
    stranger.refresh_from_db()
    assert stranger.check_password(PASSWORD)


def test_an_agent_is_not_invited_twice(desk, town, agent):
    form = {"full_name": "Agent", "email": agent.email.upper(), "roles": ["writer"]}

    assert "fait déjà partie" in words(desk.post(f"{HERE}agents/inviter/", form))


def test_an_invitation_without_a_role_is_refused(desk, town):
    page = desk.post(f"{HERE}agents/inviter/", {"full_name": "X", "email": "x@a.example"})

    assert "Cochez au moins un rôle." in words(page)
    assert not Agent.objects.filter(email="x@a.example").exists()


def test_rights_are_changed(desk, town, agent):
    desk.post(f"{HERE}agents/{agent.pk}/", {"roles": ["approver", "clerk"], "service": ""})

    assert roles_of(town, agent) == {Role.APPROVER, Role.CLERK}


def test_the_last_administrator_is_kept(desk, town, administrator):
    page = desk.post(f"{HERE}agents/{administrator.pk}/", {"roles": ["writer"], "service": ""})
    removed = desk.post(f"{HERE}agents/{administrator.pk}/retirer/", follow=True)

    assert "C’est le dernier administrateur" in words(page)
    assert "C’est le dernier administrateur" in words(removed)
    assert roles_of(town, administrator) == {Role.ADMINISTRATOR}


def test_a_removal_can_be_undone(desk, town, agent):
    page = desk.post(f"{HERE}agents/{agent.pk}/retirer/", follow=True)
    assert queries.rights(town, agent) is None
    undo = next(str(m.extra_tags) for m in page.context["messages"])

    assert "retrouve ses droits" in words(desk.post(undo, follow=True))
    assert roles_of(town, agent) == {Role.WRITER}


def test_the_undo_of_another_town_or_of_nobody_restores_nothing(
    desk, client, town, other_town, agent, stranger
):
    page = desk.post(f"{HERE}agents/{agent.pk}/retirer/", follow=True)
    undo = next(str(m.extra_tags) for m in page.context["messages"])
    client.force_login(stranger)

    forged = undo.replace(town.slug, other_town.slug)

    assert client.post(forged).status_code == 404
    assert client.post(undo.split("?")[0].replace(town.slug, other_town.slug)).status_code == 404
    assert queries.rights(other_town, agent) is None


def test_a_writer_sees_neither_the_settings_nor_how_to_change_them(client, town, agent):
    client.force_login(agent)

    refused = client.get(f"{HERE}modifier/")

    assert refused.status_code == 403
    assert "mais votre rôle n’ouvre pas cette page" in words(refused)
    assert "La commune" not in words(client.get("/mairie/arcachon/"))


def test_departments_are_added_and_renamed_but_never_twice(desk, town):
    desk.post(f"{HERE}services/ajouter/", {"name": "Jeunesse"})
    desk.post(f"{HERE}services/ajouter/", {"name": "Voirie"})
    one = queries.services(town).get(name="Jeunesse")

    desk.post(f"{HERE}services/{one.pk}/", {"name": "Jeunesse et sports"})
    twice = desk.post(f"{HERE}services/{one.pk}/", {"name": "VOIRIE"})

    assert "Un autre service porte déjà ce nom." in words(twice)
    assert {s.name for s in queries.services(town)} == {"Jeunesse et sports", "Voirie"}


def test_the_journal_is_searched_by_word_kind_agent_and_date(desk, town, administrator):
    services.add_service(town, "Médiathèque", by=administrator, at=NOON)
    services.add_service(town, "Piscine", by=None, at=NOON - timedelta(days=40))

    def found(**asked):
        page = desk.get(f"{HERE}journal/", asked)
        return {line.detail for line, _ in page.context["lines"]} & {"Médiathèque", "Piscine"}

    assert found() == {"Médiathèque", "Piscine"}
    assert found(q="média") == {"Médiathèque"}
    assert found(kind="service.changed", agent=administrator.pk) == {"Médiathèque"}
    assert found(until="2026-10-31") == {"Piscine"}
    assert found(since="2026-11-24", until="2026-11-24") == {"Médiathèque"}
    assert found(kind="member.added") == set()
    assert found(since="hier", agent="x") == {"Médiathèque", "Piscine"}


def test_the_journal_is_downloaded_as_french_spreadsheets_open_it(desk, town, administrator):
    services.add_service(town, "=HYPERLINK(1)", by=administrator, at=timezone.now())

    response = desk.get(f"{HERE}journal/journal.csv", {"kind": "service.changed"})
    text = b"".join(response.streaming_content).decode()

    assert text.startswith("\N{BYTE ORDER MARK}Date;Agent;Fait;Détail")
    assert ";'=HYPERLINK(1)" in text
    assert "Administrator" in text


def test_the_journal_is_paged(desk, town):
    for number in range(60):
        services.add_service(town, f"Service {number}", by=None, at=NOON)

    first = desk.get(f"{HERE}journal/")
    last = desk.get(f"{HERE}journal/", {"page": "2"})

    assert len(first.context["lines"]) == 50
    assert "Page 2 sur 2" in words(last)


def test_a_town_is_opened_by_the_operator_under_the_web_role(client, db):
    operator = services.create_agent(
        email="op@house.example", full_name="Camille", at=NOON, password=PASSWORD, is_operator=True
    )
    client.force_login(operator)
    found = words(client.get("/exploitant/ouvrir/", {"q": "arcachon"}))
    assert "Arcachon" in found

    form = {
        "sender_address": "mairie@arcachon.example",
        "full_name": "Nadia Perrin",
        "email": "nadia@arcachon.example",
    }
    with as_the_web_server():
        page = client.post("/exploitant/ouvrir/commune/?insee=33009", form, follow=True)

    assert "Arcachon est ouverte." in words(page)
    town = Town.objects.get(insee_code="33009")
    assert queries.members(town).get().roles == [Role.ADMINISTRATOR]
    assert Message.objects.of(town).count() == 1


def test_today_says_what_waits(client, town, administrator):
    client.force_login(administrator)

    page = words(client.get("/mairie/arcachon/"))

    assert "Contact pour les données personnelles à renseigner" in page
    assert "pour 11 092 habitants, soit 0,0 %" in page.replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_a_today(client, town, role):
    agent = an_agent(town, role.value, role)
    client.force_login(agent)

    page = client.get("/mairie/arcachon/")

    assert page.status_code == 200
    for address in set(re.findall(r'href="(/mairie/[^"]+)"', page.content.decode())):
        assert client.get(address).status_code in (200, 302), f"{role} is led to {address}"


def test_the_town_gets_an_app_under_its_own_name_and_no_other_town_takes_it(
    client, town, other_town, administrator, settings
):
    settings.ALLOWED_HOSTS = ["testserver", "app.arcachon.fr"]  # the operator's part
    client.force_login(administrator)
    here = f"/mairie/{town.slug}/commune/application/"
    services.give_host(other_town, "app.marseille.fr", by=None, at=NOON)

    told = {
        host: words(client.post(f"{here}nom/", {"host": host}, follow=True))
        for host in ("app.arcachon.fr/accueil", "app.marseille.fr", "https://App.Arcachon.fr/")
    }

    assert "sans chemin" in told["app.arcachon.fr/accueil"]
    assert "utilise déjà ce nom" in told["app.marseille.fr"]
    assert "http://app.arcachon.fr" in told["https://App.Arcachon.fr/"]
    alone = client.get("/", headers={"Host": "app.arcachon.fr"})
    assert alone["Location"] == f"/{town.slug}/"
    assert (
        client.get(f"/{other_town.slug}/", headers={"Host": "app.arcachon.fr"}).status_code == 404
    )
