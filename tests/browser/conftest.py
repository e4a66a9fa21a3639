"""One Chromium for all journeys, a Firefox for notifications, and what an agent needs to walk them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from tests.browser.firefox import Firefox

SHELL, WHOLE = "/usr/bin/chromium-headless-shell", "/usr/bin/chromium"
SIGN_IN = "/compte/connexion/"


@pytest.fixture(scope="session")
def launch() -> Iterator[Callable[[str], Browser]]:
    with sync_playwright() as playwright:
        opened: list[Browser] = []

        def open_one(program: str) -> Browser:
            arguments = ["--no-sandbox", "--disable-gpu"]
            opened.append(playwright.chromium.launch(executable_path=program, args=arguments))
            return opened[-1]

        yield open_one
        for browser in opened:
            browser.close()


@pytest.fixture(scope="session")
def chromium(launch) -> Browser:
    """Draws pages and runs what is in them, without the windows around them."""
    browser: Browser = launch(SHELL)
    return browser


@pytest.fixture(scope="session")
def whole_chromium(launch) -> Browser:
    """As people have it: it knows notifications, too."""
    browser: Browser = launch(WHOLE)
    return browser


@pytest.fixture
def firefox(tmp_path) -> Iterator[Callable[[int], Firefox]]:
    """A Firefox with a profile of its own, listening to the push service on the port given."""
    opened: list[Firefox] = []

    def open_one(push_port: int) -> Firefox:
        profile = tmp_path / f"firefox-{len(opened)}"
        opened.append(Firefox(profile, push_port=push_port))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


@pytest.fixture(scope="session")
def password(instance) -> str:
    """Of every agent of the demonstration."""
    path: Path = instance.dir / "secrets" / "demo_password"
    return path.read_text().strip()


def enter(page: Page, instance, email: str, password: str) -> None:
    page.goto(f"{instance.url}{SIGN_IN}")
    page.get_by_label("Adresse e-mail").fill(email)
    page.get_by_label("Mot de passe", exact=True).fill(password)
    page.get_by_role("button", name="Se connecter").click()


@pytest.fixture(scope="session")
def signed_in(instance, chromium, password) -> Callable[[str], StorageState]:
    """The cookies of an agent by e-mail address, signed in once."""
    kept: dict[str, StorageState] = {}

    def state(email: str) -> StorageState:
        if email not in kept:
            context = chromium.new_context(locale="fr-FR")
            page = context.new_page()
            enter(page, instance, email, password)
            page.wait_for_url("**/mairie/**" if "exploitation" not in email else "**/exploitant/**")
            kept[email] = context.storage_state()
            context.close()
        return kept[email]

    return state
