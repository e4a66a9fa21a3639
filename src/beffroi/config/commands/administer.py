"""`./beffroi manage …`: a Django command in the environment of an installation, running or not."""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager

from beffroi.config.commands import children, running
from beffroi.servers import postgres, tether, words
from beffroi.servers.launch import cli
from beffroi.servers.layout import Instance, Layout, Ports, environment, locate, settings_of


def manage(arguments: argparse.Namespace) -> int:
    layout = locate(arguments.dir, default=cli.DEFAULT_DIR)
    step_down(layout)
    with _environment(layout) as env:
        return children.manage(*arguments.rest, env=env)


def step_down(layout: Layout) -> None:
    """Root becomes whoever runs this installation: it makes no file there that they could not use."""
    if os.geteuid() == 0 and layout.run.exists() and layout.run.stat().st_uid != 0:
        tether.become(layout.run.owner())


@contextmanager
def _environment(layout: Layout) -> Iterator[dict[str, str]]:
    """That of the running Beffroi, else a temporary start of the database alone."""
    instance = Instance.read(layout)
    demo = instance.demo if instance else False
    ports = Ports(web=instance.port if instance else cli.DEFAULT_PORT)
    external = os.environ.get("DATABASE_URL") or settings_of(layout).get("DATABASE_URL")
    if external:
        yield environment(layout, ports, demo=demo, database_url=external)
        return
    cluster = postgres.describe(layout)
    env = environment(layout, ports, demo=demo, database_url=cluster.url)
    if cluster.is_ready():
        yield env
        return
    words.complain("Beffroi ne tourne pas ici : la base est démarrée le temps de la commande.")
    with running.sole_owner(layout), children.database(cluster, layout.logs / "postgres.log"):
        yield env
