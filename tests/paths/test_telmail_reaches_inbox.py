"""The whole path of a message: a service's proposal, the page of each person, the engine, the wire, the inbox."""

import email.message
import re
from email import policy

import pytest
import time_machine
from django.test import Client

from beffroi.campaigns import queries
from beffroi.campaigns.models import Campaign, Proposal
from beffroi.campaigns.words import Stage
from beffroi.kit import html_tree
from beffroi.towns.permissions import Role
from tests.cast import NOON, an_agent
from tests.gateways.relays import Aiosmtpd
from tests.rooms.campaigns import scene
from tests.rooms.delivery.cast import Clock, run

pytestmark = pytest.mark.django_db
SECTION = "/mairie/arcachon/messages"


@pytest.fixture
def relay(tmp_path):
    relay = Aiosmtpd(tmp_path)
    yield relay
    relay.stop()


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def keys_of_its_own(settings, tmp_path):
    settings.CONTACT_KEYS_FILE = tmp_path / "secrets" / "contact_keys.json"
    settings.JOURNAL_DIR = tmp_path / "journals"


def signed_in(agent) -> Client:
    client = Client()
    client.force_login(agent)
    return client


def press(client: Client, path: str, **fields) -> None:
    response = client.post(f"{SECTION}/{path}", fields)
    assert response.status_code == 302, response.content.decode()


def only_campaign(town) -> Campaign:
    return Campaign.objects.of(town).get()


def part(letter: email.message.EmailMessage, kind: str) -> str:
    found = letter.get_body((kind,))
    assert found is not None
    return str(found.get_content())


def test_telmail_reaches_inbox(keys_of_its_own, settings, town, agent, colleague, relay):
    scene.some_subscribers(town, 3)
    proposer = an_agent(town, "jeunesse", Role.PROPOSER, service="Jeunesse")
    service, writer, cabinet = (signed_in(who) for who in (proposer, agent, colleague))

    press(service, "propositions/nouvelle/", title="Camp d’été", body="Du 6 au 12 juillet.")
    proposal = Proposal.objects.of(town).get()
    press(writer, "propositions/retenir/", proposal=[proposal.pk])
    campaign = only_campaign(town)
    press(
        writer,
        f"{campaign.pk}/ecrire/",
        revision=campaign.revision,
        subject="L’été arrive : inscriptions",
        preheader="Camps et stages",
        body="<p>Bonjour, <b>les inscriptions</b> ouvrent <o:p></o:p>lundi.</p>",
        theme=[scene.a_theme(town).pk],
        when="now",
        do="check",
        **{
            "item-0-title": "Camp d’été",
            "item-0-body": '<p>Du 6 au 12 juillet. <a href="https://ete.example/camp">Le programme</a></p>',
            "item-0-proposal": proposal.pk,
        },
    )
    press(writer, f"{campaign.pk}/soumettre/")
    assert writer.post(f"{SECTION}/{campaign.pk}/valider/").status_code == 403
    page = cabinet.get(f"{SECTION}/{campaign.pk}/valider/").content.decode()
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    assert seen
    press(cabinet, f"{campaign.pk}/valider/", seen=seen[1])
    page = writer.get(f"{SECTION}/{campaign.pk}/").content.decode()
    assert "Envoyer à 3 personnes (" in page
    press(writer, f"{campaign.pk}/envoyer/")

    run(settings.JOURNAL_DIR, Clock(NOON), relay.port)

    assert sorted(relay.recipients()) == [f"habitant{n}@arcachon.example" for n in range(3)]
    sender, recipient, raw = relay.received[0]
    letter = email.message_from_bytes(raw, policy=policy.default)
    assert letter["Subject"] == "L’été arrive : inscriptions"
    assert letter["To"] == recipient
    assert letter["From"].addresses[0].addr_spec == "mairie@arcachon.example"
    assert letter["Message-ID"] == f"<{sender}>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(
        rf"<{settings.BEFFROI_URL}/arcachon/desinscription/[\w-]+>", letter["List-Unsubscribe"]
    )
    assert re.fullmatch(r"<[\w-]+\.arcachon\.[\w.-]+>", letter["List-Id"])
    assert letter["Feedback-ID"] == f"c{campaign.pk}:arcachon:telmail:beffroi"
    assert letter["Precedence"] == "bulk"

    text, html = part(letter, "plain"), part(letter, "html")
    unsubscribe = letter["List-Unsubscribe"].strip("<>")
    assert "Du 6 au 12 juillet. Le programme (https://ete.example/camp)" in text
    assert unsubscribe in text
    assert unsubscribe in html
    assert "slot.invalid" not in text + html
    assert "o:p" not in html
    nodes = list(html_tree.walk(html_tree.parse(html)))
    assert next(n for n in nodes if n.tag == "html").attrs["lang"] == "fr"
    titles = [html_tree.text(n.children) for n in nodes if n.tag in {"h1", "h2"}]
    assert titles == ["L’été arrive : inscriptions", "Camp d’été"]

    page = writer.get(f"{SECTION}/{campaign.pk}/").content.decode()
    assert only_campaign(town).stage == Stage.SENT
    assert "Envoyé" in page
    published = queries.published(town, only_campaign(town).archive_slug)
    assert published is not None
    public = Client().get(f"/arcachon/messages/{published.slug}/")
    assert public.status_code == 200
    assert "les inscriptions" in public.content.decode()
    assert f"{settings.BEFFROI_URL}/arcachon/messages/{published.slug}/" in html
