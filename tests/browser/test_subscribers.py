"""The subscriber clerk in a real browser: forms typed without a mouse, a messy file from upload to undo."""

import re
import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.rooms.audience import files

pytestmark = [pytest.mark.browser, pytest.mark.instance]

DESK = "/mairie/arcachon/abonnes/"
CLERK = "accueil@arcachon.example"


@pytest.fixture
def page(instance, chromium, signed_in) -> Iterator[Page]:
    """The clerk's; every fault of a page fails the test."""
    context = chromium.new_context(
        storage_state=signed_in(CLERK), locale="fr-FR", base_url=instance.url
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert faults == []


@pytest.fixture
def plain_page(instance, chromium, signed_in) -> Iterator[Page]:
    """The same without JavaScript."""
    context = chromium.new_context(
        storage_state=signed_in(CLERK),
        locale="fr-FR",
        base_url=instance.url,
        java_script_enabled=False,
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    yield page
    context.close()


def a_number() -> str:
    return f"T{uuid.uuid4().hex[:6].upper()}-001"


def test_a_pile_of_forms_is_typed_with_the_keyboard_alone(page):
    number, who = a_number(), uuid.uuid4().hex[:8]
    page.goto(f"{DESK}bulletins/")
    keys = page.keyboard

    expect(page.get_by_label("Numéro du bulletin")).to_be_focused()
    keys.type(number)
    keys.press("Enter")
    keys.press("Control+A")
    keys.type("2/11")
    keys.press("Enter")
    keys.type(f"premiere.{who}@boite.example")
    keys.press("Enter")
    keys.press("Enter")  # no mobile on this form
    keys.type("Lafargue")
    keys.press("Enter")
    keys.type("Odette")
    keys.press("Enter")
    boxes = page.get_by_role("checkbox")
    for digit in "13":
        if not boxes.nth(int(digit) - 1).is_checked():
            keys.press(digit)
    keys.press("Enter")

    expect(page.get_by_text(f"Bulletin {number} enregistré")).to_be_visible()
    expect(page.get_by_label("Numéro du bulletin")).to_be_focused()
    expect(page.get_by_label("Numéro du bulletin")).to_have_value(number.replace("-001", "-002"))
    expect(page.get_by_label("Date de la signature")).to_have_value(re.compile(r"02/11/\d{4}"))
    expect(boxes.first).to_be_checked()

    keys.press("Enter")
    keys.press("Enter")
    keys.type(f"premiere.{who}@boite.example")
    keys.press("Enter")
    expect(page.get_by_text("Cette personne est déjà abonnée")).to_be_visible()
    for _ in range(3):
        keys.press("Enter")
    keys.press("2")
    keys.press("Enter")
    expect(page.get_by_text("personne déjà connue, ajouté")).to_be_visible()


def test_a_number_typed_twice_is_said_before_saving(page):
    number = a_number()
    for attempt in range(2):
        page.goto(f"{DESK}bulletins/")
        page.get_by_label("Numéro du bulletin").fill(number)
        page.get_by_label("Date de la signature").fill("2/11")
        page.get_by_label("Adresse électronique").fill(f"{uuid.uuid4().hex[:8]}@boite.example")
        if attempt:
            expect(page.get_by_text(f"Le bulletin {number} a déjà été saisi")).to_be_visible()
        page.get_by_role("checkbox").first.check()
        page.get_by_role("button", name="Enregistrer et passer au suivant").click()
    expect(page.get_by_text("Un bulletin porte déjà ce numéro").first).to_be_visible()


def test_a_form_is_typed_and_undone_without_javascript(plain_page):
    page, number = plain_page, a_number()
    page.goto(f"{DESK}bulletins/")
    page.get_by_label("Numéro du bulletin").fill(number)
    page.get_by_label("Date de la signature").fill("02/11")
    page.get_by_label("Adresse électronique").fill(f"{uuid.uuid4().hex[:8]}@gmial.com")
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Enregistrer et passer au suivant").click()
    expect(page.get_by_text("ou faut-il lire")).to_be_visible()
    page.get_by_label("Adresse électronique").fill(f"{uuid.uuid4().hex[:8]}@boite.example")
    page.get_by_role("button", name="Enregistrer et passer au suivant").click()
    expect(page.get_by_text(f"Bulletin {number} enregistré")).to_be_visible()

    page.get_by_role("button", name=f"Annuler {number}").click()

    expect(page.get_by_text("Le bulletin est retiré")).to_be_visible()


def a_messy_file() -> bytes:
    rows = [
        [family, first, address.replace("habitant.", f"h{uuid.uuid4().hex[:6]}."), *marks]
        for family, first, address, *marks in files.messy_rows(300, seed=11)
    ]
    return files.as_csv(rows, preamble="Liste de la mairie;;;;;\r\n\r\n")


def test_a_messy_file_is_imported_explained_and_taken_back(page):
    page.goto(f"{DESK}imports/")
    page.get_by_label("Fichier").set_input_files(
        {"name": "liste.csv", "mimeType": "text/csv", "buffer": a_messy_file()}
    )
    page.get_by_role("button", name="Regarder ce fichier").click()

    expect(page.get_by_text("En-têtes trouvés à la ligne 3")).to_be_visible()
    expect(page.get_by_label("Adresse mail")).to_have_value("email")
    page.get_by_label("Qui a recueilli l’accord").fill("Accueil")
    page.get_by_label("Comment ?").fill("Formulaire papier, 2025")
    page.get_by_label("Jusqu’à quel jour ?").fill("2025-06-30")
    page.get_by_role("button", name="Importer ce fichier").click()
    expect(
        page.get_by_text("Rien n’est importé").or_(page.get_by_text("attest").first)
    ).to_be_visible()
    page.get_by_label("J’atteste").check()
    page.get_by_role("button", name="Importer ce fichier").click()

    expect(page.get_by_text("Nouveaux abonnés")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Vouliez-vous dire").first).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Télécharger ces lignes").click()
    text = saved.value.path().read_text("utf-8-sig")
    assert text.startswith("Nom;Prénom;Adresse mail;Culture;Infos pratiques;Météo;Ligne;Motif")

    page.get_by_role("button", name="Retirer cet import").click()
    expect(page.get_by_text("L’import est retiré")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "body", "sentence"),
    [
        ("vide.csv", b"", "Ce fichier est vide"),
        ("photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(500), "ni un tableau ni du texte"),
        ("liste.xlsx", files.protected(), "protégé par un mot de passe"),
    ],
    ids=["empty", "binary", "protected"],
)
def test_a_file_that_is_no_list_gets_a_clear_answer(plain_page, name, body, sentence):
    plain_page.goto(f"{DESK}imports/")
    plain_page.get_by_label("Fichier").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": body}
    )
    plain_page.get_by_role("button", name="Regarder ce fichier").click()

    expect(plain_page.get_by_text(sentence).first).to_be_visible()


def test_an_address_is_revealed_with_a_reason_for_this_once(page):
    page.goto(DESK)
    page.locator("a.open").first.click()
    page.get_by_label("Pour quelle raison").fill(
        "La personne est au guichet et vérifie son adresse"
    )
    page.get_by_role("button", name="Dévoiler l’adresse").click()

    expect(page.locator(".clear")).to_have_text(re.compile(r"^[^•\s]+@[^•\s]+$"))
    page.goto(page.url.replace("devoiler/", ""))
    expect(page.locator(".clear")).to_have_count(0)


def test_the_front_desk_finds_someone_and_reads_what_they_got(page):
    page.goto(DESK)
    page.get_by_label("Adresse exacte, mobile ou nom de famille").fill("laffargue")
    page.keyboard.press("Enter")

    page.get_by_role("link", name="Roger Laffargue").click()

    expect(page.get_by_role("heading", name="L’a-t-elle reçu")).to_be_visible()
    expect(page.get_by_text("Oui, accepté par son serveur").first).to_be_visible()
    assert "laffargue" not in page.url


def test_the_paper_form_prints_on_one_page(page):
    answer = page.request.get(f"{DESK}bulletins/bulletin.pdf?de=2026-041&combien=2")

    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().count(b"/Type /Page\n") in (0, 2)
    assert answer.body().startswith(b"%PDF-")
