"""What a program that systemd started tells it (sd_notify(3)); nothing, started by anybody else."""

import os
import socket
from contextlib import suppress

SOCKET = "NOTIFY_SOCKET"


def ready() -> None:
    """The start is over: `systemctl start` returns, and what waits for this unit begins."""
    place = os.environ.get(SOCKET, "")
    if not place:
        return
    address = f"\0{place[1:]}" if place.startswith("@") else place
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.sendto(b"READY=1", address)
