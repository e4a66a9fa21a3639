"""The town's chain in a real browser: write with the real editor, submit, approve on a phone, send, read the e-mail."""

import json
import time
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.kit.test_html_clean import WORD
from tests.kit.test_images import a_picture

pytestmark = [pytest.mark.browser, pytest.mark.instance]

SECTION = "/mairie/arcachon/messages/"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
MAIL_TIMEOUT_S = 60
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


@pytest.fixture
def sign_in(instance, chromium) -> Iterator[Any]:
    """Signs an agent of the demonstration in; every fault of a page fails the test."""
    password = (instance.dir / "secrets" / "demo_password").read_text()
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def enter(who: str, size: dict[str, int] = DESK, *, script: bool = True) -> Page:
        context: BrowserContext = chromium.new_context(
            viewport=size, locale="fr-FR", java_script_enabled=script
        )
        contexts.append(context)
        page: Page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda s: faults.append(s.text) if "Policy" in s.text else None)
        page.goto(f"{instance.url}/compte/connexion/")
        page.locator("[name=login]").fill(f"{who}@arcachon.example")
        page.locator("[name=password]").fill(password)
        page.locator("[name=password]").press("Enter")
        page.wait_for_url("**/mairie/**")
        return page

    yield enter
    for context in contexts:
        context.close()
    assert faults == []


def messages_with(instance, subject: str) -> list[dict[str, str]]:
    with urlopen(f"{instance.outside_url}/api/messages") as answer:
        return [one for one in json.load(answer)["messages"] if one["subject"] == subject]


def first_message(instance, subject: str) -> dict[str, str]:
    deadline = time.monotonic() + MAIL_TIMEOUT_S
    while time.monotonic() < deadline:
        if found := messages_with(instance, subject):
            with urlopen(f"{instance.outside_url}/api/messages/{found[0]['n']}") as answer:
                return dict(json.load(answer))
        time.sleep(0.2)
    pytest.fail(f"« {subject} » did not come within {MAIL_TIMEOUT_S} s")


