"""Two push services behind one face: the shipped one, and a rough one that misbehaves as told; and a ledger."""

import asyncio
import json
import ssl
import threading
import time
from collections import deque
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from beffroi.gateways.parcels import Outcome, Parcel
from beffroi.gateways.push.gateway import PushGateway
from beffroi.gateways.push.keys import load_key, new_key
from beffroi.gateways.push.vapid import Vapid
from beffroi.gateways.push.wire import Patience
from beffroi.kit.push_points import canonical_push_point
from beffroi.servers.outside import push_devices
from beffroi.servers.outside.push_service import PushService
from beffroi.servers.outside.push_store import PushStore
from beffroi.servers.ports import free_port

CONTACT = "mailto:mairie@ville.example"
KEY = new_key()
PATIENCE = Patience(connect_s=5, answer_s=10)


class InThread:
    """An asyncio server in a thread of this process."""

    async def server(self) -> AbstractAsyncContextManager[object]:
        """What listens while it is open."""
        raise NotImplementedError

    def start(self) -> None:
        self._up = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()))
        self._thread.start()
        assert self._up.wait(10)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _live(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        async with await self.server():
            self._up.set()
            await self._stop.wait()


class Shipped(InThread):
    """The push service of the demonstration."""

    GOOD, GONE, BUSY, BROKEN = "appareil", "perdu", "sature", "panne"

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self.start()

    def start(self) -> None:
        self.store = PushStore(self._folder)
        super().start()

    def stop(self) -> None:
        super().stop()
        self.store.close()

    async def server(self) -> PushService:
        return PushService(self.store, host="127.0.0.1", port=self.port, clock=time.time)

    def subscription(self, how: str, n: int) -> str:
        """As the browser of device number `n` gives it."""
        return push_devices.subscription(f"{how}-{n}", root=self.url)

    def received(self) -> list[str]:
        """The payloads, as the devices decrypted them."""
        return [each.notification.body for each in self.store.since(0)]


class Rough(InThread):
    """Answers each request with the bytes that its path asks for, and may hang up, stall or never stop."""

    GOOD, GONE, BUSY, BROKEN = "201", "410", "429", "503"

    def __init__(self, folder: Path, *, tls: ssl.SSLContext | None = None) -> None:
        self.port, self._tls = free_port(), tls
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.connections = 0
        self.once: deque[str] = deque()
        """What the next requests get, whatever they ask for."""
        self._writers: set[asyncio.StreamWriter] = set()
        self.start()

    def subscription(self, how: str, n: int) -> str:
        told = json.loads(push_devices.subscription(f"appareil-{n}", root=self.url))
        return json.dumps(told | {"endpoint": f"{self.url}/{how}/appareil-{n}"})

    def received(self) -> list[str]:
        return [
            push_devices.device(path.rpartition("/")[2]).reads(body).body
            for path, _, body in self.requests
        ]

    async def server(self) -> asyncio.Server:
        return await asyncio.start_server(self._talk, "127.0.0.1", self.port, ssl=self._tls)

    async def _live(self) -> None:
        await super()._live()
        for writer in self._writers:
            writer.transport.abort()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        try:
            while await self._serve(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has left
        finally:
            writer.transport.abort()
            self._writers.discard(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request; False when the connection is over."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("ascii").split("\r\n")
        path = head[0].split()[1]
        headers = dict(line.split(": ", 1) for line in head[1:] if line)
        body = await reader.readexactly(int(headers.get("Content-Length", "0")))
        how = self.once.popleft() if self.once else path.split("/")[1]
        self.requests.append((path, headers, body))
        if how == "cut":
            return False
        if how == "stall":
            await asyncio.sleep(30)
        elif how == "noise":
            writer.write(b"This is not HTTP\r\n\r\n")
        elif how == "giant":
            await _pour(writer, b"HTTP/1.1 201 Created\r\nContent-Length: 99999999999\r\n\r\n")
        elif how == "heads":
            await _pour(writer, b"HTTP/1.1 201 Created\r\nX: ")
        else:
            writer.write(_answer(how))
        await writer.drain()
        return how not in {"noise", "giant", "heads"}


async def _pour(writer: asyncio.StreamWriter, beginning: bytes) -> None:
    writer.write(beginning)
    for _ in range(1_000):
        writer.write(b"x" * 65_536)
        await writer.drain()


def _answer(how: str) -> bytes:
    """ "429", or with a header after a colon: "429:Retry-After=7"."""
    code, _, header = how.partition(":")
    name, _, text = header.partition("=")
    extra = f"{name}: {text}\r\n" if name else ""
    return f"HTTP/1.1 {code} As asked\r\n{extra}Content-Length: 2\r\n\r\nok".encode("ascii")


class Notebook:
    """A ledger that writes down everything in the order in which it is told."""

    def __init__(self, parcels: list[Parcel]) -> None:
        self.waiting = deque(parcels)
        self.told: list[tuple[str, int]] = []
        self.outcomes: dict[int, Outcome] = {}
        self.taken = 0

    def take(self) -> Parcel | None:
        if not self.waiting:
            return None
        self.taken += 1
        return self.waiting.popleft()

    def turn(self, done, begun) -> None:
        if done is not None:
            assert done.ref not in self.outcomes
            self.outcomes[done.ref] = done
            self.told.append(("done", done.ref))
        if begun is not None:
            self.told.append(("begun", begun.ref))

    def left(self) -> None:
        """`deliver` looks by itself."""


def gateway(**how) -> PushGateway:
    vapid = Vapid(load_key(KEY), contact=CONTACT, clock=time.time)
    return PushGateway(vapid, **{"patience": PATIENCE, **how})


def parcel(service, how: str, n: int, data: bytes | None = None, manner=None) -> Parcel:
    """One that the service will answer in the way asked for."""
    text = service.subscription(how, n)
    point = canonical_push_point(text, also={f"127.0.0.1:{service.port}"})
    return Parcel(n, b"", point, data or b"Bonjour %d" % n, manner)


def deliver(gateway: PushGateway, parcels: list[Parcel], *, connections: int = 16) -> Notebook:
    """Drives until all is told, or nobody can be reached."""
    notebook = Notebook(parcels)
    gateway.drive(notebook, connections=connections)
    deadline = time.monotonic() + 20
    while gateway.busy:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    return notebook
