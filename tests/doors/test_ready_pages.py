"""Pages for everybody leave as ready bytes; those for one person never do; and what is counted of both."""

import gzip
import threading
from types import SimpleNamespace

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import RequestFactory

from beffroi.audience.services import themes
from beffroi.citizen.counting import COUNTS, Counts, is_robot
from beffroi.citizen.ready import DEAF_FRESH_S, FRESH_S, GRACE_S, IN_NEED_S, ReadyPages
from beffroi.content.models import Searched, Viewed
from beffroi.content.words import Category, Kind
from tests.cast import NOON
from tests.instance.whole import wait_until
from tests.rooms.content.test_entries import a_published

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def asked(pages, path, method="GET", **headers):
    """(status, headers, body) of a request through the whole WSGI application."""
    told = []
    environ = (
        RequestFactory().generic(method, path, headers={"host": "testserver"} | headers).environ
    )
    answer = pages(environ, lambda status, pairs: told.extend([status, dict(pairs)]))
    body = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    return told[0], told[1], body


@pytest.fixture
def clock():
    return SimpleNamespace(now=0.0)


@pytest.fixture
def counts():
    return Counts()


@pytest.fixture
def django(db):
    # Connections outlive a request here: a test is one transaction.
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield WSGIHandler()
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.fixture
def pages(django, clock, counts):
    ready = ReadyPages(django, clock=lambda: clock.now, counts=counts)
    ready.hear(True)
    return ready


def kept(pages):
    return {path for _, path in pages._kept}


def test_a_peak_is_answered_from_ready_bytes(pages, town, django_assert_num_queries):
    address = f"/{town.slug}/alerte/"
    first = asked(pages, address, accept_encoding="gzip")

    with django_assert_num_queries(0):
        again = asked(pages, address, accept_encoding="gzip")
        plain = asked(pages, address)
        head = asked(pages, address, method="HEAD", accept_encoding="gzip")
        mark = first[1]["ETag"].removeprefix("W/")
        same = asked(pages, address, if_none_match=f'"autre", {mark}')

    assert again == first
    assert gzip.decompress(again[2]) == plain[2]
    assert b"Aucune alerte en cours" in plain[2]
    assert head == (first[0], first[1], b"")
    assert (same[0], same[2]) == ("304 Not Modified", b"")
    assert same[1]["ETag"] == first[1]["ETag"]
    assert first[1]["Vary"] == "Accept-Encoding"
    assert "Set-Cookie" not in first[1]


def test_every_public_page_is_kept_and_its_pictures_and_sheets_too(pages, town):
    names = (
        "",
        "alerte/",
        "messages/",
        "mentions-legales/",
        "icone.svg",
        "application.webmanifest",
    )
    addresses = {f"/{town.slug}/{name}" for name in names}
    for address in addresses:
        assert asked(pages, address)[0] == "200 OK", address

    assert kept(pages) == addresses


def test_what_is_for_one_person_is_never_kept(pages, town, clock):
    themes.make_common(town, at=NOON)
    secret = (
        f"/{town.slug}/mes-abonnements/quelque-chose-de-signe",
        f"/{town.slug}/desinscription/quelque-chose-de-signe",
        f"/{town.slug}/l/1",
        "/compte/connexion/",
        "/mairie/",
        "/sante",
        "/nulle-part/",
    )
    for address in secret:
        status, headers, _ = asked(pages, address)
        assert "public" not in headers.get("Cache-Control", ""), (address, status)

    assert asked(pages, f"/{town.slug}/messages/?page=1")[0] == "200 OK"
    assert asked(pages, f"/{town.slug}/mes-abonnements/", method="POST")[0] == "200 OK"
    assert kept(pages) == set()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Cache-Control", "public, no-store"),
        ("Cache-Control", "private, max-age=60"),
        ("Cache-Control", "max-age=60"),
        ("Set-Cookie", "a=b"),
        ("Vary", "Accept-Encoding, Cookie"),
        ("Content-Encoding", "br"),
        ("Content-Length", "9000000"),
        ("Content-Security-Policy", "script-src 'nonce-abc'"),
    ],
)
def test_one_word_of_an_answer_is_enough_to_keep_nothing(clock, name, value):
    good = {
        "Cache-Control": "public, max-age=60",
        "Content-Length": "2",
        "Content-Type": "text/html; charset=utf-8",
    }
    seen = []
    for headers in (good, good | {name: value}):

        def answer(environ, start_response, headers=headers):
            start_response("200 OK", list(headers.items()))
            return [b"ok"]

        pages = ReadyPages(answer, clock=lambda: clock.now)
        assert asked(pages, "/a/")[2] == b"ok"
        seen.append(kept(pages))

    assert seen == [{"/a/"}, set()]


