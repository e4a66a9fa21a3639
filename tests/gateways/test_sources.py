"""What towns publish elsewhere, from real servers on loopback: bounded, conditional, never from a private network."""

import asyncio
import gzip
import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from beffroi.gateways import fetch, sources
from beffroi.gateways.feeds import Mark
from beffroi.gateways.sources import Outcome
from tests.gateways.websites import giving, serving

PICTURE = b"\x89PNG\r\n\x1a\n..."


def moved(where, status=302):
    async def answer(request):
        return web.Response(status=status, headers={"Location": where})

    return answer


async def _slow(request):
    answer = web.StreamResponse()
    await answer.prepare(request)
    while True:
        await answer.write(b"x")
        await asyncio.sleep(0.05)


def look(address, **limits):
    return sources.fetch_document(address, allow_loopback=True, **limits)


def test_a_document_comes_with_its_type_and_is_not_sent_again():
    page = giving(b"<rss/>", ETag='"1"', **{"Content-Type": "application/rss+xml; charset=utf-8"})
    with serving(feed=page) as here:
        first = look(f"{here}/feed")

        assert (first.outcome, first.body, first.content_type) == (
            Outcome.FETCHED,
            b"<rss/>",
            "application/rss+xml",
        )
        assert first.address == f"{here}/feed"
        assert look(f"{here}/feed", seen=first.mark).outcome == Outcome.UNCHANGED
        assert look(f"{here}/feed", seen=Mark(etag='"0"')).outcome == Outcome.FETCHED


def test_a_move_for_good_is_told_and_one_for_a_while_is_not():
    with serving(old=moved("/new", 301), lately=moved("/new", 302), new=giving(b"x")) as here:
        assert look(f"{here}/old").moved_to == f"{here}/new"
        lately = look(f"{here}/lately")
        assert (lately.moved_to, lately.address) == ("", f"{here}/new")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (404, Outcome.NOT_FOUND),
        (410, Outcome.NOT_FOUND),
        (401, Outcome.REFUSED),
        (403, Outcome.REFUSED),
        (429, Outcome.BUSY),
        (503, Outcome.BUSY),
        (500, Outcome.SITE_FAILS),
        (418, Outcome.SITE_FAILS),
        (799, Outcome.SITE_FAILS),
    ],
)
def test_each_answer_of_a_site_has_its_outcome(status, outcome):
    with serving(page=giving(b"", status=status)) as here:
        assert look(f"{here}/page").outcome == outcome


@pytest.mark.parametrize(
    "inside",
    [
        "http://10.0.0.1/",
        "https://10.0.0.1/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::ffff:10.0.0.1]/",
        "https://[fd00::1]/",
        "https://0.0.0.0/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "gopher://127.0.0.1:25/",
    ],
)
def test_no_redirection_leads_into_a_private_network(inside):
    with serving(page=moved(inside), twice=moved("/page")) as here:
        assert look(f"{here}/page").outcome == Outcome.NOT_SAFE
        assert look(f"{here}/twice").outcome == Outcome.NOT_SAFE


INSIDE = (
    "http://www.exemple.example/feed/",
    "https://localhost:{port}/",
    "https://127.0.0.1:{port}/",
    "https://2130706433:{port}/",
    "https://0x7f.1:{port}/",
    "https://127.1:{port}/",
    "https://[::1]:{port}/",
    "http://127.0.0.1:{port}/page",
    "not an address",
)


def test_without_leave_loopback_is_asked_nothing():
    asked = []

    async def page(request):
        asked.append(request)
        return web.Response()

    with serving(page=page) as here:
        assert look(f"{here}/page").outcome == Outcome.FETCHED
        port = here.rpartition(":")[2]
        for address in INSIDE:
            for fetch_one in (sources.fetch_document, sources.fetch_picture):
                fetched = fetch_one(address.format(port=port))
                assert fetched.outcome in {Outcome.NOT_SAFE, Outcome.UNREACHABLE}, address
                assert address.startswith("https:") or fetched.outcome == Outcome.NOT_SAFE
    assert len(asked) == 1


