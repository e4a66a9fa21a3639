"""An agent in a real browser: the password, the codes, the sessions, the keyboard."""

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from playwright.sync_api import Page, expect

from tests.browser.conftest import SIGN_IN, enter

pytestmark = [pytest.mark.browser, pytest.mark.instance]

WRITER, AUDITOR, PROPOSER = (
    f"{who}@arcachon.example" for who in ("redaction", "audit", "technique")
)


@pytest.fixture
def page(chromium):
    context = chromium.new_context(locale="fr-FR", viewport={"width": 1280, "height": 860})
    page = context.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda one: said.append(one.text) if "Policy" in one.text else None)
    yield page
    context.close()
    assert said == []


def code(secret: str, *, steps_on: int = 0) -> str:
    """What the application on the telephone shows."""
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter + steps_on)))


def test_a_wrong_password_then_the_right_one(instance, page: Page, password):
    enter(page, instance, WRITER, "ce n’est pas le bon")
    expect(page.get_by_role("alert")).to_contain_text("ne correspond pas")

    enter(page, instance, WRITER, password)

    expect(page.get_by_role("heading", level=1)).to_have_text("Aujourd’hui")
    expect(page.get_by_role("link", name="Messages")).to_be_visible()
    expect(page.get_by_role("link", name="La commune")).to_have_count(0)


def test_the_keyboard_alone_signs_in_and_skips_to_the_content(instance, page: Page, password):
    page.goto(f"{instance.url}{SIGN_IN}")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type(WRITER)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Aujourd’hui")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#contenu")


def test_without_javascript_an_agent_signs_in_as_well(instance, chromium, password):
    context = chromium.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()

    enter(page, instance, WRITER, password)

    expect(page.get_by_role("heading", level=1)).to_have_text("Aujourd’hui")
    context.close()


def test_codes_are_switched_on_asked_for_and_switched_off(instance, page: Page, password):
    enter(page, instance, AUDITOR, password)
    page.goto(f"{instance.url}/compte/securite/")
    page.get_by_role("link", name="Activer les codes").click()
    page.get_by_label("Mot de passe actuel").fill(password)
    page.get_by_role("button", name="Confirmer").click()
    secret = page.locator("code.secret").inner_text()
    expect(page.locator(".qr img")).to_be_visible()
    page.get_by_label("Code affiché").fill(code(secret))
    page.get_by_role("button", name="Activer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")
    assert page.locator(".codes li").count() == 10

    spare = page.locator(".codes li").first.inner_text()
    leave(page, instance)
    enter(page, instance, AUDITOR, password)
    expect(page.get_by_role("heading", level=1)).to_have_text("Tapez votre code")
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("alert")).to_contain_text("Ce code n’est pas le bon")
    page.get_by_label("Code").fill(spare)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Aujourd’hui")

    page.goto(f"{instance.url}/compte/application/desactiver/")
    if page.get_by_label("Mot de passe actuel").count():
        page.get_by_label("Mot de passe actuel").fill(password)
        page.get_by_role("button", name="Confirmer").click()
    page.get_by_role("button", name="Désactiver les codes").click()
    expect(page.get_by_text("Les codes sont désactivés.")).to_be_visible()


def leave(page: Page, instance) -> None:
    page.goto(f"{instance.url}/compte/deconnexion/")
    page.get_by_role("main").get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Se connecter")


def test_a_session_is_ended_from_another(instance, chromium, page: Page, password):
    elsewhere = chromium.new_context(
        locale="fr-FR", user_agent="Mozilla/5.0 (Windows NT 10.0; rv:140.0) Firefox/140.0"
    )
    there = elsewhere.new_page()
    enter(there, instance, AUDITOR, password)
    expect(there.get_by_role("heading", level=1)).to_have_text("Aujourd’hui")
    enter(page, instance, AUDITOR, password)
    page.goto(f"{instance.url}/compte/sessions/")

    row = page.get_by_role("row").filter(has_text="Firefox, Windows").last
    row.get_by_role("button", name="Terminer").click()

    expect(page.get_by_text("La session est terminée.")).to_be_visible()
    there.goto(f"{instance.url}/mairie/arcachon/")
    expect(there.get_by_role("heading", level=1)).to_have_text("Se connecter")
    elsewhere.close()


def test_a_passkey_opens_without_a_password(instance, chromium, password):
    """A virtual authenticator of Chromium stands for the fingerprint reader."""
    context = chromium.new_context(locale="fr-FR")
    page = context.new_page()
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    site = instance.url.replace("127.0.0.1", "localhost")  # passkeys belong to a name, not a number
    page.goto(f"{site}{SIGN_IN}")
    page.get_by_label("Adresse e-mail").fill(PROPOSER)
    page.get_by_label("Mot de passe", exact=True).fill(password)
    page.get_by_role("button", name="Se connecter").click()
    page.goto(f"{site}/compte/cles/ajouter/")
    page.get_by_label("Mot de passe actuel").fill(password)
    page.get_by_role("button", name="Confirmer").click()
    page.get_by_label("Nom de la clé").fill("Ordinateur du bureau")
    page.get_by_label("Clé d’accès sans mot de passe").check()
    page.get_by_role("button", name="Ajouter la clé").click()
    expect(page.get_by_text("La clé est ajoutée.")).to_be_visible()

    page.goto(f"{site}/compte/deconnexion/")
    page.get_by_role("main").get_by_role("button", name="Se déconnecter").click()
    page.get_by_role("button", name="Utiliser une clé d’accès").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Aujourd’hui")
    forget_the_key(page, site, password)
    context.close()


def forget_the_key(page: Page, site: str, password: str) -> None:
    """Other journeys of this agent know only the password."""
    page.goto(f"{site}/compte/cles/")
    page.get_by_role("link", name="Retirer").click()
    if page.get_by_label("Mot de passe actuel").count():
        page.get_by_label("Mot de passe actuel").fill(password)
        page.get_by_role("button", name="Confirmer").click()
    page.get_by_role("button", name="Retirer la clé").click()
    expect(page.get_by_text("La clé est retirée.")).to_be_visible()
