"""Processes that the launcher starts: tied to it, interrupted with it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from beffroi.servers import postgres, tether, words


def manage(*arguments: str, env: Mapping[str, str]) -> int:
    """Runs a Django command in the environment of an installation."""
    program = [sys.executable, "-m", "beffroi.config.manage", *arguments]
    tied = tether.command(program, stop=signal.SIGTERM)
    return subprocess.run(
        tied, env=dict(env) | {"BEFFROI_DB_ROLE": "owner"}, check=False
    ).returncode


def manage_quietly(*arguments: str, env: Mapping[str, str]) -> str:
    """The same, its words kept; on failure they are told. Raises Refused."""
    program = [sys.executable, "-m", "beffroi.config.manage", *arguments]
    done = subprocess.run(
        tether.command(program, stop=signal.SIGTERM),
        env=dict(env) | {"BEFFROI_DB_ROLE": "owner"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        words.complain(done.stdout + done.stderr)
        raise words.Refused(
            f"« manage {' '.join(arguments)} » a échoué ; son message est au-dessus."
        )
    return done.stdout


@contextmanager
def database(cluster: postgres.Cluster, log: Path) -> Iterator[None]:
    """The cluster alone, for a command that needs no more."""
    postgres.make(cluster)
    with log.open("ab") as out:
        process = subprocess.Popen(
            cluster.command(),
            env=os.environ | {tether.PARENT: str(os.getpid())},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + 60
        while not cluster.is_ready():
            if process.poll() is not None or time.monotonic() > deadline:
                raise words.Refused(f"PostgreSQL ne répond pas. Fin de {log} :\n{words.tail(log)}")
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_gone(pids: Iterable[int], *, timeout_s: float) -> None:
    """Waits for processes of ours to end, then ends them."""
    deadline = time.monotonic() + timeout_s
    for pid in pids:
        while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
