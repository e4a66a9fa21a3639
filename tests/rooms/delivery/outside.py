"""The simulated operator and push service of the demonstration, in a thread, and engines that speak to them."""

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

from beffroi.delivery.engine.inbox import InboxReader
from beffroi.delivery.engine.journal import Place
from beffroi.delivery.engine.worker import Worker
from beffroi.delivery.words import Channel
from beffroi.gateways.sms.gateway import SmsGateway
from beffroi.gateways.sms.providers import providers_from
from beffroi.servers.outside.smsc import Smsc
from beffroi.servers.outside.telephones import Telephones
from beffroi.servers.ports import free_port
from tests.gateways.push.services import Shipped, gateway as push_gateway
from tests.rooms.delivery.cast import Clock


class Operator:
    """A telephone network."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.port = port or free_port()
        self.telephones = Telephones(folder)
        self.smsc = Smsc(self.telephones)
        self._up = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()), daemon=True)
        self._thread.start()
        assert self._up.wait(10)

    async def _live(self) -> None:
        self._loop, self._down = asyncio.get_running_loop(), asyncio.Event()
        await self.smsc.listen("127.0.0.1", self.port)
        self._up.set()
        await self._down.wait()
        await self.smsc.close()

    def stop(self) -> None:
        """The network breaks down; its telephones keep what they have."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._down.set)
            self._thread.join()

    def provider(self, name: str = "alpha", **options: object) -> str:
        wanted = "".join(f"&{key}={value}" for key, value in options.items())
        return f"smpp://us:secret@127.0.0.1:{self.port}?name={name}{wanted or '&per_s=5000'}"

    def numbers(self) -> list[str]:
        """Who got a message, in order."""
        return [text.number for text in self.telephones.since(0)]


@contextmanager
def sms_worker(folder: Path, clock: Clock, providers: str, *, name: str = "engine-sms"):
    """A worker with its gateway and the reader of its inbox."""
    place = Place(folder, name)
    place.lock()
    try:
        with SmsGateway(providers_from(providers)) as gateway:
            yield (
                Worker(gateway, place, clock=clock, channel=Channel.SMS),
                InboxReader(gateway.inbox, clock=clock),
            )
    finally:
        place.unlock()


def run_push(folder: Path, clock: Clock) -> None:
    """One worker sends all notifications that are due, and ends."""
    place = Place(folder, "engine-push")
    place.lock()
    try:
        with push_gateway() as gateway:
            Worker(gateway, place, clock=clock, channel=Channel.PUSH).run_until_idle()
    finally:
        place.unlock()


def listen_until(reader: InboxReader, fact: Callable[[], bool], timeout_s: float = 20.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not fact():
        assert time.monotonic() < deadline, "nothing came back"
        reader.look(timeout_s=0.2)


__all__ = ["Operator", "Shipped", "listen_until", "run_push", "sms_worker"]
