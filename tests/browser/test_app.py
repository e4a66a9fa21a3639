"""The town in the pocket, in a real Chromium: installed, read without a network, its comforts kept on the device."""

import uuid

import pytest
from playwright.sync_api import expect

from tests.browser.test_resident import subscribe

pytestmark = [pytest.mark.browser, pytest.mark.instance]

TOWN = "/arcachon"
MANY = """
from django.utils import timezone
from beffroi.content.facts import Place, Text
from beffroi.content.services import entries
from beffroi.content.words import Category, Kind
from beffroi.towns import queries, scope
town, now = queries.town_by_slug("la-teste-de-buch"), timezone.now()
scope.enter(town_id=town.pk)
for number in range(120):
    place = Place(street="Rue du Port", latitude=44.6 + (number - 119) / 1000, longitude=-1.1)
    club = Text(title=f"Club {number:03}", category=Category.ASSOCIATION, place=place)
    entries.publish(town, entries.create(town, Kind.PLACE, club, by=None, at=now).pk, by=None, at=now)
"""


@pytest.fixture
def phone(whole_chromium):
    context = whole_chromium.new_context(viewport={"width": 360, "height": 780}, locale="fr-FR")
    yield context.new_page()
    context.close()


KEPT = (
    *("", "alerte/", "numeros-utiles/", "agenda/", "annuaire/", "hors-ligne/", "app.js"),
    *("annuaire/sante/", "annuaire/contacts-utiles/"),
)
"""From the first day on, opened or not."""


def held(page, *addresses) -> None:
    """Waits until this browser has kept all of them."""
    page.wait_for_function(
        "all => Promise.all(all.map(one => caches.match(one))).then(found => found.every(Boolean))",
        arg=list(addresses),
        polling=100,
    )


