"""The other side of a measure, in a process of its own: a relay, an operator and a push service that note the time.

python -m beffroi.config.bench.sinks FOLDER SMTP_PORT SMS_PORT PUSH_PORT. At its end it leaves FOLDER/arrivals.json.
"""

import asyncio
import json
import logging
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from beffroi.config.bench.ground import HOST
from beffroi.servers.outside.push_service import PushService
from beffroi.servers.outside.push_store import PushStore
from beffroi.servers.outside.smsc import Smsc
from beffroi.servers.outside.telephones import Telephones
from beffroi.servers.ports import free_port

START_S = 15.0
RETURN_PATH = b"MAIL FROM:<r-"
MESSAGE_DIGITS = 16
END = b"\r\n.\r\n"
_ANSWERS = {
    b"EHLO": b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n",
    b"DATA": b"354 Go on\r\n",
    b"QUIT": b"221 2.0.0 Bye\r\n",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Ports:
    smtp: int
    sms: int
    push: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrivals:
    """When each message was accepted, in Unix time."""

    email: dict[int, list[float]]
    """By the number of its message, which the return path carries."""
    sms: list[float]
    push: list[float]


class Relay(asyncio.Protocol):
    """Accepts every letter, and notes of which message it is and when its last line came."""

    def __init__(self, noted: list[tuple[float, int]]) -> None:
        self._noted = noted
        self._heard = bytearray()
        self._in_letter = False
        self._message_id = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self._heard += data
        answers = b"".join(self._answers())
        if answers:
            self._transport.write(answers)

    def _answers(self) -> Iterator[bytes]:
        while True:
            mark = END if self._in_letter else b"\r\n"
            end = self._heard.find(mark)
            if end < 0:
                return
            line = bytes(self._heard[:end])
            del self._heard[: end + len(mark)]
            yield self._letter() if self._in_letter else self._command(line)

    def _letter(self) -> bytes:
        self._in_letter = False
        self._noted.append((time.time(), self._message_id))
        return b"250 2.0.0 Ok\r\n"

    def _command(self, line: bytes) -> bytes:
        if line.startswith(RETURN_PATH):
            digits = line[len(RETURN_PATH) : len(RETURN_PATH) + MESSAGE_DIGITS]
            self._message_id = int(digits, 16)
        self._in_letter = line == b"DATA"
        return _ANSWERS.get(line[:4].upper(), b"250 2.0.0 Ok\r\n")


async def serve(folder: Path, ports: Ports) -> None:
    """Until SIGTERM."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    noted: list[tuple[float, int]] = []
    telephones, devices = Telephones(folder / "telephones"), PushStore(folder / "push")
    smsc = Smsc(telephones)
    await smsc.listen(HOST, ports.sms)
    relay = await loop.create_server(lambda: Relay(noted), HOST, ports.smtp, backlog=64)
    async with PushService(devices, host=HOST, port=ports.push, clock=time.time), relay:
        await stop.wait()
    await smsc.close()
    by_message: dict[int, list[float]] = {}
    for at, message_id in noted:
        by_message.setdefault(message_id, []).append(at)
    (folder / "arrivals.json").write_text(
        json.dumps(
            {
                "email": by_message,
                "sms": [text.at for text in telephones.since(0)],
                "push": [arrival.at for arrival in devices.since(0)],
            }
        )
    )


def read(folder: Path) -> Arrivals:
    """What arrived, once the process has ended."""
    told = json.loads((folder / "arrivals.json").read_text())
    return Arrivals(
        email={int(message_id): times for message_id, times in told["email"].items()},
        sms=told["sms"],
        push=told["push"],
    )


@contextmanager
def running(folder: Path) -> Iterator[Ports]:
    """The process, listening; on the way out it ends and has written `arrivals.json`."""
    ports = Ports(smtp=free_port(), sms=free_port(), push=free_port())
    folder.mkdir(parents=True, exist_ok=True)
    numbers = [str(port) for port in (ports.smtp, ports.sms, ports.push)]
    process = subprocess.Popen([sys.executable, "-m", __name__, str(folder), *numbers])
    try:
        asyncio.run(asyncio.wait_for(_until_it_listens(ports), START_S))
        yield ports
    finally:
        process.terminate()
        process.wait()


async def _until_it_listens(ports: Ports) -> None:
    for port in (ports.smtp, ports.sms, ports.push):
        while True:
            with suppress(OSError):
                _, writer = await asyncio.open_connection(HOST, port)
                writer.close()
                break
            await asyncio.sleep(0.05)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    smtp_port, sms_port, push_port = (int(text) for text in sys.argv[2:5])
    asyncio.run(serve(Path(sys.argv[1]), Ports(smtp=smtp_port, sms=sms_port, push=push_port)))
