"""The secretary and a holder in a real browser: a box for a new councillor, the commission it joins, an absence."""

import re
import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.instance]

HERE = "/mairie/arcachon/courrier/"
SECRETARY, HOLDER = "direction@arcachon.example", "accueil@arcachon.example"


def opened(instance, chromium, state, **how) -> Iterator[Page]:
    """Every fault of a page fails the test."""
    context = chromium.new_context(
        storage_state=state, locale="fr-FR", base_url=instance.url, **how
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert faults == []


@pytest.fixture
def secretary(instance, chromium, signed_in) -> Iterator[Page]:
    yield from opened(instance, chromium, signed_in(SECRETARY))


@pytest.fixture
def holder(instance, chromium, signed_in) -> Iterator[Page]:
    rights = ["clipboard-read", "clipboard-write"]
    yield from opened(instance, chromium, signed_in(HOLDER), permissions=rights)


@pytest.fixture
def anybody(instance, chromium) -> Iterator[Page]:
    """Without an account and without JavaScript."""
    yield from opened(instance, chromium, None, java_script_enabled=False)


def test_a_new_councillor_has_a_box_a_password_and_a_commission(secretary, anybody):
    name = f"Élise {uuid.uuid4().hex[:6].capitalize()}"
    local = name.replace("É", "e").replace(" ", ".").lower()
    secretary.goto(f"{HERE}boites/nouvelle/")
    secretary.get_by_label("Nom", exact=True).fill(name)
    expect(secretary.locator("#wish")).to_contain_text(f"{local}@arcachon.example Libre")
    secretary.get_by_role("button", name="Créer la boîte").click()
    expect(secretary.get_by_text("reçoit dès maintenant")).to_be_visible()

    secretary.get_by_role("button", name="Préparer le lien").click()
    link = secretary.locator("#handed").inner_text()
    anybody.goto(link)
    for label in ("Mot de passe de la boîte", "Le même, encore une fois"):
        anybody.get_by_label(label).fill("quatre mots sans rapport")
    anybody.get_by_role("button", name="Enregistrer le mot de passe").click()
    expect(anybody.get_by_role("heading", name="Mot de passe enregistré")).to_be_visible()

    secretary.goto(f"{HERE}?genre=commission")
    secretary.get_by_role("link", name="Commission Culture").click()
    secretary.get_by_role("link", name="Sa composition").click()
    secretary.get_by_label(name, exact=True).check()
    secretary.get_by_role("button", name="Ajouter les personnes cochées").click()
    expect(secretary.get_by_text(f"{name} voit la boîte dès maintenant")).to_be_visible()
    secretary.get_by_role("checkbox", name=name).check()
    secretary.get_by_role("button", name="Retirer les membres cochés").click()
    expect(secretary.get_by_text(f"{name} ne voit plus la boîte")).to_be_visible()
    secretary.get_by_role("button", name="Annuler").click()
    expect(secretary.get_by_text("La composition est comme avant")).to_be_visible()


def test_a_holder_prepares_an_absence_and_copies_the_signature(holder):
    holder.goto(f"{HERE}moi/")
    holder.get_by_role("link", name="Préparer une absence").click()
    holder.get_by_label("Dernier jour").fill("2031-08-14")
    expect(holder.locator("#answer")).to_contain_text("jusqu’au 14 août 2031")
    holder.get_by_role("button", name="Préparer la réponse").click()
    holder.get_by_role("button", name="Terminer l’absence").click()
    expect(holder.get_by_text("plus rien n’est répondu")).to_be_visible()

    holder.get_by_role("link", name="Voir et copier la signature").click()
    holder.get_by_role("button", name="Copier la signature").click()
    expect(holder.get_by_role("button", name=re.compile("Copiée"))).to_be_visible()
    kinds = holder.evaluate(
        "navigator.clipboard.read().then((all) => all.flatMap((one) => one.types))"
    )
    assert {"text/html", "text/plain"} <= set(kinds)
