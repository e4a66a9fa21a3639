"""Sign-in: the password, the second factor, sessions, forgotten passwords, invitations."""

import re
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from beffroi.backoffice.accounts import mail
from beffroi.delivery import keys
from beffroi.delivery.models import Delivery, Message
from beffroi.kit import tokens
from beffroi.towns import services as towns
from beffroi.towns.permissions import Role
from tests.cast import NOON, PASSWORD, an_agent
from tests.doors.test_town_pages import as_the_web_server

SIGN_IN, NEW = "/compte/connexion/", "quatre mots sans aucun rapport"


@pytest.fixture(autouse=True)
def fresh_limits(db):
    cache.clear()


def sign_in(client, agent, password=PASSWORD):
    return client.post(SIGN_IN, {"login": agent.email, "password": password})


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
    return f"/compte/acces/{town.slug}/confirmation/{token}"


def choose(client, page, password=NEW):
    """From the page behind a link to the new password."""
    return client.post(page.redirect_chain[-1][0], {"password1": password, "password2": password})


def test_an_agent_signs_in_and_arrives_in_their_only_town(client, agent, town):
    response = sign_in(client, agent)

    assert response["Location"] == "/mairie/"
    assert client.get("/mairie/")["Location"] == f"/mairie/{town.slug}/"


def test_an_agent_of_two_towns_chooses(client, agent, town, other_town):
    towns.add_member(other_town, agent, roles=[Role.WRITER], by=None, at=NOON)
    client.force_login(agent)

    page = client.get("/mairie/").content.decode()

    assert town.name in page
    assert other_town.name in page


def test_nobody_signs_up(client, db):
    for path in ("inscription", "signup", "register"):
        assert client.get(f"/compte/{path}/").status_code == 404


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, agent):
    wrong = sign_in(client, agent, "pas le bon du tout").content.decode()
    unknown = client.post(SIGN_IN, {"login": "x@nowhere.example", "password": "pas le bon"})

    sentence = "L’adresse ou le mot de passe ne correspond pas."
    assert sentence in wrong
    assert sentence in unknown.content.decode()


