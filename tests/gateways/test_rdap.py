"""Registries on loopback that speak RDAP as AFNIC's does."""

import asyncio
import datetime

import pytest
from aiohttp import web

from beffroi.gateways import rdap
from beffroi.gateways.rdap import Availability
from tests.gateways.websites import serving

TAKEN = {
    "objectClassName": "domain",
    "ldhName": "exempleville.fr",
    "status": ["active"],
    "entities": [
        {"objectClassName": "entity", "roles": ["technical"]},
        {
            "objectClassName": "entity",
            "roles": ["registrar"],
            "vcardArray": ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", "OVH"]]],
        },
    ],
    "events": [
        {"eventAction": "registration", "eventDate": "2015-03-02T10:00:00Z"},
        {"eventAction": "expiration", "eventDate": "2027-03-02T10:00:00Z"},
    ],
}


async def _taken(request):
    return web.json_response(TAKEN, content_type="application/rdap+json")


async def _free(request):
    return web.json_response({"errorCode": 404, "title": "Not Found"}, status=404)


async def _silent_no(request):
    return web.Response(status=404)


async def _web_page(request):
    return web.Response(status=404, text="<h1>Not Found</h1>", content_type="text/html")


async def _busy(request):
    return web.json_response({"errorCode": 429}, status=429)


async def _another(request):
    return web.json_response({**TAKEN, "ldhName": "autreville.fr"})


async def _nonsense(request):
    return web.Response(text="[1, 2")


async def _never(request):
    await asyncio.sleep(1)
    return web.Response()


def ask(here):
    return rdap.look_up("exempleville.fr", registry=here, allow_loopback=True)


def test_a_name_that_is_registered_is_taken_and_says_where_and_until_when():
    with serving(domain__exempleville=_taken, **{"domain__exempleville.fr": _taken}) as here:
        found = ask(here)

    assert found.availability is Availability.TAKEN
    assert found.registrar == "OVH"
    assert found.expires == datetime.datetime(2027, 3, 2, 10, tzinfo=datetime.UTC)


@pytest.mark.parametrize("page", [_free, _silent_no])
def test_the_registry_s_not_found_is_a_free_name(page):
    with serving(**{"domain__exempleville.fr": page}) as here:
        assert ask(here) == rdap.FREE


@pytest.mark.parametrize("page", [_web_page, _busy, _another, _nonsense])
def test_anything_else_is_unknown_and_never_guessed(page):
    with serving(**{"domain__exempleville.fr": page}) as here:
        assert ask(here) == rdap.UNKNOWN


def test_a_registry_that_does_not_answer_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(rdap, "TIMEOUT_S", 0.2)
    with serving(**{"domain__exempleville.fr": _never}) as here:
        assert ask(here) == rdap.UNKNOWN
    assert ask("http://127.0.0.1:9") == rdap.UNKNOWN


def test_the_registry_of_another_ending_is_found_in_iana_s_list():
    async def _list(request):
        here = f"http://{request.host}"
        return web.json_response({"services": [[["com"], ["http://10.0.0.1/"]], [["bzh"], [here]]]})

    def look(name, here):
        return rdap.look_up(name, bootstrap=here + "/dns.json", allow_loopback=True)

    with serving(**{"dns.json": _list, "domain__exempleville.bzh": _free}) as here:
        assert look("exempleville.bzh", here) == rdap.FREE
        assert look("exempleville.com", here) == rdap.UNKNOWN  # leads into a private network
        assert look("exempleville.corsica", here) == rdap.UNKNOWN  # nobody to ask


def test_afnic_is_asked_for_fr_without_asking_iana():
    assert rdap._registry_of("exempleville.fr", rdap.BOOTSTRAP, allow_loopback=False) == rdap.AFNIC
