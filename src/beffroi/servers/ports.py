"""Who holds a TCP port of this machine, read from /proc: the message names the culprit."""

import os
import socket
from pathlib import Path

LISTENING = "0A"  # Source: include/net/tcp_states.h, TCP_LISTEN


def is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


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