def ready(page) -> None:
    """The town’s worker is there and has fetched what it keeps."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    held(page, *(f"{TOWN}/{path}" for path in KEPT))


def cut_off(page) -> None:
    page.wait_for_timeout(
        1_100
    )  # for a second the browser itself need not ask again (doors.PUBLIC_SECONDS)
    page.context.set_offline(True)


def test_pages_that_were_read_stay_readable_without_a_network(instance, phone):
    site = f"{instance.url}{TOWN}"
    phone.goto(f"{site}/")
    ready(phone)
    phone.goto(f"{site}/cinema/")
    expect(phone.get_by_role("heading", name="Les Marées")).to_be_visible()
    held(phone, f"{site}/cinema/")
    cut_off(phone)

    phone.goto(f"{site}/numeros-utiles/")
    expect(phone.get_by_role("link", name="112")).to_be_visible()
    phone.goto(f"{site}/cinema/")
    expect(phone.get_by_role("heading", name="Les Marées")).to_be_visible()
    expect(phone.get_by_role("status")).to_contain_text("Pas de réseau")
    phone.goto(f"{site}/pratique/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Pas de réseau")
    phone.get_by_role("main").get_by_role("link", name="Agenda").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Agenda")


def test_doctors_never_looked_up_are_found_without_a_network_in_large_letters(instance, phone):
    phone.goto(f"{instance.url}{TOWN}/")
    ready(phone)
    cut_off(phone)

    phone.goto(f"{instance.url}{TOWN}/annuaire/")
    phone.get_by_role("main").get_by_role("link", name="Santé").click()
    expect(phone.get_by_role("heading", name="Pharmacie des Pins")).to_be_visible()
    expect(phone.get_by_role("status").first).to_contain_text("Pas de réseau")
    phone.get_by_role("button", name="Texte plus grand").click()
    assert phone.evaluate("document.documentElement.className") == "large"


def test_what_is_kept_is_renewed_once_a_day_and_no_oftener(instance, phone):
    """The day is over when the mark that the worker left says so."""
    shelf, mark = f"{TOWN}/annuaire/sante/", f"{TOWN}/a-renouveler"
    phone.goto(f"{instance.url}{TOWN}/")
    ready(phone)
    due = "mark => caches.match(mark).then(found => found.text()).then(Number)"
    hours = (phone.evaluate(due, mark) - phone.evaluate("Date.now()")) / 3_600_000
    assert 23 < hours <= 24

    phone.evaluate("one => caches.open('pages-2 /arcachon/').then(all => all.delete(one))", shelf)
    phone.goto(f"{instance.url}{TOWN}/cinema/")
    held(phone, f"{TOWN}/cinema/")
    assert phone.evaluate("one => caches.match(one).then(Boolean)", shelf) is False

    phone.evaluate(
        "mark => caches.open('beffroi').then(all => all.put(mark, new Response('0')))", mark
    )
    phone.goto(f"{instance.url}{TOWN}/agenda/")
    held(phone, shelf)


def test_a_secret_page_is_kept_nowhere(instance, phone):
    """One’s own page, behind the secret of a letter, was open a moment ago."""
    address = f"camille.{uuid.uuid4().hex[:8]}@orange.example"
    own_page = subscribe(phone, instance, address, "Culture et événements")
    ready(phone)
    phone.goto(own_page)

    kept = phone.evaluate(
        "caches.open('pages-2 /arcachon/').then(c => c.keys()).then(k => k.map(r => r.url))"
    )

    assert own_page not in kept
    assert [url for url in kept if "/confirmation/" in url] == []
    assert f"{instance.url}{TOWN}/agenda/" in kept


@pytest.mark.parametrize("start", [f"{TOWN}/", "/", "/ensemble/arcachon+gujan-mestras/"])
def test_the_app_can_be_installed(instance, chromium, tmp_path, start):
    """What Chromium itself says (DevTools protocol); only in a profile that is kept."""
    context = chromium.browser_type.launch_persistent_context(
        str(tmp_path), executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
    )
    page = context.new_page()
    page.goto(f"{instance.url}{start}")
    devtools = context.new_cdp_session(page)

    manifest = devtools.send("Page.getAppManifest")
    faults = devtools.send("Page.getInstallabilityErrors")
    context.close()

    assert manifest["errors"] == []
    assert faults["installabilityErrors"] == []


IN_PART = """() => {
  const rect = (one) => { const { x, width, height } = one.getBoundingClientRect(); return [x, width, height]; };
  const nav = document.querySelector(".nav"), button = document.querySelector(".search button");
  const seen = () => [rect(nav.querySelector("a")), rect(nav), [0, rect(button)[1], 0]];
  const whole = seen();
  for (const later of [...nav.querySelectorAll("a")].slice(1)) later.remove();
  button.textContent = "";
  return [whole, seen()];
}"""
"""A slow telephone paints the page when it has read half of it."""
SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => { for (const one of list.getEntries()) window.shifted += one.value; })
  .observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize("path", ["/", "/notifications/", "/annuaire/sante/"])
def test_nothing_moves_while_a_page_comes_to_life(instance, phone, path):
    """Scripts and pictures find their place kept (Cumulative Layout Shift, W3C Layout Instability)."""
    phone.add_init_script(SHIFTS)
    phone.goto(f"{instance.url}{TOWN}{path}")
    expect(phone.get_by_role("button", name="Texte plus grand")).to_be_visible()
    expect(phone.locator(".waits")).to_have_count(0)
    phone.evaluate("new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))")

    assert phone.evaluate("window.shifted") < 0.001


def test_comforts_are_remembered_on_the_device_alone(instance, phone):
    phone.goto(f"{instance.url}{TOWN}/agenda/")
    phone.get_by_role("button", name="Texte plus grand").click()
    phone.get_by_role("button", name="Texte plus aéré").click()

    phone.goto(f"{instance.url}{TOWN}/annuaire/")

    assert phone.evaluate("document.documentElement.className").split() == ["large", "airy"]
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert phone.context.cookies() == []


def test_the_nearest_comes_first_and_the_position_stays_here(instance, phone):
    context = phone.context
    context.grant_permissions(["geolocation"], origin=instance.url)
    context.set_geolocation({"latitude": 44.6561, "longitude": -1.1604})
    asked: list[str] = []
    phone.goto(f"{instance.url}{TOWN}/annuaire/sante/")
    phone.on("request", lambda request: asked.append(request.url))

    phone.get_by_role("button", name="Près de moi").click()

    expect(phone.locator("#places h2").first).to_have_text("Pharmacie des Pins")
    assert [url for url in asked if not url.endswith("/icone.svg")] == []


def test_the_nearest_comes_first_whatever_page_of_a_long_directory_it_is_on(instance, phone):
    instance.manage("shell", "-v", "0", "-c", MANY)
    phone.context.grant_permissions(["geolocation"], origin=instance.url)
    phone.context.set_geolocation({"latitude": 44.61, "longitude": -1.1})
    phone.goto(f"{instance.url}/la-teste-de-buch/annuaire/associations/page/2/")
    rows = phone.locator("#places > li")
    assert rows.count() == 50

    phone.get_by_role("button", name="Près de moi").click()

    expect(phone.get_by_role("status")).to_contain_text("Du plus proche au plus loin. Votre")
    assert rows.count() >= 120
    assert rows.locator("h2").all_text_contents()[:3] == ["Club 119", "Club 118", "Club 117"]
    expect(phone.get_by_role("link", name="Page suivante")).to_have_count(0)


@pytest.mark.parametrize("width", [360, 1280])
def test_what_is_painted_in_part_is_where_the_whole_will_be(instance, phone, width):
    phone.set_viewport_size({"width": width, "height": 780})
    phone.goto(f"{instance.url}{TOWN}/")

    whole, part = phone.evaluate(IN_PART)

    for before, after in zip(part, whole, strict=True):
        assert before == pytest.approx(after, abs=2.9)  # less than three pixels are no shift


def test_the_app_of_several_towns_goes_on_where_it_was_left_also_without_a_network(instance, phone):
    phone.goto(f"{instance.url}/")
    expect(phone.get_by_role("link", name="Reprendre")).to_be_hidden()
    held(phone, "/ensemble/", "/ensemble/app.js")
    phone.get_by_label("Suivre Arcachon").check()
    phone.get_by_label("Suivre Gujan-Mestras").check()
    phone.get_by_role("button", name="Suivre les communes cochées").click()
    expect(phone.get_by_role("heading", name="Mes communes")).to_be_visible()
    held(phone, "/ensemble/arcachon+gujan-mestras/")
    cut_off(phone)

    phone.goto(f"{instance.url}/ensemble/")
    phone.get_by_role("link", name="Reprendre : Arcachon, Gujan-Mestras").click()
    expect(phone.get_by_role("heading", name="Mes communes")).to_be_visible()
    expect(phone.get_by_role("status")).to_contain_text("Pas de réseau")
    phone.get_by_role("button", name="Texte plus aéré").click()
    assert phone.evaluate("document.documentElement.className") == "airy"
    phone.goto(f"{instance.url}/ensemble/")
    phone.get_by_role("button", name="Oublier ce choix").click()
    phone.reload()
    expect(phone.get_by_role("link", name="Reprendre")).to_be_hidden()
    assert phone.context.cookies() == []


def test_one_town_that_was_ticked_is_where_the_app_goes_on(instance, phone):
    phone.goto(f"{instance.url}/")
    phone.get_by_label("Suivre Arcachon").check()
    phone.get_by_role("button", name="Suivre les communes cochées").click()
    expect(phone).to_have_title("Accueil - Arcachon")

    phone.goto(f"{instance.url}/ensemble/")
    phone.get_by_role("link", name="Reprendre : Arcachon", exact=True).click()
    expect(phone).to_have_title("Accueil - Arcachon")


def test_the_shared_app_holds_its_own_pages_and_leaves_each_town_to_its_worker(instance, phone):
    phone.goto(f"{instance.url}/ensemble/arcachon+gujan-mestras/")
    held(phone, "/ensemble/arcachon+gujan-mestras/")
    scopes = """navigator.serviceWorker.getRegistrations().then(
        all => all.map(one => new URL(one.scope).pathname).sort())"""
    assert phone.evaluate(scopes) == ["/ensemble/"]

    phone.get_by_role("main").get_by_role("link", name="Arcachon", exact=True).click()
    assert phone.evaluate("navigator.serviceWorker.controller?.scriptURL ?? ''") in (
        "",
        f"{instance.url}{TOWN}/sw.js",
    )
    ready(phone)
    assert phone.evaluate(scopes) == ["/arcachon/", "/ensemble/"]
    phone.get_by_role("link", name="Une autre commune").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Quelle est votre commune ?")


def test_a_town_with_an_app_of_its_own_is_alone_in_it(instance, phone):
    own = instance.url.replace("127.0.0.1", "la-teste.localhost")
    phone.goto(f"{own}/")

    expect(phone).to_have_title("Accueil - La Teste-de-Buch")
    assert phone.goto(f"{own}/arcachon/").status == 404
    phone.goto(f"{instance.url}/")
    expect(phone.get_by_role("link", name="La Teste-de-Buch")).to_be_visible()
