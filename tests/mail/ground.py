"""A PostgreSQL of the stack's own, filled from the tests' migrated one: it may be killed, and no row stays behind."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from django.db import connection

from beffroi.servers import postgres
from beffroi.servers.postgres import Cluster
from tests import database
from tests.mail.clients import eventually


@contextmanager
def own_cluster(folder: Path) -> Iterator[tuple[Cluster, "subprocess.Popen[bytes]"]]:
    """Running, filled, and what Django speaks to for as long. Durable as a town's: it is killed, and what it had said yes to is read."""
    folder.chmod(0o711)
    cluster = replace(postgres.throw_away(folder), durable=True)
    postgres.make(cluster)
    process = run(cluster, folder)
    theirs = dict(connection.settings_dict)
    try:
        assert eventually(cluster.is_ready, within_s=60)
        database.fill(cluster, source=database.url())
        connection.close()
        connection.settings_dict.update(
            HOST=str(cluster.sockets), PASSWORD=cluster.password, NAME=postgres.DATABASE
        )
        yield cluster, process
    finally:
        connection.close()
        connection.settings_dict.update(theirs)


def run(cluster: Cluster, folder: Path) -> "subprocess.Popen[bytes]":
    with (folder / "postgres.log").open("ab") as log:
        return subprocess.Popen(
            cluster.command(),
            env=os.environ | {"BEFFROI_TETHERED_TO": str(os.getpid())},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            process_group=0,
        )


def run_again(cluster: Cluster, folder: Path) -> "subprocess.Popen[bytes]":
    """After a kill -9 it refuses to start until the last of its children has ended; a supervisor insists."""
    connection.close()
    process = run(cluster, folder)
    while not cluster.is_ready():
        if process.poll() is not None:
            process = run(cluster, folder)
        time.sleep(0.1)
    return process


def stop(process: "subprocess.Popen[bytes]") -> None:
    """At once: nothing of it is kept."""
    process.send_signal(signal.SIGQUIT)
    process.wait(timeout=30)
