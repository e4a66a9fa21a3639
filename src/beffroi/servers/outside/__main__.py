"""python -m beffroi.servers.outside: runs until told to stop. Settings: see docs/operate.md."""

import asyncio
import logging
import os
import signal
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

from aiosmtpd.smtp import SMTP

from beffroi.servers.outside.post import WayBack, World
from beffroi.servers.outside.store import Store
from beffroi.servers.outside.web import OutsidePages

HOST = "127.0.0.1"


async def serve(store: Store, *, smtp_port: int, page_port: int, lmtp_port: int) -> None:
    """Both doors, until SIGTERM or SIGINT."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    pages = OutsidePages((HOST, page_port), store)
    threading.Thread(target=pages.serve_forever, name="pages", daemon=True).start()
    world = World(store, WayBack(host=HOST, port=lmtp_port), clock=time.time)
    server = await loop.create_server(
        lambda: SMTP(world, hostname="monde.example", ident="Beffroi, monde", loop=loop),
        HOST,
        smtp_port,
        backlog=256,
    )
    logging.getLogger(__name__).info("Ready")
    async with server:
        await stop.wait()
    pages.shutdown()


def main() -> None:
    logging.basicConfig(level=logging.INFO)
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd says every command
    smtp = urlsplit(os.environ["BEFFROI_SMTP_URL"])
    page = urlsplit(os.environ["BEFFROI_OUTSIDE_URL"])
    store = Store(Path(os.environ["BEFFROI_DIR"]) / "outside")
    asyncio.run(
        serve(
            store,
            smtp_port=smtp.port or 25,
            page_port=page.port or 80,
            lmtp_port=int(os.environ.get("BEFFROI_LMTP_PORT", "8024")),
        )
    )
    store.close()


if __name__ == "__main__":
    main()
