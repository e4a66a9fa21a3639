"""TCP ports of this machine: free ones for a test or a bench, and who holds one, read from /proc, so that a message names the culprit."""

import os
import random
import socket
from pathlib import Path

LISTENING = "0A"  # Source: include/net/tcp_states.h, TCP_LISTEN
PICKED = range(10_000, 32_000)
"""Below the ports that Linux gives to outgoing connections (net.ipv4.ip_local_port_range begins at 32768): none
of those takes a picked port before it is listened on."""


def is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port(*, neighbours: int = 0) -> int:
    """A port that is free, with the `neighbours` that follow it.

    Raises OSError when none is found.
    """
    for _ in range(200):
        first = random.randrange(PICKED.start, PICKED.stop - neighbours)  # noqa: S311 - no secret
        if all(is_free(first + step) for step in range(neighbours + 1)):
            return first
    raise OSError("No free port")


def holder(port: int) -> str:
    """« python3 (processus 123) », or that it cannot be seen."""
    inodes = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            target = os.readlink(link)
            if target in inodes:
                name = (link.parents[1] / "comm").read_text(encoding="utf-8").strip()
                return f"{name} (processus {link.parents[1].name})"
        except OSError:
            continue  # gone meanwhile, or another user's
    return "un processus que je ne peux pas voir"


def _listening_inodes(port: int) -> list[str]:
    rows = []
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        if table.exists():
            rows += [line.split() for line in table.read_text(encoding="ascii").splitlines()[1:]]
    wanted = f":{port:04X}"
    return [row[9] for row in rows if row[1].endswith(wanted) and row[3] == LISTENING]