def test_a_redirection_to_loopback_is_not_followed_either_without_leave(monkeypatch):
    """The first hop stands for a site of the open internet."""
    asked = []

    async def inside(request):
        asked.append(request)
        return web.Response()

    with serving(inside=inside, page=moved("http://localhost:1/inside")) as here:
        assert look(f"{here}/page").outcome == Outcome.UNREACHABLE  # allowed here, and nobody there
        monkeypatch.setattr(fetch, "_LOOPBACK", frozenset())
        assert look(f"{here}/page").outcome == Outcome.NOT_SAFE
    assert asked == []


def test_a_bomb_is_left_when_it_has_grown_past_the_bound():
    bomb = gzip.compress(b"\0" * 200_000_000, 9)
    assert len(bomb) < 300_000
    with serving(page=giving(bomb, **{"Content-Encoding": "gzip"})) as here:
        began = time.process_time()

        assert look(f"{here}/page").outcome == Outcome.TOO_LARGE
        assert time.process_time() - began < 5


def test_what_is_compressed_is_unpacked():
    with serving(page=giving(gzip.compress(b"<rss/>"), **{"Content-Encoding": "gzip"})) as here:
        assert look(f"{here}/page").body == b"<rss/>"


def test_what_is_too_large_too_slow_or_goes_round_is_named():
    with serving(large=giving(b"x" * 2_000), slow=_slow, round=moved("/round")) as here:
        assert look(f"{here}/large", max_bytes=1_000).outcome == Outcome.TOO_LARGE
        assert look(f"{here}/slow", timeout_s=0.5).outcome == Outcome.TOO_SLOW
        assert look(f"{here}/round").outcome == Outcome.SENT_ROUND


def test_nobody_there_is_named_and_no_such_name_too():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert look(f"http://127.0.0.1:{port}/").outcome == Outcome.UNREACHABLE
    assert look("https://nowhere.invalid/").outcome == Outcome.UNREACHABLE


def test_a_certificate_that_nobody_vouches_for_is_named(tmp_path):
    with _Tls(tmp_path) as port:
        assert look(f"https://localhost:{port}/").outcome == Outcome.BAD_CERTIFICATE


def test_a_picture_is_told_from_a_page_in_its_place():
    with serving(
        a=giving(PICTURE, **{"Content-Type": "image/png"}),
        page=giving(b"<html>", **{"Content-Type": "text/html"}),
        svg=giving(b"<svg/>", **{"Content-Type": "image/svg+xml"}),
    ) as here:
        fetched = sources.fetch_picture(f"{here}/a", allow_loopback=True)

        assert (fetched.outcome, fetched.body) == (Outcome.FETCHED, PICTURE)
        for other in ("page", "svg"):
            refused = sources.fetch_picture(f"{here}/{other}", allow_loopback=True)
            assert (refused.outcome, refused.body) == (Outcome.NOT_A_PICTURE, b"")
        small = sources.fetch_picture(f"{here}/a", max_bytes=5, allow_loopback=True)
        assert small.outcome == Outcome.TOO_LARGE


class _Tls:
    """Shows a certificate that it made itself."""

    def __init__(self, folder):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .sign(key, hashes.SHA256())
        )
        pem = serialization.Encoding.PEM
        path = folder / "own.pem"
        path.write_bytes(
            key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
            + certificate.public_bytes(pem)
        )
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(path)
        self._server = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)

    def _serve(self):
        while True:
            try:
                connection, _ = self._server.accept()
                with self._context.wrap_socket(connection, server_side=True):
                    pass
            except ssl.SSLError:
                continue
            except OSError:
                return

    def __enter__(self):
        self._thread.start()
        return self._server.getsockname()[1]

    def __exit__(self, *_):
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(5)
