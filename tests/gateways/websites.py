"""Web servers on loopback that stand for others'."""

import asyncio
import threading
from contextlib import contextmanager

from aiohttp import web


def serving(**pages):
    """A server on loopback; yields its address."""
    return _running({"/" + path.replace("__", "/"): page for path, page in pages.items()})


def answering(page):
    """The same with one answer for every method and path."""
    return _running({"/{path:.*}": page})


@contextmanager
def _running(routes):
    loop, started = asyncio.new_event_loop(), threading.Event()
    address = []

    async def start():
        app = web.Application()
        for path, page in routes.items():
            app.router.add_route("*", path, page)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        address.append(f"http://127.0.0.1:{runner.addresses[0][1]}")
        started.set()
        return runner

    runner = []

    def run():
        runner.append(loop.run_until_complete(start()))
        loop.run_forever()
        loop.run_until_complete(runner[0].cleanup())
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert started.wait(10)
    try:
        yield address[0]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


def giving(body, status=200, **headers):
    """A page that always says the same; with an ETag, only to whom has not seen it."""

    async def answer(request):
        if headers.get("ETag") and request.headers.get("If-None-Match") == headers["ETag"]:
            return web.Response(status=304)
        return web.Response(body=body, status=status, headers=headers)

    return answer
