"""Two SMSC behind one face: npm's smpp, another language and code base, and the one that Beffroi ships."""

import asyncio
import json
import queue
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

from beffroi.kit.gsm import encode, header
from beffroi.servers import npm
from beffroi.servers.outside.smsc import Smsc
from beffroi.servers.outside.telephones import Telephones
from beffroi.servers.ports import free_port
from tests.gateways.relays import TOOLS
from tests.instance.whole import wait_until

PEER = Path(__file__).parents[2] / "peers" / "smpp"
PASSWORD = "secret"


@dataclass(frozen=True)
class Seen:
    """A part, as the SMSC read it."""

    to: str
    sender: str
    text: str


class NodePeer:
    """npm's smpp in server mode, in a process of its own."""

    def __init__(self, folder: Path, **switches: object) -> None:
        self.port = free_port()
        self.submitted: list[dict] = []
        self.acknowledged: list[str] = []
        self._counts: queue.Queue[int] = queue.Queue()
        self._listening = threading.Event()
        self._start(switches)

    def _start(self, switches) -> None:
        self._process = subprocess.Popen(
            [npm.node(), PEER / "server.js", str(self.port)],
            env={"NODE_PATH": str(npm.installed(PEER, TOOLS) / "node_modules")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._order(**switches)
        assert self._listening.wait(20)

    def _read(self) -> None:
        for line in self._process.stdout:
            fact = json.loads(line)
            if "submitted" in fact:
                self.submitted.append(fact["submitted"])
            elif "acknowledged" in fact:
                self.acknowledged.append(fact["acknowledged"])
            elif "count" in fact:
                self._counts.put(fact["count"])
            elif "listening" in fact:
                self._listening.set()

    def _order(self, **order: object) -> None:
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def seen(self) -> list[Seen]:
        self.count()  # everything said before it has been read
        return [Seen(f"+{each['to']}", each["sender"], each["text"]) for each in self.submitted]

    def count(self) -> int:
        self._order(count=True)
        return self._counts.get(timeout=20)

    def switch(self, *, reorder=0, hex_ids=False, refuse_binds=False) -> None:
        self._order(reorder=reorder, hexIds=hex_ids, refuseBinds=refuse_binds)

    def write(self, sender: str, to: str, text: str) -> None:
        _, parts = encode(text)
        for place, part in enumerate(parts, start=1):
            head = header(reference=7, total=len(parts), place=place) if len(parts) > 1 else b""
            self._order(write={"from": sender, "to": to, "header": head.hex(), "data": part.hex()})

    def waits_for_nothing(self) -> bool:
        return len(self.acknowledged) >= self.count()

    def cut(self) -> None:
        self._order(cut=True)
        self.count()

    def stop(self) -> None:
        self._process.stdin.close()
        self._process.wait(10)
        self._reader.join(10)
        self._process.stdout.close()


class ShippedPeer:
    """The demonstration's own SMSC, in a thread."""

    def __init__(self, folder: Path, **switches: object) -> None:
        self.port = free_port()
        self._telephones = Telephones(folder / f"smsc-{self.port}")
        self._smsc = Smsc(self._telephones)
        self._smsc.switches.password = PASSWORD.encode()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._run(self._smsc.listen("127.0.0.1", self.port))

    def _run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    def seen(self) -> list[Seen]:
        """Whole messages: it puts parts together."""
        return [Seen(t.number, t.other, t.text) for t in self._telephones.since(0) if not t.mine]

    def count(self) -> int:
        return self._telephones.count

    def switch(self, *, reorder=0, hex_ids=False, refuse_binds=False) -> None:
        self._smsc.switches.reorder = reorder
        self._smsc.switches.hex_ids = hex_ids
        self._smsc.switches.refuse_binds = refuse_binds

    def write(self, sender: str, to: str, text: str) -> None:
        assert self._smsc.write(sender=sender, to=to, text=text)

    def waits_for_nothing(self) -> bool:
        return not self._smsc.unacknowledged

    def cut(self) -> None:
        async def now() -> None:
            self._smsc.cut()

        self._run(now())

    def stop(self) -> None:
        self._run(self._smsc.close())
        wait_until(lambda: not self._smsc.connected, 20, "the connections are closed")
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        self._telephones.close()