def test_an_agent_who_is_signed_in_sees_the_same_page_and_spoils_it_for_nobody(
    pages, town, agent, client, clock
):
    client.force_login(agent)
    cookie = "; ".join(f"{name}={one.value}" for name, one in client.cookies.items())
    address = f"/{town.slug}/alerte/"
    residents = asked(pages, address)
    clock.now += FRESH_S + 0.1

    assert asked(pages, address, cookie=cookie)[2] == residents[2]
    assert kept(pages) == {address}


def test_a_change_is_seen_at_once_in_its_town_and_leaves_the_others_alone(
    pages, town, other_town, django_assert_num_queries
):
    for one in (town, other_town):
        asked(pages, f"/{one.slug}/messages/")
    town.name = "Arcachon-les-Bains"
    town.save()
    pages.forget(town.slug)

    assert b"Arcachon-les-Bains" in asked(pages, f"/{town.slug}/messages/")[2]
    with django_assert_num_queries(0):
        asked(pages, f"/{other_town.slug}/messages/")


def test_a_page_of_several_towns_is_made_old_by_a_change_of_any(
    pages, town, other_town, django_assert_num_queries
):
    both = f"/ensemble/{town.slug}+{other_town.slug}/"
    for address in ("/", "/ensemble/", both, "/ensemble/app.js"):
        asked(pages, address)
        with django_assert_num_queries(0):
            asked(pages, address)
    other_town.name = "Massilia"
    other_town.save()
    pages.forget(other_town.slug)

    for address in ("/", "/ensemble/", both):
        assert b"Massilia" in asked(pages, address)[2], address


def test_time_alone_makes_a_page_old_sooner_when_nothing_is_heard(pages, town, clock):
    address = f"/{town.slug}/messages/"
    asked(pages, address)
    clock.now += DEAF_FRESH_S
    made_at = pages._kept[("testserver", address)].made_at
    asked(pages, address)
    assert pages._kept[("testserver", address)].made_at == made_at

    pages.hear(False)
    asked(pages, address)
    clock.now += DEAF_FRESH_S
    asked(pages, address)
    assert pages._kept[("testserver", address)].made_at == clock.now


class Slow:
    """An application whose answers wait until they are let go."""

    def __init__(self):
        self.version, self.status = 1, "200 OK"
        self.gate, self.entered = threading.Event(), threading.Event()
        self.gate.set()
        self.asked = 0

    def __call__(self, environ, start_response):
        self.asked += 1
        body = str(self.version).encode()
        self.entered.set()
        assert self.gate.wait(10)
        headers = [("Cache-Control", "public"), ("Content-Length", "1")]
        start_response(self.status, headers)
        return [body]


@pytest.fixture
def slow():
    return Slow()


@pytest.fixture
def before(slow, clock):
    """Ready pages that hold version 1, old now; and one visitor, stuck while making it anew."""
    ready = ReadyPages(slow, clock=lambda: clock.now)
    assert asked(ready, "/")[2] == b"1"
    clock.now += DEAF_FRESH_S
    slow.version = 2
    slow.gate.clear()
    slow.entered.clear()
    stuck = threading.Thread(target=asked, args=(ready, "/"))
    stuck.start()
    assert slow.entered.wait(10)
    yield ready
    slow.gate.set()
    stuck.join(10)


def test_while_one_makes_a_page_the_others_see_the_one_before(before, slow):
    assert asked(before, "/")[2] == b"1"
    assert slow.asked == 2


def test_what_time_made_old_is_made_anew_aside_and_nobody_waits(slow, clock):
    ready = ReadyPages(slow, clock=lambda: clock.now)
    ready.renew_aside()
    asked(ready, "/")
    clock.now += DEAF_FRESH_S
    slow.version = 2
    slow.entered.clear()
    slow.gate.clear()

    assert asked(ready, "/")[2] == b"1"
    assert slow.entered.wait(10)
    slow.gate.set()
    wait_until(lambda: asked(ready, "/")[2] == b"2", 30, "the new page is there")
    assert slow.asked == 2


