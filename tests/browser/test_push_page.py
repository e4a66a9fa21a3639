"""Notifications as a resident lives them: the town's own page in a real Firefox, an instance, its push service."""

import pytest

from tests.instance.whole import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.instance]

TOWN = "/arcachon"
ARRIVAL_TIMEOUT_S = 40
SEND = """
from django.utils import timezone
from beffroi.audience import quiet
from beffroi.audience.queries import themes
from beffroi.delivery.outgoing import OutgoingMessage
from beffroi.delivery.services import messages
from beffroi.delivery.words import Channel, Lane
from beffroi.kit.paths import town_url
from beffroi.towns import queries as towns
now, town = timezone.now(), towns.town_by_slug("arcachon")
theme = next(one for one in themes.public_themes(town) if one.name == {theme!r})
base = town_url({site!r}, town.slug)
message = OutgoingMessage(
    lane=Lane.ALERT, channel=Channel.PUSH, subject={title!r}, text="Un essai.", page_url=base + "/messages/",
    from_name=town.name, base_url=base, theme_ids=(theme.id,),
)
told = quiet.plan(town, [theme.id], lane=message.lane, at=now)
messages.enqueue(town, message, recipients=told.now, at=now)
"""
CULTURE, PRACTICAL = "Culture et événements", "Informations pratiques"
SUBSCRIPTION = """const worker = await navigator.serviceWorker.ready;
const found = await worker.pushManager.getSubscription();
return found && found.endpoint;"""


@pytest.fixture
def page(instance, firefox):
    """The town's page of notifications, in a Firefox that listens to the instance's own push service."""
    browser = firefox(instance.port + 5)
    browser.visit(f"{instance.url}{TOWN}/notifications/")
    return browser


def tick(page, theme):
    page.run(
        """const label = [...document.querySelectorAll(".choice")].find((one) => one.textContent.includes(given[0]));
        label.querySelector("input").click();""",
        theme,
    )


def subscribe(page, theme=CULTURE):
    tick(page, theme)
    press(page, '[data-act="save"][data-when="ready"]')
    says(page, "saved")


def press(page, button):
    """Once the script has seen what this browser is."""
    ready = f"return !document.querySelector('{button}').hidden;"
    wait_until(lambda: page.run(ready), ARRIVAL_TIMEOUT_S, f"{button} is there")
    page.click(button)


def says(page, word, timeout_s=ARRIVAL_TIMEOUT_S):
    script = """const shown = document.querySelector("[data-say]:not([hidden])");
    return shown && shown.dataset.say;"""
    wait_until(lambda: page.run(script) == word, timeout_s, word, lambda: page.run(script))


def send(instance, title, theme=CULTURE):
    script = SEND.format(theme=theme, site=instance.url, title=title)
    instance.manage("shell", "-v", "0", "-c", script)


def titles(page):
    return [shown["title"] for shown in page.notifications()]


def arrives(page, title):
    wait_until(lambda: title in titles(page), ARRIVAL_TIMEOUT_S, title, lambda: titles(page))


def test_a_resident_is_notified_by_theme_also_of_what_was_sent_while_the_browser_was_closed(
    instance, page
):
    subscribe(page)
    send(instance, "Un concert")
    arrives(page, "Un concert")
    send(instance, "Une rue barrée", theme=PRACTICAL)

    page.close()
    send(instance, "Une exposition")
    page.open()
    page.visit(f"{instance.url}{TOWN}/notifications/")

    arrives(page, "Une exposition")
    assert "Une rue barrée" not in titles(page)
    assert page.notifications()[0]["data"]["navigate"].endswith(f"{TOWN}/messages/")


def test_the_trial_says_that_it_arrived_and_when(instance, page):
    subscribe(page)

    press(page, '[data-act="try"]')
    says(page, "arrived")

    assert "Arrivé en" in page.text('[data-say="arrived"]')
    assert titles(page) == ["Essai réussi"]


def test_the_trial_never_says_that_something_arrived_which_did_not(instance, page):
    subscribe(page)
    page.run("""const found = await navigator.serviceWorker.getRegistrations();
    await Promise.all(found.map((one) => one.unregister()));""")

    press(page, '[data-act="try"]')

    says(page, "gone")


def test_stopping_ends_it_here_and_in_the_town_hall(instance, page):
    subscribe(page)
    endpoint = page.run(SUBSCRIPTION)

    press(page, '[data-act="stop"]')
    says(page, "stopped")

    assert endpoint
    assert page.run(SUBSCRIPTION) is None
    page.visit(f"{instance.url}{TOWN}/notifications/")
    press(page, '[data-act="save"][data-when="ready"]')
    says(page, "nothing")


def test_a_subscription_that_the_browser_lost_is_made_again_at_the_next_visit(instance, page):
    subscribe(page)
    before = page.run(SUBSCRIPTION)
    page.run("""const worker = await navigator.serviceWorker.ready;
    await (await worker.pushManager.getSubscription()).unsubscribe();""")

    page.visit(f"{instance.url}{TOWN}/notifications/")
    wait_until(lambda: page.run(SUBSCRIPTION), ARRIVAL_TIMEOUT_S, "it is made again")
    send(instance, "Toujours là")

    arrives(page, "Toujours là")
    assert page.run(SUBSCRIPTION) != before
