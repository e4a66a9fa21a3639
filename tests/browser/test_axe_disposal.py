"""axe reads the destruction of a box at each of its steps, which no living town shows by itself; then it is taken back."""

import re
from datetime import date

import pytest

from tests.browser.test_axe import complaints, looks
from tests.instance.whole import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.instance, pytest.mark.slow]

KEEPING = "/mairie/arcachon/courrier/conservation/"
SECRETARY = "direction@arcachon.example"


def test_the_list_the_visa_and_the_preview_of_a_destruction(instance, chromium, signed_in):
    context = chromium.new_context(locale="fr-FR", storage_state=signed_in(SECRETARY))
    page = context.new_page()
    page.set_default_timeout(20_000)
    found = complaints(page)
    page.goto(f"{instance.url}{KEEPING}eliminations/preparer/")
    page.get_by_label("Motif").fill("Durée d’utilité administrative échue")
    page.get_by_role("button", name="Dresser la liste").click()
    page.get_by_role("heading", name=re.compile("Élimination du")).wait_for()
    disposal = page.url
    try:
        wait_until(lambda: is_counted(page), 90, "the boxes are measured")
        page.get_by_role("button", name="Établir le bordereau").click()
        page.get_by_role("link", name="Ouvrir le bordereau").wait_for()
        found += looks(page, "listed")
        page.get_by_role("link", name="Inscrire le visa").click()
        page.get_by_role("heading", name="Visa des archives").wait_for()
        found += looks(page, "visa")
        page.get_by_label("Référence du visa").fill("AD33-2026-117")
        page.get_by_label("Date du visa").fill(date.today().isoformat())
        page.get_by_role("button", name="Voir ce qui se passera").click()
        page.get_by_role("heading", name="Ce qui sera détruit").wait_for()
        found += looks(page, "preview")
    finally:
        page.goto(disposal)
        page.get_by_role("button", name="Abandonner").click()
        page.get_by_text("L’élimination est abandonnée").wait_for()
        context.close()

    assert found == []


def is_counted(page):
    page.reload()
    return page.get_by_role("button", name="Établir le bordereau").is_visible()
