"""axe finds nothing on any page of the back office, of sign-in and of the residents: light and dark, phone and desk.

The pages are those of the URL tables; a new one is covered without a line here.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Literal
from urllib.parse import urlsplit
from zlib import crc32

import psycopg
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from playwright.sync_api import BrowserContext, Error, Page, Response

from beffroi.config.bench.accessibility import ALL, COLOURS
from beffroi.config.demo.people import PARTS
from beffroi.mailhosting import names
from beffroi.towns.permissions import GRANTS, Permission
from tests.doors import world

pytestmark = [pytest.mark.browser, pytest.mark.instance, pytest.mark.slow]

COVERED = """() => {
    const said = [];
    for (const one of document.querySelectorAll("button, a.button, select, textarea, input:not([type=hidden])")) {
        if (one.disabled || one.closest("[aria-hidden=true]") || !one.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
        one.scrollIntoView({block: "center", behavior: "instant"});
        const box = one.getBoundingClientRect();
        const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        if (!hit || hit.contains(one) || one.contains(hit) || hit.control === one) continue;
        said.push(`${one.outerHTML.slice(0, 90)} under ${hit.outerHTML.slice(0, 90)}`);
    }
    window.scrollTo(0, 0);
    return said;
}"""
"""What a finger or a mouse cannot press because something else lies over it."""
NO_PAGE = ("Download is starting", "net::ERR_ABORTED", "net::ERR_HTTP_RESPONSE_CODE_FAILURE")
"""A file that is saved, nothing at all (204), a refusal without a word."""
Look = tuple[int, Literal["light", "dark"], dict[str, Any]]
LIGHT: list[Look] = [(360, "light", ALL), (1280, "light", ALL)]
DARK: list[Look] = [(360, "dark", COLOURS), (1280, "dark", COLOURS)]
"""In the dark only colours change: each page has one of these looks, so that the frame they share has both."""
SLUG, OPERATOR = "arcachon", "exploitation@beffroi.example"
STAGED = {
    "campaign_id": "stage",
    "proposal_id": "state",
    "import_id": "stage",
    "mailbox_id": "kind",
    "entry_id": "kind",
}
"""Objects that look different at each stage: one of each is looked at."""
SHOWN = {
    "subscriber_id": "status <> 'erased'",
    "address_id": f"local_part <> '{names.LOOP}' AND NOT EXISTS"
    " (SELECT FROM mailhosting_mailbox m WHERE m.address_id = mailhosting_address.id)",
}
"""Rows that have a page, where not all do: other journeys erase people; boxes and the loop test share a table of names with the aliases."""


LONG_WORD = """() => {
  const before = [];
  for (const name of [...document.querySelectorAll(".list tbody th, .list .free")].slice(0, 4)) {
    const words = document.createTreeWalker(name, NodeFilter.SHOW_TEXT);
    while (words.nextNode() && !words.currentNode.data.trim());
    if (!words.currentNode.data) continue;
    before.push([words.currentNode, words.currentNode.data]);
    words.currentNode.data = "mot".repeat(40);
  }
  const wide = document.documentElement.scrollWidth;
  for (const [text, said] of before) text.data = said;
  return before.length && wide > innerWidth ? wide : 0;
}"""
"""What people name: a file of an office, an address; it breaks, and does not push the page aside."""


def is_page(address: world.Address) -> bool:
    return "GET" in getattr(address.view, "methods", ("GET",))


PAGES = [a for a in world.every_address() if is_page(a)]
TOWN_PAGES = [a for a in PAGES if a.permission not in (None, Permission.OPERATE)]
OPERATOR_PAGES = [a for a in PAGES if a.permission is Permission.OPERATE]
ACCOUNT_PAGES = [
    "account_change_password",
    "mfa_index",
    "mfa_list_webauthn",
    "usersessions_list",
    "account_reauthenticate",
]
ENTRANCE_PAGES = [
    "account_login",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_inactive",
]
RESIDENT_PAGES = [
    a for a in PAGES if a.name.startswith("citizen:") and set(a.parameters) <= {"town_slug"}
]


NOT_YET = (
    "backoffice:hand-over-record", "backoffice:disposal-record",
    "backoffice:keeping-download", "backoffice:my-export-file",
)  # fmt: skip
"""The day of the demonstration's hand-over has not come, its list for the archives is not made, no box was packed; all are files."""
STAGES_READ = 3
"""Of the pages about a Télmail but its own, which is read at every stage."""


HOLDER, KEEPER = f"accueil@{SLUG}.example", f"direction@{SLUG}.example"
OWN = {"mailbox_id": HOLDER, "departure_id": KEEPER}
"""Pages that open to everybody, about what one person holds or keeps."""


def reader(address: world.Address) -> str:
    """An agent of the demonstration who may open the page."""
    if address.permission is Permission.HOME:
        for name, agent in OWN.items():
            if name in address.parameters:
                return agent
    return who(address.permission)


def who(permission: Permission) -> str:
    part = next(p for p in PARTS if any(permission in GRANTS[role] for role in p.roles))
    return f"{part.key}@{SLUG}.example"


@cache
def ids(database_url: str, parameter: str) -> tuple[int, ...]:
    """Real rows of the demonstration's town: one per stage where the page depends on it."""
    if parameter == "agent_id":
        table, column = "towns_membership", "agent_id"
    else:
        table, column = world.table_of(parameter), "id"
    stage = STAGED.get(parameter)
    group = f" GROUP BY {stage}" if stage and _has(database_url, table, stage) else ""
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(
            f"SELECT max({column}) FROM {table} WHERE town_id ="
            f" (SELECT id FROM towns_town WHERE slug = %s) AND {SHOWN.get(parameter, 'true')}{group}",
            [SLUG],
        ).fetchall()
    return tuple(row[0] for row in rows if row[0] is not None)


@cache
def held(database_url: str) -> tuple[int, ...]:
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(
            "SELECT m.id FROM mailhosting_mailbox m JOIN towns_agent a ON a.id = m.holder_id"
            " WHERE a.email = %s",
            [HOLDER],
        ).fetchall()
    return tuple(row[0] for row in rows)


@cache
def versions(database_url: str) -> tuple[tuple[int, int], ...]:
    """A former text, with its entry."""
    with psycopg.connect(database_url) as connection:
        return tuple(connection.execute("SELECT entry_id, id FROM content_version LIMIT 1"))


def _has(database_url: str, table: str, column: str) -> bool:
    with psycopg.connect(database_url) as connection:
        found = connection.execute(
            "SELECT 1 FROM information_schema.columns WHERE table_name = %s AND column_name = %s",
            [table, column],
        ).fetchone()
    return found is not None


def paths(instance, address: world.Address) -> list[str]:
    named = [name for name in address.parameters if name != "town_slug"]
    if not named:
        return [reverse(address.name, kwargs={"town_slug": SLUG} if address.parameters else {})]
    if address.name == "backoffice:entry-version":
        return [
            reverse(address.name, args=[SLUG, *pair]) for pair in versions(instance.database_url)
        ]
    first, *others = named
    if address.permission is Permission.HOME and first == "mailbox_id":
        shown = held(instance.database_url)
    else:
        shown = ids(instance.database_url, first)
    if address.name != "backoffice:campaign":
        shown = shown[:STAGES_READ]
    rest = {name: max(ids(instance.database_url, name), default=0) for name in others}
    return [reverse(address.name, kwargs={"town_slug": SLUG, first: one} | rest) for one in shown]


def faults(page: Page, url: str, *, status: int = 200) -> list[str] | None:
    """What axe, the console and the width of the page say against it, in each look; None where there is no such page."""
    found = complaints(page)
    answer = opened(page, url)
    if answer is None or answer.url != url:
        return found  # a file; or leads to another page, which is read under its own address
    if answer.status == 404 != status:
        return None
    if not is_whole(answer):
        return found  # a file that is shown, or a part of a page
    assert answer.status == status, f"{url}: {answer.status}"
    if "sandbox" not in answer.headers.get("content-security-policy", ""):
        return found + looks(page, url)
    bare = without_policy(page)  # a letter: its policy lets no script run, not even axe
    bare.goto(url)
    found += looks(bare, url)
    bare.context.close()
    return found


def is_whole(answer: Response) -> bool:
    kind = answer.headers.get("content-type", "")
    return kind.startswith("text/html") and answer.body().lstrip().lower().startswith(
        b"<!doctype html"
    )


def opened(page: Page, url: str) -> Response | None:
    """None for what no browser shows."""
    try:
        return page.goto(url)
    except Error as refused:
        if not any(words in refused.message for words in NO_PAGE):
            raise
    return None


def complaints(page: Page) -> list[str]:
    """Filled while the page lives."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(f"script: {error}"))
    page.on("console", lambda said: found.append(said.text) if "Policy" in said.text else None)
    return found


def looks(page: Page, url: str) -> list[str]:
    """The page that is open, as it stands."""
    found: list[str] = []
    page.evaluate(AXE_SCRIPT)
    for width, scheme, rules in (*LIGHT, DARK[crc32(urlsplit(url).path.encode()) % 2]):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        look = f"{url} {width} {scheme}"
        for one in page.evaluate("rules => axe.run(rules).then(told => told.violations)", rules):
            nodes = [node["target"] for node in one["nodes"][:3]]
            found.append(f"{look}: {one['id']} {one['help']} {nodes}")
        if rules is ALL:
            found += [f"{look}: {what}" for what in page.evaluate(COVERED)]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{look}: scrolls sideways, {wide} px")
        if broad := page.evaluate(LONG_WORD):
            found.append(f"{look}: a long word makes it {broad} px wide")
    return found


def without_policy(page: Page) -> Page:
    context, browser = page.context, page.context.browser
    assert browser is not None
    return browser.new_context(bypass_csp=True, storage_state=context.storage_state()).new_page()


def look_at(context: BrowserContext, instance, where: list[str], *, status: int = 200) -> None:
    """A page may be missing for an object at another stage, but not for all of them."""
    told = []
    for path in where:
        page = context.new_page()
        told.append(faults(page, instance.url + path, status=status))
        page.close()
    read = [found for found in told if found is not None]
    assert read or not where, f"not found: {where}"
    assert [fault for found in read for fault in found] == []


@pytest.fixture(scope="session")
def desk(chromium, signed_in) -> Callable[[str], BrowserContext]:
    """Of an agent who reads one page after the other: what they share is fetched once."""

    @cache
    def of(email: str) -> BrowserContext:
        context: BrowserContext = chromium.new_context(
            locale="fr-FR", storage_state=signed_in(email)
        )
        return context

    return of


@pytest.fixture
def stranger(whole_chromium) -> Iterator[BrowserContext]:
    """New each time: what a town’s app keeps on a telephone would answer in place of its pages."""
    context = whole_chromium.new_context(locale="fr-FR")
    yield context
    context.close()


@pytest.mark.parametrize("address", TOWN_PAGES, ids=str)
def test_the_pages_of_the_back_office(instance, desk, address):
    where = [] if address.name in NOT_YET else paths(instance, address)

    assert where or address.name in NOT_YET, "the demonstration has none"
    look_at(desk(reader(address)), instance, where)


def test_the_pages_that_wait_for_a_worker(instance, desk):
    """A file that is taken in, a source that is read: nobody takes up a wish of tomorrow."""
    (upload,) = ids(instance.database_url, "upload_id")
    (source,) = ids(instance.database_url, "source_id")
    with psycopg.connect(instance.database_url, autocommit=True) as connection:
        begin = (
            "UPDATE content_upload SET busy_at = now() + interval '1 day' WHERE id = %s",
            "UPDATE content_source SET wanted_at = now() + interval '1 day' WHERE id = %s",
        )
        for statement, row in zip(begin, (upload, source), strict=True):
            assert connection.execute(statement, [row]).rowcount == 1
        try:
            pages = (("backoffice:upload", upload), ("backoffice:source", source))
            look_at(
                desk(who(Permission.CONTENT_PUBLISH)),
                instance,
                [reverse(name, args=[SLUG, row]) for name, row in pages],
            )
        finally:
            connection.execute("UPDATE content_upload SET busy_at = NULL WHERE id = %s", [upload])
            connection.execute("UPDATE content_source SET wanted_at = NULL WHERE id = %s", [source])


def test_the_accords_as_the_cabinet_reads_them_with_their_buttons(instance, desk):
    where = [reverse("backoffice:alert-texts", args=[SLUG])]

    look_at(desk(who(Permission.ALERT_APPROVE)), instance, where)


@pytest.mark.parametrize("address", OPERATOR_PAGES, ids=str)
def test_the_pages_of_the_operator(instance, desk, address):
    path = paths(instance, address)[0]
    where = {
        "operator:town-open": [f"{path}?insee=33063"],
        "operator:town-find": [path, f"{path}?q=bordeaux"],
    }

    look_at(desk(OPERATOR), instance, where.get(address.name, [path]))


@pytest.mark.parametrize("name", ACCOUNT_PAGES)
def test_the_pages_of_an_account(instance, desk, name):
    look_at(desk(who(Permission.CAMPAIGN_WRITE)), instance, [reverse(name)])


@pytest.mark.parametrize("name", ENTRANCE_PAGES)
def test_the_pages_before_sign_in(instance, stranger, name):
    look_at(stranger, instance, [reverse(name)])


def test_the_page_of_what_is_not_found_and_the_refusal(instance, stranger, desk):
    look_at(stranger, instance, ["/rien/du/tout/"], status=404)
    refused = reverse("backoffice:town-edit", args=[SLUG])
    page = desk(who(Permission.CAMPAIGN_WRITE)).new_page()
    assert page.goto(instance.url + refused).status == 403
    page.close()


@pytest.mark.parametrize("address", RESIDENT_PAGES, ids=str)
def test_the_pages_of_the_residents(instance, stranger, address):
    look_at(stranger, instance, paths(instance, address))


def test_the_pages_where_the_password_of_a_box_is_chosen(instance, chromium, signed_in, password):
    context = chromium.new_context(locale="fr-FR", storage_state=signed_in(HOLDER))
    page = context.new_page()
    found = complaints(page)
    page.goto(instance.url + reverse("backoffice:my-mail", args=[SLUG]))
    page.get_by_role("button", name="le mot de passe").first.click()
    asked = page.url
    found += looks(page, "choose")
    page.get_by_label("Mot de passe de la boîte").fill(password)
    page.get_by_label("Le même, encore une fois").fill(password)
    page.get_by_role("button", name="Enregistrer le mot de passe").click()
    page.get_by_role("heading", name="Mot de passe enregistré").wait_for()
    found += looks(page, "chosen")
    page.goto(asked)
    page.get_by_role("heading", name="Ce lien ne sert plus").wait_for()
    found += looks(page, "dead")
    context.close()

    assert found == []
