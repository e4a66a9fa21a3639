"""A resident in a real browser, on a phone: from the public page to the mailbox and back, with and without JavaScript."""

import json
import time
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.instance]

TOWN = "/arcachon"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
MAIL_TIMEOUT_S = 30


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def page(request, chromium) -> Iterator[Page]:
    """A small phone; every fault of the page itself fails the test."""
    context = chromium.new_context(
        viewport={"width": 320, "height": 640},
        locale="fr-FR",
        java_script_enabled=request.param == "with JavaScript",
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if "Policy" in said.text else None)
    yield page
    context.close()
    assert faults == []


@pytest.fixture
def reader(whole_chromium) -> Iterator[Page]:
    """For axe, which is itself a script."""
    context = whole_chromium.new_context(viewport={"width": 320, "height": 640}, locale="fr-FR")
    yield context.new_page()
    context.close()


@pytest.fixture
def address() -> str:
    return f"camille.{uuid.uuid4().hex[:8]}@orange.example"


def received(instance, address: str, subject: str) -> dict[str, Any]:
    """The newest message of this kind in the mailbox of `address`, once it has come."""
    deadline = time.monotonic() + MAIL_TIMEOUT_S
    while time.monotonic() < deadline:
        with urlopen(f"{instance.outside_url}/api/messages?recipient={quote(address)}") as answer:
            found = [one for one in json.load(answer)["messages"] if subject in one["subject"]]
        if found:
            with urlopen(f"{instance.outside_url}/api/messages/{found[-1]['n']}") as answer:
                return dict(json.load(answer))
        time.sleep(0.1)
    pytest.fail(f"nothing about « {subject} » came within {MAIL_TIMEOUT_S} s")


def link_to(message: dict[str, Any], part: str) -> str:
    words: list[str] = message["text"].split()
    return next(word for word in words if word.startswith("http") and part in word)


def subscribe(page: Page, instance, address: str, *themes: str) -> str:
    """Asks and confirms; gives the address of one's own page."""
    page.goto(f"{instance.url}{TOWN}/abonnement/")
    for theme in themes:
        page.get_by_role("checkbox", name=theme).check()
    page.get_by_label("Votre adresse").fill(address)
    page.get_by_role("button", name="M’abonner").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ouvrez votre messagerie")
    page.goto(link_to(received(instance, address, "Confirmez"), "/confirmation/"))
    page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bienvenue")
    page.get_by_role("link", name="Voir mes abonnements").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mes abonnements")
    return page.url


