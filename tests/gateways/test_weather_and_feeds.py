"""Fetching from others: real servers on loopback."""

import pytest
from aiohttp import web

from beffroi.gateways import feeds, fetch, weather
from beffroi.gateways.fetch import NotFetched
from tests.gateways.websites import serving

KEY = "a-town-s-key"


async def _map(request):
    if request.headers.get("apikey") != KEY:
        return web.Response(status=401)
    return web.Response(body=b'{"product": {}}')


async def _nothing_out(request):
    return web.json_response({"message": "No matching blob"}, status=404)


async def _gone(request):
    return web.Response(status=404, text="page not found")


async def _moved(request):
    return web.Response(status=302, headers={"Location": "/feed"})


async def _round(request):
    return web.Response(status=302, headers={"Location": "/round"})


async def _inside(request):
    return web.Response(status=302, headers={"Location": "http://10.0.0.1/"})


async def _feed(request):
    if request.headers.get("If-None-Match") == '"1"':
        return web.Response(status=304)
    return web.Response(body=b"<feed/>", headers={"ETag": '"1"'})


async def _huge(request):
    return web.Response(body=b"x" * 20_000)


def test_the_map_comes_with_the_town_s_key_and_without_texts_when_none_are_out():
    with serving(cartevigilance__encours=_map, textesvigilance__encours=_nothing_out) as here:
        found = weather.fetch_publication(KEY, service=here, allow_loopback=True)

        assert found == weather.RawPublication(map=b'{"product": {}}', texts=None)
        with pytest.raises(NotFetched, match="401"):
            weather.fetch_publication("wrong", service=here, allow_loopback=True)


def test_no_matching_blob_is_no_bulletin_and_no_error():
    with serving(cartevigilance__encours=_nothing_out) as here:
        assert weather.fetch_publication(KEY, service=here, allow_loopback=True) is None


@pytest.mark.parametrize("answer", [_gone, _moved])
def test_any_other_answer_is_an_error_and_the_key_is_sent_nowhere_else(answer):
    with serving(cartevigilance__encours=answer, feed=_feed) as here, pytest.raises(NotFetched):
        weather.fetch_publication(KEY, service=here, allow_loopback=True)


def test_a_publication_is_read_from_a_folder(tmp_path):
    (tmp_path / weather.MAP_FILE).write_bytes(b"{}")

    assert weather.read_publication(tmp_path) == weather.RawPublication(map=b"{}", texts=None)
    with pytest.raises(NotFetched):
        weather.read_publication(tmp_path / "absent")


def test_a_feed_that_did_not_change_is_not_sent_again():
    with serving(feed=_feed, moved=_moved) as here:
        first = feeds.fetch_document(f"{here}/moved", allow_loopback=True)

        assert first.body == b"<feed/>"
        again = feeds.fetch_document(f"{here}/feed", seen=first.mark, allow_loopback=True)
        assert again is None


@pytest.mark.parametrize("path", ["huge", "round", "inside", "absent"])
def test_what_is_too_large_goes_round_leads_inside_or_fails_is_refused(path, monkeypatch):
    monkeypatch.setattr(feeds, "MAX_BYTES", 10_000)
    with (
        serving(huge=_huge, round=_round, inside=_inside) as here,
        pytest.raises(NotFetched),
    ):
        feeds.fetch_document(f"{here}/{path}", allow_loopback=True)


@pytest.mark.parametrize(
    "address",
    [
        "http://feeds.example/x",
        "https://10.1.2.3/x",
        "https://[::1]/x",
        "https://169.254.169.254/latest",
        "http://127.0.0.1:9/x",
        "https://localhost/x",
        "file:///etc/passwd",
        "not an address",
    ],
)
def test_only_https_to_the_open_internet_is_asked(address):
    with pytest.raises(NotFetched):
        fetch.get(address, max_bytes=10, timeout_s=5)