def faults_of(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": RULES})
    return [f"{v['id']}: {v['nodes'][0]['html']}" for v in found.response["violations"]]


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def begin(page: Page, instance) -> None:
    page.goto(instance.url + SECTION)
    page.get_by_role("button", name="Écrire un Télmail").click()
    expect(page.get_by_role("toolbar").first).to_be_visible()


def text_box(page: Page):
    return page.get_by_role("textbox", name="Texte du Télmail")


def test_from_the_editor_to_the_inbox(instance, sign_in):
    subject = f"Le port en fête {uuid.uuid4().hex[:6]}"
    writer = sign_in("redaction")
    begin(writer, instance)

    writer.get_by_label("Objet").fill(subject)
    text_box(writer).click()
    writer.keyboard.type("Bonjour à tous, ")
    writer.get_by_role("button", name="Gras").click()
    writer.keyboard.type("la fanfare joue samedi")
    writer.keyboard.press("Control+b")
    writer.keyboard.press("Enter")
    writer.get_by_role("button", name="Lien").click()
    writer.get_by_label("Adresse", exact=True).fill("www.arcachon.example")
    writer.get_by_role("button", name="Mettre le lien").click()
    writer.get_by_label("Culture et événements").check()
    expect(writer.locator("#audience")).to_contain_text("recevront ce Télmail")
    expect(writer.locator("#saved")).to_contain_text("Enregistré à")
    assert faults_of(writer) == []
    writer.get_by_role("button", name="Vérifier et soumettre").click()
    expect(writer.get_by_role("heading", level=1)).to_have_text("Vérifier avant de soumettre")
    assert faults_of(writer) == []
    writer.get_by_role("button", name="Soumettre à la validation").click()
    expect(writer.get_by_role("main")).to_contain_text("soumis à la validation")

    cabinet = sign_in("cabinet", PHONE)
    cabinet.goto(instance.url + SECTION)
    cabinet.get_by_role("link", name=subject).click()
    letter = cabinet.frame_locator("iframe")
    expect(letter.get_by_role("heading", level=1)).to_have_text(subject)
    expect(letter.locator("strong")).to_have_text("la fanfare joue samedi")
    assert fits(cabinet)
    assert faults_of(cabinet) == []
    cabinet.get_by_role("button", name="Valider ce texte").click()
    expect(cabinet.get_by_role("main")).to_contain_text("Télmail validé")

    writer.reload()
    assert faults_of(writer) == []
    writer.get_by_role("button", name="Envoyer à").click()
    expect(writer.get_by_role("main")).to_contain_text("L’envoi est lancé")
    message = first_message(instance, subject)
    assert "Bonjour à tous, la fanfare joue samedi" in message["text"]
    assert "https://www.arcachon.example" in message["text"]
    writer.reload()  # some of the outside world's mailboxes answer later: the end may take minutes
    expect(writer.get_by_role("main")).to_contain_text("Envoyés")
    assert faults_of(writer) == []
    assert fits(writer)


def test_an_image_needs_its_words_and_lands_in_the_text(instance, sign_in, tmp_path):
    picture = tmp_path / "port.jpg"
    picture.write_bytes(a_picture(size=(640, 320)))
    page = sign_in("redaction")
    begin(page, instance)
    text_box(page).click()

    page.get_by_role("button", name="Image").click()
    page.get_by_label("Fichier").set_input_files(picture)
    page.get_by_role("button", name="Placer l’image").click()
    expect(page.locator("#image-error")).to_contain_text("Dites ce que montre l’image")
    assert faults_of(page) == []
    page.get_by_label("Que montre l’image").fill("Le port au petit matin")
    page.get_by_role("button", name="Placer l’image").click()

    image = text_box(page).locator("img[src]")
    expect(image).to_have_attribute("alt", "Le port au petit matin")
    expect(image).to_have_js_property("naturalWidth", 640)
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Enregistré.")
    expect(text_box(page).locator("img[src]")).to_have_attribute("alt", "Le port au petit matin")


def test_what_comes_from_word_arrives_without_its_mess(instance, sign_in):
    page = sign_in("redaction")
    begin(page, instance)
    text_box(page).click()

    page.evaluate(
        """(html) => {
            const data = new DataTransfer();
            data.setData("text/html", html);
            data.setData("text/plain", "x");
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        WORD,
    )

    expect(text_box(page).get_by_role("heading", level=2)).to_have_text("La fête du port")
    expect(text_box(page).get_by_role("listitem")).to_have_count(5)
    expect(text_box(page).locator("strong")).to_have_text("la mairie")
    assert "mso" not in text_box(page).inner_html()


def test_a_table_is_made_and_changed_with_buttons(instance, sign_in):
    page = sign_in("redaction")
    begin(page, instance)
    text_box(page).click()
    tools = page.get_by_role("toolbar", name="Tableau")
    expect(tools).to_be_hidden()

    page.get_by_role("button", name="Tableau", exact=True).click()
    page.keyboard.type("Jour")
    tools.get_by_role("button", name="Ajouter une ligne").click()
    tools.get_by_role("button", name="Ajouter une colonne").click()
    expect(text_box(page).get_by_role("row")).to_have_count(4)
    expect(text_box(page).locator("tr").first.locator("th")).to_have_count(4)
    assert faults_of(page) == []
    tools.get_by_role("button", name="Retirer la colonne").click()
    page.get_by_role("button", name="Enregistrer", exact=True).click()

    expect(page.get_by_role("main")).to_contain_text("Enregistré.")
    expect(text_box(page).locator("tr").first.locator("th")).to_have_count(3)


def test_articles_are_dragged_into_order(instance, sign_in):
    page = sign_in("redaction")
    begin(page, instance)
    for title in ("Un", "Deux", "Trois"):
        page.get_by_role("button", name="Ajouter un article").click()
        page.locator("input[name$=-title]").last.fill(title)
    expect(page.locator("#saved")).to_contain_text("Enregistré à")

    page.locator(".grip").last.hover()
    page.mouse.down()
    first = page.locator(".article").first.bounding_box()
    page.mouse.move(first["x"] + 9, first["y"] + 2, steps=6)
    expect(page.locator(".article").first).to_contain_text("Trois")
    page.mouse.up()
    expect(page.locator("[name=order]")).to_have_value("2,0,1")
    page.get_by_role("button", name="Enregistrer", exact=True).click()

    expect(page.get_by_role("main")).to_contain_text("Enregistré.")
    titles = page.locator("input[name$=-title]")
    assert [title.input_value() for title in titles.all()] == ["Trois", "Un", "Deux"]


def test_nothing_is_lost_when_the_network_or_the_session_goes(instance, sign_in):
    page = sign_in("redaction")
    begin(page, instance)
    address = page.url
    text_box(page).click()
    page.keyboard.type("Première phrase.")
    expect(page.locator("#saved")).to_contain_text("Enregistré à")

    page.context.clear_cookies()
    page.keyboard.type(" Seconde phrase.")
    expect(page.locator("#saved")).to_contain_text("Pas encore enregistré")
    page.goto(f"{instance.url}/compte/connexion/")
    password = (instance.dir / "secrets" / "demo_password").read_text()
    page.locator("[name=login]").fill("redaction@arcachon.example")
    page.locator("[name=password]").fill(password)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url("**/mairie/**")
    page.goto(address)

    expect(text_box(page)).to_have_text("Première phrase.")
    page.get_by_role("button", name="Reprendre ce que vous aviez écrit").click()
    expect(text_box(page)).to_have_text("Première phrase. Seconde phrase.")
    expect(page.locator("#saved")).to_contain_text("Enregistré à")


def test_a_telmail_can_be_written_without_javascript(instance, sign_in):
    page = sign_in("redaction", PHONE, script=False)
    page.goto(instance.url + SECTION)
    page.get_by_role("button", name="Écrire un Télmail").click()
    page.get_by_label("Objet").fill("Sans script")
    page.get_by_label("Texte", exact=True).fill("Bonjour\n\n- un\n- deux")
    page.get_by_label("Culture et événements").check()
    page.get_by_role("button", name="Voir l’aperçu").click()

    letter = page.frame_locator("iframe").first
    expect(letter.locator("li")).to_have_text(["un", "deux"])


def test_the_demonstration_holds_a_sending_on_hold_and_one_called_off(instance, sign_in):
    page = sign_in("redaction")
    page.goto(f"{instance.url}{SECTION}?etape=paused")
    page.get_by_role("link", name="Cœur de Ville").click()
    expect(page.get_by_role("button", name="Continuer l’envoi")).to_be_visible()
    assert faults_of(page) == []

    page.goto(f"{instance.url}{SECTION}?etape=cancelled")
    page.get_by_role("link", name="Régate de samedi").click()
    expect(page.get_by_role("main")).to_contain_text("Arrêtés avant l’envoi")