def fits(page: Page) -> bool:
    """Nothing to scroll sideways at 320 pixels (WCAG 2.2, 1.4.10)."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_a_resident_subscribes_reads_the_e_mail_and_chooses_anew(instance, page, address):
    subscribe(page, instance, address, "Culture et événements")
    expect(page.get_by_role("checkbox", name="Culture et événements")).to_be_checked()

    page.get_by_role("checkbox", name="Informations pratiques").check()
    page.get_by_role("button", name="Enregistrer mes choix").click()

    expect(page.get_by_role("status")).to_contain_text("Vos choix sont enregistrés")
    expect(page.get_by_role("checkbox", name="Informations pratiques")).to_be_checked()
    page.get_by_role("button", name="Annuler ce changement").click()
    expect(page.get_by_role("checkbox", name="Informations pratiques")).not_to_be_checked()
    expect(page.get_by_role("checkbox", name="Culture et événements")).to_be_checked()
    assert fits(page)


def test_faults_are_told_and_nothing_typed_is_lost(instance, page):
    page.goto(f"{instance.url}{TOWN}/abonnement/")
    page.get_by_role("checkbox", name="Informations pratiques").check()
    page.get_by_label("Votre adresse").fill("camille")
    page.get_by_role("button", name="M’abonner").click()

    expect(page.get_by_role("alert")).to_contain_text("Il y a un problème")
    expect(page).to_have_title(
        "Erreur\N{NO-BREAK SPACE}: Recevoir les messages de la mairie - Arcachon"
    )
    expect(page.get_by_role("checkbox", name="Informations pratiques")).to_be_checked()
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(page.get_by_label("Votre adresse")).to_be_focused()
    assert fits(page)


def test_a_mistyped_address_is_questioned(instance, page):
    page.goto(f"{instance.url}{TOWN}/abonnement/")
    page.get_by_role("checkbox", name="Culture et événements").check()
    page.get_by_label("Votre adresse").fill(f"c.{uuid.uuid4().hex[:8]}@gmial.com")
    page.get_by_role("button", name="M’abonner").click()

    page.get_by_role("button", name="Oui, écrire à").click()

    expect(page.get_by_role("main")).to_contain_text("@gmail.com")


def test_a_pause_a_new_address_and_erasure(instance, page, address):
    subscribe(page, instance, address, "Culture et événements")
    page.get_by_text("Faire une pause", exact=True).click()
    page.get_by_role("button", name="Un mois").click()
    expect(page.get_by_role("main")).to_contain_text("En pause")
    page.get_by_role("button", name="Reprendre maintenant").click()
    expect(page.get_by_role("status")).to_contain_text("La pause est finie")

    page.get_by_text("Changer d’adresse", exact=False).first.click()
    page.get_by_label("Nouvelle adresse").fill(f"neuve.{address}")
    page.get_by_role("button", name="Recevoir le lien de confirmation").click()
    expect(page.get_by_role("status")).to_contain_text("nouvelle adresse")
    page.goto(link_to(received(instance, f"neuve.{address}", "nouvelle adresse"), "/confirmation/"))
    page.get_by_role("button", name="Confirmer").click()
    page.get_by_role("link", name="Voir mes abonnements").click()

    page.get_by_text("Mes données", exact=True).click()
    page.get_by_role("link", name="Effacer mes données").click()
    own_page = page.url
    page.get_by_role("button", name="Effacer pour toujours").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vos données sont effacées")
    answer = page.goto(own_page)
    assert answer is not None and answer.status == 404


def test_a_lost_link_is_found_again_by_code(instance, page, address):
    own_page = subscribe(page, instance, address, "Culture et événements")
    page.goto(f"{instance.url}{TOWN}/mes-abonnements/")
    page.get_by_label("Votre adresse").fill(address)
    page.get_by_role("button", name="Recevoir un code").click()

    words = received(instance, address, "Votre code")["text"].split()
    page.get_by_label("Code à six chiffres").fill(
        next(w for w in words if len(w) == 6 and w.isdecimal())
    )
    page.get_by_role("button", name="Continuer").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Mes abonnements")
    assert page.url == own_page


SEND = """
from django.utils import timezone
from beffroi.audience.queries import subscribers, themes
from beffroi.delivery.outgoing import OutgoingMessage
from beffroi.delivery.services import messages
from beffroi.delivery.words import Lane
from beffroi.kit.paths import town_url
from beffroi.towns import queries as towns
now, town = timezone.now(), towns.town_by_slug("arcachon")
theme = next(one for one in themes.public_themes(town) if one.name == "Culture et événements")
person = subscribers.by_address(town, "{address}", at=now)
message = OutgoingMessage(
    lane=Lane.CAMPAIGN, subject="Ce soir au théâtre", text="Le rideau se lève à 20 h.",
    from_name=town.name, from_address=town.sender_address,
    base_url=town_url("{url}", town.slug), theme_ids=(theme.id,))
