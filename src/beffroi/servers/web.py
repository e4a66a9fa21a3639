"""The web server: granian in front of the WSGI application, its workers tied to it."""

import importlib
import os
import signal
from collections.abc import Callable
from functools import partial
from typing import Any

from granian import Granian
from granian.constants import Interfaces

from beffroi.servers import tether

APPLICATION = "beffroi.config.wsgi:application"
WORKERS = 2
THREADS = (
    4  # per worker: a page waits for the database more than it computes; research/performance.md 7
)
STOP_TIMEOUT_S = 7
"""Less than what the supervisor gives: the visits counted since are written, on a busy machine too."""


def load_tied(target: str, *, server: int) -> Callable[..., Any]:
    """Runs in each worker: without it, a worker outlives a killed server and keeps its port."""
    tether.tie(signal.SIGKILL, parent=server)
    module, name = target.split(":")
    application: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return application


def main() -> None:
    server = Granian(
        APPLICATION,
        address="127.0.0.1",
        port=int(os.environ["BEFFROI_PORT"]),
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=THREADS,
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=STOP_TIMEOUT_S,
    )
    server.serve(target_loader=partial(load_tied, server=os.getpid()))


if __name__ == "__main__":
    main()
