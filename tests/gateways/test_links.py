"""Do the links of a letter answer? Real servers on loopback, real refusals."""

import asyncio
import errno
import socket
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from beffroi.gateways import links
from beffroi.gateways.links import Answer


async def _here(request):
    return web.Response(text="bonjour")


async def _slow(request):
    await asyncio.sleep(5)
    return web.Response()


async def _only_get(request):
    return web.Response(status=405 if request.method == "HEAD" else 200)


async def _hangs_up_on_head(request):
    if request.method == "HEAD":
        request.transport.close()
    return web.Response()


def _says(status):
    async def answer(request):
        return web.Response(status=status)

    return answer


def _leads(to):
    async def answer(request):
        return web.Response(status=302, headers={"Location": to})

    return answer


PAGES = {
    "/ici": _here,
    "/lent": _slow,
    "/sans-head": _only_get,
    "/raccroche": _hangs_up_on_head,
    "/absente": _says(404),
    "/panne": _says(503),
    "/abonnes": _says(403),
    "/demenage": _leads("/ici"),
    "/perdu": _leads("/absente"),
    "/rond": _leads("/rond"),
    "/intranet": _leads("http://10.0.0.1/"),
    "/fichier": _leads("file:///etc/passwd"),
}


@asynccontextmanager
async def site():
    """The base address of a small site."""
    app = web.Application()
    for path, page in PAGES.items():
        app.router.add_route("*", path, page)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def asked(*paths, allow_loopback=True, timeout_s=1.0):
    async def ask():
        async with site() as base:
            found = await links.ask(
                [base + path for path in paths], allow_loopback=allow_loopback, timeout_s=timeout_s
            )
        return [found[base + path] for path in paths]

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/ici", Answer.ANSWERS),
        ("/sans-head", Answer.ANSWERS),
        ("/raccroche", Answer.ANSWERS),
        ("/demenage", Answer.ANSWERS),
        ("/abonnes", Answer.ANSWERS),
        ("/absente", Answer.SILENT),
        ("/panne", Answer.SILENT),
        ("/perdu", Answer.SILENT),
        ("/rond", Answer.SILENT),
        ("/lent", Answer.SILENT),
        ("/fichier", Answer.SILENT),
        ("/intranet", Answer.PRIVATE),
    ],
)
def test_what_a_link_answers(path, answer):
    assert asked(path) == [answer]


def test_many_links_are_asked_in_one_go():
    assert asked("/ici", "/absente", "/ici", "/sans-head") == [
        Answer.ANSWERS,
        Answer.SILENT,
        Answer.ANSWERS,
        Answer.ANSWERS,
    ]


def test_nobody_listening_is_silence():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    address = f"http://127.0.0.1:{port}/"

    assert asyncio.run(links.ask([address], allow_loopback=True)) == {address: Answer.SILENT}


def test_outside_the_demonstration_this_machine_itself_is_never_asked():
    assert asked("/ici", allow_loopback=False) == [Answer.PRIVATE]


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost/",
        "http://127.0.0.1:5432/",
        "http://10.1.2.3/",
        "http://192.168.0.1/admin",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[fe80::1]/",
        "http://[2002:c0a8:0001::]/",
        "http://0.0.0.0/",
    ],
)
def test_private_addresses_are_never_connected_to(address):
    assert asyncio.run(links.ask([address])) == {address: Answer.PRIVATE}


@pytest.mark.parametrize(
    ("failure", "answer"),
    [
        (socket.gaierror(socket.EAI_AGAIN, "no resolver answers"), Answer.UNKNOWN),
        (OSError(errno.ENETUNREACH, "no route out"), Answer.UNKNOWN),
        (socket.gaierror(socket.EAI_NONAME, "no such name"), Answer.SILENT),
        (ConnectionRefusedError(errno.ECONNREFUSED, "nobody"), Answer.SILENT),
        (TimeoutError(), Answer.SILENT),
        (aiohttp.InvalidURL("http://"), Answer.SILENT),
    ],
)
def test_no_network_here_is_not_the_fault_of_the_link(failure, answer):
    assert links.of_failure(failure) is answer
