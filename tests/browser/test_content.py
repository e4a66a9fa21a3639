"""Contents in a real browser: written in a hurry, with the real editor and a photo that is dropped."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_axe import complaints, looks
from tests.kit.test_images import a_picture

pytestmark = [pytest.mark.browser, pytest.mark.instance]

SECTION = "/mairie/arcachon/contenus/"


@pytest.fixture
def page(instance, chromium, signed_in):
    """A writer's; every fault of a page fails the test."""
    state = signed_in("redaction@arcachon.example")
    context = chromium.new_context(
        locale="fr-FR", storage_state=state, viewport={"width": 1280, "height": 900}
    )
    page: Page = context.new_page()
    said = complaints(page)
    yield page
    context.close()
    assert said == []


DROP = """([bytes, name]) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], name));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


STAYS = "document.addEventListener('submit', (event) => event.preventDefault())"
"""The session of the other tests goes on."""


def test_an_item_is_written_with_its_photo_published_and_read(instance, page):
    page.goto(f"{instance.url}{SECTION}nouveau/")
    page.get_by_role("link", name="Actualité").click()
    page.get_by_role("textbox", name="Titre").fill("La piscine rouvre")
    page.get_by_label("Résumé").fill("Lundi, à neuf heures.")
    expect(page.get_by_text("Encore 279 lettres")).to_be_visible()
    page.get_by_role("textbox", name="Texte", exact=True).click()
    page.keyboard.type("Les vestiaires sont ")
    page.get_by_role("button", name="Gras").first.click()
    page.keyboard.type("neufs")
    expect(page.get_by_role("button", name="Image")).to_have_count(0)

    page.evaluate(DROP, [list(b"%PDF-1.7 rien"), "photo.jpg"])
    expect(page.get_by_role("alert")).to_contain_text("Ce fichier est un PDF")
    page.evaluate(DROP, [list(a_picture(size=(320, 160))), "photo.jpg"])
    expect(page.locator("#photo-shown")).to_have_js_property("naturalWidth", 320)
    page.get_by_label("À une date choisie").check()
    page.locator("[name=day]").fill("2031-12-01")
    expect(page.get_by_role("button", name="Programmer pour le 1ᵉʳ décembre")).to_be_visible()
    page.get_by_label("Maintenant").check()
    page.get_by_role("button", name="Publier maintenant").click()
    expect(page.get_by_role("main")).to_contain_text("Dites ce que montre la photo")
    expect(page.get_by_role("textbox", name="Texte", exact=True)).to_contain_text("neufs")
    assert looks(page, "to mend") == []
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_label("Que montre la photo").fill("Le bassin vide")
    page.get_by_role("button", name="Publier maintenant").click()

    expect(page.get_by_role("main")).to_contain_text("Publié. Les habitants peuvent le lire.")
    expect(page.locator(".prose strong")).to_have_text("neufs")
    assert looks(page, "published") == []
    assert page.evaluate("localStorage.length") == 0

    page.get_by_role("link", name="Voir la page").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("La piscine rouvre")
    expect(page.get_by_role("img", name="Le bassin vide")).to_have_js_property("naturalWidth", 320)


def test_what_was_typed_and_not_sent_waits_on_the_computer(instance, page):
    page.goto(f"{instance.url}{SECTION}nouveau/?sorte=event")
    page.get_by_role("textbox", name="Titre").press_sequentially("Bal du port")
    page.get_by_role("textbox", name="Texte", exact=True).click()
    page.keyboard.type("Avec la fanfare")
    page.reload()

    page.get_by_role("button", name="Reprendre ce que vous aviez écrit").click()

    expect(page.get_by_role("textbox", name="Titre")).to_have_value("Bal du port")
    expect(page.get_by_role("textbox", name="Texte", exact=True)).to_have_text("Avec la fanfare")
    page.get_by_role("button", name="Ajouter une date").click()
    page.locator("[name=date-0-day]").fill("2031-12-05")
    page.locator("[name=date-1-day]").fill("2031-12-12")
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    expect(page.get_by_role("main")).to_contain_text("Brouillon enregistré")
    expect(page.get_by_role("main")).to_contain_text("vendredi 12 décembre 2031")

    page.get_by_role("link", name="Modifier").click()
    page.get_by_role("button", name="Retirer").first.click()
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    page.get_by_role("link", name="Modifier").wait_for()
    expect(page.get_by_role("main")).not_to_contain_text("5 décembre 2031")


def test_a_sheet_is_put_right_taken_in_and_followed_by_the_next_week_s(instance, page):
    def bring(text, name):
        file = {"name": name, "mimeType": "text/csv", "buffer": text.encode("cp1252")}
        page.get_by_label("Fichier", exact=True).set_input_files(file)
        page.get_by_role("button", name="Regarder ce fichier").click()

    main = page.get_by_role("main")
    sheet = "CINÉMA L’ÉTOILE;;;\nFilm;Quand;Où ça;Genre\nLe Phare;5/12/2031 20h30;Salle 2;Drame\n;6/12/2031 18h;;\n"
    page.goto(f"{instance.url}{SECTION}sources/")
    bring(sheet, "Étoile.csv")
    expect(page.get_by_role("heading", level=3, name="Le Phare")).to_be_visible()
    expect(main).to_contain_text("vendredi 5 décembre 2031, 20 h 30")
    expect(main).not_to_contain_text("Salle 2 Drame")
    expect(main).to_contain_text("Ligne 4")
    page.get_by_label("Où ça").select_option("Lieu")
    page.get_by_role("button", name="Revoir l’aperçu avec ces choix").click()
    expect(page.locator(".found")).to_contain_text("Salle 2")
    page.get_by_label("Quand").select_option("Ne pas reprendre")
    page.get_by_role("button", name="Reprendre 1 contenu").click()
    expect(main).to_contain_text("Dites quelle colonne contient : Date")
    assert looks(page, "a column is missing") == []
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_label("Quand").select_option("Titre ou nom")
    page.get_by_role("button", name="Revoir l’aperçu", exact=True).click()
    expect(main).to_contain_text("est choisi pour plusieurs colonnes : Film, Quand")
    page.get_by_label("Quand").select_option("Date")
    page.get_by_role("button", name="Revoir l’aperçu", exact=True).click()
    page.get_by_label("Drame").select_option(index=1)
    assert looks(page, "looked at") == []
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("button", name="Reprendre 1 contenu").click()
    expect(main).to_contain_text("Le fichier est repris")

    page.get_by_role("link", name="Étoile").click()
    page.get_by_role("link", name="Apporter un fichier plus récent").click()
    bring(sheet.replace("5/12", "12/12") + "Playtime;13/12/2031 21h;Salle 1;Drame\n", "suite.csv")
    expect(main).to_contain_text("Les colonnes sont lues comme la dernière fois")
    expect(main).to_contain_text("vendredi 12 décembre 2031, 20 h 30")
    assert looks(page, "the next week") == []
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("button", name="Reprendre 2 contenus").click()
    expect(page.locator(".stats")).to_contain_text("1")
    page.get_by_role("button", name="Annuler ce relevé").click()
    expect(main).to_contain_text("Relevé annulé")


def test_on_a_shared_computer_nobody_is_offered_what_another_typed_and_whoever_leaves_erases_it(
    instance, page, signed_in
):
    here, offer = f"{instance.url}{SECTION}nouveau/?sorte=news", page.locator("#unsent")
    page.goto(here)
    page.get_by_role("textbox", name="Titre").press_sequentially("Un texte de la rédaction")
    page.reload()
    expect(offer).to_be_visible()
    writer = page.context.cookies()

    page.context.add_cookies(signed_in("direction@arcachon.example")["cookies"])
    page.goto(here)
    page.get_by_role("textbox", name="Titre").press_sequentially("Un autre")
    expect(offer).to_be_hidden()
    page.context.clear_cookies()
    page.context.add_cookies(writer)
    page.goto(here)
    page.get_by_role("button", name="Reprendre ce que vous aviez écrit").click()
    expect(page.get_by_role("textbox", name="Titre")).to_have_value("Un texte de la rédaction")

    page.evaluate("document.querySelector('details.me').open = true")
    page.evaluate(STAYS)
    page.get_by_role("button", name="Se déconnecter").click()
    assert page.evaluate("Object.values(localStorage).join()").count("Un texte") == 0
    assert page.evaluate("Object.values(localStorage).join()").count("Un autre") == 1