def test_the_sixth_wrong_password_is_refused_whichever_process_answers(client, agent):
    """The limit is in the shared table, not in a process: clearing every local memory changes nothing."""
    for _ in range(5):
        sign_in(client, agent, "pas le bon du tout")

    refused = sign_in(client, agent, PASSWORD).content.decode()

    assert "Trop d’essais ont échoué." in refused
    assert settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache")
    assert client.get("/mairie/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_an_agent_whose_account_is_closed_does_not_enter(client, agent):
    agent.is_active = False
    agent.save()

    sign_in(client, agent)

    assert "_auth_user_id" not in client.session


def test_with_codes_active_the_password_alone_does_not_open(client, agent):
    sign_in(client, agent)
    asked = client.get("/compte/application/activer/")
    page = client.post(asked["Location"], {"password": PASSWORD}, follow=True)
    secret = page.context["form"].secret
    done = client.post("/compte/application/activer/", {"code": code_now(secret)}, follow=True)
    assert "Codes de secours" in done.content.decode()
    client.post("/compte/deconnexion/")

    asked = sign_in(client, agent)

    assert asked["Location"].startswith("/compte/connexion/code/")
    assert client.get("/mairie/")["Location"].startswith(SIGN_IN)
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        opened = client.post("/compte/connexion/code/", {"code": code_now(secret)})
        assert opened["Location"] == "/mairie/"


def code_now(secret):
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def test_sessions_are_listed_and_each_can_be_ended(client, agent, django_client_factory):
    elsewhere = django_client_factory()
    sign_in(elsewhere, agent)
    sign_in(client, agent)
    assert UserSession.objects.filter(user=agent).count() == 2
    other = UserSession.objects.get(session_key=elsewhere.session.session_key)

    client.post(f"/compte/sessions/{other.pk}/terminer/")

    assert elsewhere.get("/mairie/")["Location"].startswith(SIGN_IN)
    assert client.get("/compte/sessions/").status_code == 200


def test_nobody_ends_the_session_of_another(client, agent, colleague, django_client_factory):
    theirs = django_client_factory()
    sign_in(theirs, colleague)
    session = UserSession.objects.get(user=colleague)
    sign_in(client, agent)

    client.post(f"/compte/sessions/{session.pk}/terminer/")

    assert theirs.get("/mairie/")["Location"] == "/mairie/arcachon/"


def test_a_forgotten_password_is_replaced_through_a_link_that_serves_once(client, agent, town):
    with as_the_web_server():
        client.post("/compte/mot-de-passe/oublie/", {"email": agent.email})
    link = link_in_the_mail(town)

    with as_the_web_server():
        done = choose(client, client.get(link, follow=True))

    assert done.status_code == 302
    assert sign_in(client, agent, NEW)["Location"] == "/mairie/"
    assert "Ce lien ne sert plus" in client.get(link).content.decode()


def test_an_unknown_address_is_told_the_same_and_nothing_is_sent(client, agent, town):
    known = client.post("/compte/mot-de-passe/oublie/", {"email": agent.email}, follow=True)
    sent = Message.objects.of(town).count()
    unknown = client.post(
        "/compte/mot-de-passe/oublie/", {"email": "x@nowhere.example"}, follow=True
    )

    assert _without_token(known.content) == _without_token(unknown.content)
    assert Message.objects.of(town).count() == sent == 1


def _without_token(page):
    return re.sub(rb'(X-CSRFToken": "|value=")[^"]+', b"", page)


def test_no_table_holds_a_link_that_opens_an_account(client, agent, town):
    client.post("/compte/mot-de-passe/oublie/", {"email": agent.email})
    message = Message.objects.of(town).get()

    assert agent.email not in message.text
    assert "mot-de-passe/lien" not in message.text
    assert "/acces/" not in message.text


def test_a_link_to_choose_a_password_grows_old(client, agent, town):
    client.post("/compte/mot-de-passe/oublie/", {"email": agent.email})
    link = link_in_the_mail(town)

    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        page = client.get(link).content.decode()

    assert "Ce lien ne sert plus" in page


def test_an_invitation_serves_for_seven_days(client, town, administrator):
    newcomer = towns.create_agent(email="new@town.example", full_name="Nouvelle", at=NOON)
    towns.add_member(town, newcomer, roles=[Role.WRITER], by=administrator, at=NOON)
    mail.send_invitation(town, newcomer, by="Anne", at=timezone.now())
    link = link_in_the_mail(town)

    with time_machine.travel(timezone.now() + timedelta(days=6)):
        page = client.get(link, follow=True)
        assert "Choisissez votre mot de passe" in page.content.decode()
        choose(client, page)
        assert sign_in(client, newcomer, NEW)["Location"] == "/mairie/"


def test_a_link_of_one_town_opens_nothing_in_another(client, agent, town, other_town):
    client.post("/compte/mot-de-passe/oublie/", {"email": agent.email})
    forged = link_in_the_mail(town).replace(town.slug, other_town.slug)

    assert "Ce lien ne sert plus" in client.get(forged).content.decode()


def test_a_short_password_is_refused_in_french(client, agent, town):
    client.post("/compte/mot-de-passe/oublie/", {"email": agent.email})
    page = client.get(link_in_the_mail(town), follow=True)

    refused = choose(client, page, "court").content.decode()

    assert "12" in refused
    assert "À corriger" in refused


def test_an_operator_without_a_town_gets_a_link_on_the_console(client, db):
    out = StringIO()
    call_command("operator_link", "op@house.example", "Camille", stdout=out)

    page = client.get(out.getvalue().strip().removeprefix("http://127.0.0.1:8000"), follow=True)

    assert "Choisissez votre mot de passe" in page.content.decode()


@pytest.mark.parametrize(
    "name",
    ["account_login", "account_reset_password", "account_reset_password_done", "account_inactive"],
)
def test_the_pages_before_sign_in_are_in_french(client, db, name):
    page = client.get(reverse(name)).content.decode()

    assert '<html lang="fr">' in page
    for english in ("Sign In", "Password", "Email", "Submit"):
        assert english not in re.sub(r"<[^>]+>", "", page)


@pytest.fixture
def django_client_factory():
    from django.test import Client

    return Client


def test_every_page_carries_a_strict_policy(client, agent):
    policy = client.get(SIGN_IN)["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "'unsafe-inline'" not in policy.split("style-src")[0]


def test_the_sign_in_page_of_a_signed_in_agent_leads_on(client, agent):
    client.force_login(agent)

    assert client.get(SIGN_IN)["Location"] == "/mairie/"


def test_an_agent_without_a_town_is_told_whom_to_ask(client, town):
    alone = an_agent(town, "seule", Role.WRITER)
    boss = an_agent(town, "chef", Role.ADMINISTRATOR)
    towns.remove_member(town, alone.pk, by=boss, at=NOON)
    client.force_login(alone)

    assert "rattaché à aucune collectivité" in client.get("/mairie/").content.decode()