messages.enqueue(town, message, recipients=[person.contact_point_id], at=now)
"""


def test_one_click_in_the_mail_program_unsubscribes_at_once(instance, page, address):
    own_page = subscribe(page, instance, address, "Culture et événements", "Alerte météo")
    instance.manage("shell", "-c", SEND.format(address=address, url=instance.url))
    headers = dict(received(instance, address, "Ce soir au théâtre")["headers"])

    link = headers["List-Unsubscribe"].strip("<>")
    body = headers["List-Unsubscribe-Post"].encode()
    with urlopen(Request(link, data=body, method="POST")) as answer:
        assert answer.status == 200
        assert answer.url == link
        assert "Set-Cookie" not in answer.headers

    page.goto(own_page)
    expect(page.get_by_role("checkbox", name="Culture et événements")).not_to_be_checked()
    expect(page.get_by_role("checkbox", name="Alerte météo")).to_be_checked()
    page.goto(link)
    page.get_by_role("button", name="Ne plus rien recevoir").click()
    page.get_by_role("button", name="C’était une erreur").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vous êtes réinscrit")


def test_the_archive_is_read_without_subscribing(instance, page):
    page.goto(f"{instance.url}{TOWN}/abonnement/")
    page.get_by_role("link", name="Messages envoyés", exact=True).click()
    first = page.locator(".card h3 a").first
    subject = first.inner_text()
    first.click()

    expect(page.get_by_role("heading", level=1)).to_have_text(subject)
    assert fits(page)
    assert page.context.cookies() == []


def test_no_public_page_breaks_an_accessibility_rule(instance, reader, address):
    own_page = subscribe(reader, instance, address, "Culture et événements")
    urls = [
        *(
            f"{instance.url}{TOWN}{path}"
            for path in (
                "/",
                "/abonnement/",
                "/actualites/",
                "/actualites/piscine-le-petit-bassin-rouvre-samedi/",
                "/agenda/",
                "/agenda/marche/",
                "/annuaire/",
                "/annuaire/sante/",
                "/annuaire/sante/pharmacie-de-la-plage/",
                "/cinema/",
                "/cinema/les-marees/",
                "/pratique/",
                "/pratique/les-menus-de-la-cantine/",
                "/numeros-utiles/",
                "/recherche/?q=farmacie",
                "/hors-ligne/",
                "/messages/",
                "/mes-abonnements/",
                f"/mes-abonnements/code/{uuid.uuid4()}",
                f"/code/{uuid.uuid4()}",
                "/notifications/",
                "/confidentialite/",
                "/accessibilite/",
                "/mentions-legales/",
                "/confirmation/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "/nulle-part",
            )
        ),
        f"{instance.url}/",
        f"{instance.url}/?q=bordeaux",
        f"{instance.url}/ensemble/arcachon+gujan-mestras/",
        own_page,
        f"{own_page}?fait=themes&avant=1",
        f"{own_page}/effacement",
    ]
    reader.goto(f"{instance.url}{TOWN}/messages/")
    urls += [f"{instance.url}{reader.locator('.card h3 a').first.get_attribute('href')}"]

    for scheme, seen in (("light", urls), ("dark", [urls[0], own_page, urls[-1]])):
        reader.emulate_media(color_scheme=scheme)
        for url in seen:
            reader.goto(url)
            for details in reader.locator("details").all():
                details.locator("summary").click()
            broken = Axe().run(reader, options={"runOnly": RULES}).response["violations"]
            assert broken == [], f"{url} ({scheme})"
            assert fits(reader), url


def test_the_keyboard_alone_is_enough_to_subscribe(instance, reader, address):
    reader.goto(f"{instance.url}{TOWN}/abonnement/")
    reader.keyboard.press("Tab")
    expect(reader.get_by_role("link", name="Aller au contenu")).to_be_focused()
    reader.keyboard.press("Enter")
    reader.keyboard.press("Tab")
    expect(reader.get_by_role("checkbox").first).to_be_focused()
    reader.keyboard.press("Space")
    reader.get_by_label("Votre adresse").focus()
    reader.keyboard.type(address)
    reader.keyboard.press("Enter")

    expect(reader.get_by_role("heading", level=1)).to_contain_text("ouvrez votre messagerie")
