"""Notifications as a resident lives them: the town's own page in a real Firefox, an instance, its push service."""

import pytest
from playwright.sync_api import expect

from beffroi.servers.outside import push_devices
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
now, town = timezone.now(), towns.town_by_slug({town!r})
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
MUTE = """
const device = %s;
device.toJSON = () => device;
let held = null;
PushManager.prototype.subscribe = async () => (held = device);
PushManager.prototype.getSubscription = async () => held;
"""
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
    ready = f"return document.querySelector('{button}').matches(':not([hidden], .waits)');"
    wait_until(lambda: page.run(ready), ARRIVAL_TIMEOUT_S, f"{button} is there")
    page.click(button)


def says(page, word, timeout_s=ARRIVAL_TIMEOUT_S):
    script = """const shown = document.querySelector("[data-say]:not([hidden])");
    return shown && shown.dataset.say;"""
    wait_until(lambda: page.run(script) == word, timeout_s, word, lambda: page.run(script))


def send(instance, title, theme=CULTURE, town="arcachon"):
    script = SEND.format(theme=theme, site=instance.url, title=title, town=town)
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


def test_the_trial_says_after_a_minute_that_nothing_came(instance, whole_chromium):
    """A telephone that takes the message and shows nothing. Chromium without Google’s service subscribes to none: that one is played."""
    device = push_devices.subscription(
        "appareil-muet", root=f"http://127.0.0.1:{instance.port + 5}"
    )
    context = whole_chromium.new_context(locale="fr-FR", permissions=["notifications"])
    page = context.new_page()
    page.clock.install()
    page.add_init_script(MUTE % device)
    page.goto(f"{instance.url}{TOWN}/notifications/")
    page.get_by_role("checkbox", name=CULTURE).check()
    page.get_by_role("button", name="Recevoir les notifications").click()
    page.get_by_role("button", name="Essayer sur cet appareil").click()
    expect(page.locator('[data-say="trying"]')).to_be_visible()

    page.clock.fast_forward("01:01")

    expect(page.locator('[data-say="silent"]')).to_contain_text("Rien n’est arrivé en une minute")
    context.close()


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


def test_under_the_town_s_own_name_notifications_arrive_and_lead_back_to_it(instance, firefox):
    browser, slug = firefox(instance.port + 5), "la-teste-de-buch"
    home = f"http://la-teste.localhost:{instance.port}/{slug}/"
    browser.visit(home)
    told = browser.run("""const said = document.querySelector("link[rel=manifest]").href;
    const manifest = await (await fetch(said)).json();
    const icon = new URL(manifest.icons[0].src, said).href;
    return [said, icon, manifest.scope, manifest.name, (await fetch(icon)).status];""")
    assert told[:2] == [f"{home}application.webmanifest", f"{home}icone-192.png"]
    assert told[2:] == [f"/{slug}/", "La Teste-de-Buch", 200]

    browser.visit(f"{home}notifications/")
    subscribe(browser)
    assert browser.run("return (await navigator.serviceWorker.ready).scope") == home
    press(browser, '[data-act="try"]')
    says(browser, "arrived")
    send(instance, "La dune a grandi", town=slug)
    arrives(browser, "La dune a grandi")
    browser.visit(home)
    browser.touch_notification("La dune a grandi")

    page = f"{home}messages/"
    wait_until(lambda: page in browser.tabs(), ARRIVAL_TIMEOUT_S, "its page is open", browser.tabs)
