"""python -m beffroi.servers.outside: runs until told to stop. Settings: see docs/operate.md."""

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from aiosmtpd.smtp import SMTP

from beffroi.servers.outside.post import WayBack, World
from beffroi.servers.outside.prefecture import Prefecture
from beffroi.servers.outside.push_service import PushService
from beffroi.servers.outside.push_store import PushStore
from beffroi.servers.outside.smsc import Smsc
from beffroi.servers.outside.store import Store
from beffroi.servers.outside.telephones import Telephones
from beffroi.servers.outside.web import Arrived, OutsidePages

HOST = "127.0.0.1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Doors:
    """The ports of the outside world."""

    smtp: int
    page: int
    lmtp: int
    """Where reports are sent back to."""
    sms: int
    push: int
    exchanger: int = 0
    """The mail exchanger of the towns, for what the world writes to them; 0: mail is off."""

    @classmethod
    def from_environment(cls, told: Mapping[str, str]) -> Self:
        """BEFFROI_OUTSIDE_SMS_PORT and BEFFROI_OUTSIDE_PUSH_PORT default to the two ports after LMTP's."""
        page = urlsplit(told["BEFFROI_OUTSIDE_URL"]).port or 80
        return cls(
            smtp=urlsplit(told["BEFFROI_SMTP_URL"]).port or 25,
            page=page,
            lmtp=int(told.get("BEFFROI_LMTP_PORT", "8024")),
            sms=int(told.get("BEFFROI_OUTSIDE_SMS_PORT", str(page + 2))),
            push=int(told.get("BEFFROI_OUTSIDE_PUSH_PORT", str(page + 3))),
            exchanger=int(told.get("BEFFROI_OUTSIDE_MX_PORT", "0")),
        )


async def serve(arrived: Arrived, doors: Doors) -> None:
    """Every door, until SIGTERM or SIGINT."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    back = WayBack(host=HOST, port=doors.lmtp)
    world = World(arrived.mail, back, clock=time.time, exchanger=doors.exchanger)
    server = await loop.create_server(
        lambda: SMTP(world, hostname="monde.example", ident="Beffroi, monde", loop=loop),
        HOST,
        doors.smtp,
        backlog=256,
    )
    await arrived.smsc.listen(HOST, doors.sms)
    push = PushService(arrived.pushes, host=HOST, port=doors.push, clock=time.time)
    async with server, push:
        pages = OutsidePages(
            (HOST, doors.page), arrived
        )  # last: whoever reads them finds the rest open
        threading.Thread(target=pages.serve_forever, name="pages", daemon=True).start()
        logging.getLogger(__name__).info("Ready")
        await stop.wait()
        pages.shutdown()
    await arrived.smsc.close()


def main() -> None:
    logging.basicConfig(level=logging.INFO)
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd says every command
    folder = Path(os.environ["BEFFROI_DIR"]) / "outside"
    mail, telephones, pushes = Store(folder), Telephones(folder), PushStore(folder)
    doors = Doors.from_environment(os.environ)
    prefecture = Prefecture(
        folder / "prefecture", base=f"http://{HOST}:{doors.page}", clock=time.time
    )
    arrived = Arrived(
        mail=mail,
        smsc=Smsc(telephones),
        pushes=pushes,
        prefecture=prefecture,
        exchanger=doors.exchanger,
    )
    asyncio.run(serve(arrived, doors))
    mail.close()
    telephones.close()
    pushes.close()


if __name__ == "__main__":
    main()