def test_nobody_waits_for_a_maker_that_died(before, slow, clock):
    clock.now += GRACE_S
    slow.gate.set()

    assert asked(before, "/")[2] == b"2"


def test_what_changes_while_a_page_is_made_makes_it_old_before_it_is_there(before, slow, clock):
    slow.version = 3
    before.forget("arcachon")
    clock.now += GRACE_S
    slow.gate.set()

    assert asked(before, "/")[2] == b"3"


def test_when_something_goes_wrong_the_page_before_is_shown_for_a_minute(slow, clock):
    ready = ReadyPages(slow, clock=lambda: clock.now)
    asked(ready, "/")
    slow.status = "500 Internal Server Error"
    clock.now += DEAF_FRESH_S
    assert asked(ready, "/")[::2] == ("200 OK", b"1")

    clock.now += IN_NEED_S
    assert asked(ready, "/")[0].startswith("500")


def test_what_nobody_asked_for_since_longest_makes_room(slow, clock):
    ready = ReadyPages(slow, clock=lambda: clock.now, max_bytes=10_000)
    for path in ("/a", "/b", "/c", "/a", "/d", "/e"):
        asked(ready, path)
        clock.now += 0.01

    assert kept(ready) == {"/a", "/d", "/e", "/c"}
    assert ready._bytes <= 10_000


def test_visits_and_views_are_summed_without_knowing_anybody(pages, counts, town):
    address = f"/{town.slug}/messages/"
    asked(pages, address, user_agent=FIREFOX)
    asked(pages, address, user_agent=FIREFOX, referer="https://www.example.org/")
    asked(pages, address, user_agent=FIREFOX, referer=f"http://testserver/{town.slug}/")
    asked(pages, address, user_agent=FIREFOX, sec_purpose="prefetch;prerender")
    asked(pages, address, user_agent="Googlebot/2.1")
    asked(pages, f"/{town.slug}/icone.svg", user_agent=FIREFOX)
    asked(pages, address, method="HEAD", user_agent=FIREFOX)
    for _ in range(2):
        counts.flush(at=NOON)

    (row,) = Viewed.objects.of(town)
    assert (row.page, row.views, row.visits, row.day) == ("archive", 3, 2, NOON.date())


def test_the_page_of_an_entry_counts_for_it_and_what_is_searched_is_known(
    pages, counts, town, agent
):
    entry = a_published(town, agent, Kind.PAGE, title="Piscine", category=Category.HOUSING)
    asked(pages, f"/{town.slug}/pratique/{entry.slug}/", user_agent=FIREFOX)
    asked(pages, f"/{town.slug}/recherche/?q=La+PISCINE", user_agent=FIREFOX)
    for each in (counts, COUNTS):
        each.flush(at=NOON)

    (row,) = Viewed.objects.of(town)
    assert (row.page, row.entry_id, row.views) == ("practical_page", entry.pk, 1)
    (search,) = Searched.objects.of(town)
    assert (search.words, search.found, search.times) == ("la piscine", 1, 1)


def test_sums_are_added_to_those_of_the_day_and_of_the_other_processes(town, counts):
    for each in (counts, Counts()):
        each.search(town.slug, "Pharmacies", 3, {"HTTP_USER_AGENT": FIREFOX})
        each.search(town.slug, "06 12 34 56 78", 0, {"HTTP_USER_AGENT": FIREFOX})
        each.search(town.slug, "jeanne@exemple.fr", 0, {"HTTP_USER_AGENT": FIREFOX})
        each.flush(at=NOON)

    (row,) = Searched.objects.of(town)
    assert (row.words, row.times, row.found) == ("pharmacies", 2, 3)


@pytest.mark.parametrize(
    ("agent", "robot"),
    [
        (FIREFOX, False),
        ("Mozilla/5.0 (Linux; Android 7.0; CUBOT X18) AppleWebKit/537.36 Chrome/96 Safari", False),
        ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", True),
        ("facebookexternalhit/1.1", True),
        ("curl/8.14", True),
        ("", True),
    ],
)
def test_a_program_that_says_so_is_not_counted(agent, robot):
    assert is_robot(agent) is robot
