"""`./beffroi mail`: the mail servers alone, started as root beside an `up` that has no rights (BEFFROI_MAIL=apart).

Postfix and Dovecot start as root and drop to users of their own; the site, which speaks to the world in Python, has none of it.
"""

import argparse
import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

import psycopg

from beffroi.config.commands import mail, running, serve as whole
from beffroi.servers import postgres, supervision, systemd, words
from beffroi.servers.launch import cli
from beffroi.servers.layout import SETTINGS_FILE, Layout, Ports, environment, locate
from beffroi.servers.mail import home as places, house
from beffroi.servers.mail.home import Base, Home

LOOK_EVERY_S = 0.5
OTHERS_MAY_WRITE = 0o022


def serve(arguments: argparse.Namespace) -> int:
    layout = locate(arguments.dir, default=cli.DEFAULT_DIR)
    ports = Ports(web=arguments.port or cli.DEFAULT_PORT)
    if os.geteuid() != 0:
        raise words.Refused("Les serveurs de courrier se démarrent en root.")
    _require_roots_own(layout)
    signal.signal(signal.SIGINT, whole.stop_once)
    signal.signal(signal.SIGTERM, whole.stop_once)
    signal.signal(signal.SIGHUP, _go_on)
    try:
        with running.sole_owner(layout.mail_half):
            return _serve(layout, ports)
    except KeyboardInterrupt:
        words.say("Le courrier est arrêté.")
        return 0


def _serve(layout: Layout, ports: Ports) -> int:
    sockets = None if whole.external(layout) else places.database_sockets(places.folder(layout))
    cluster = _wait_for_the_site(layout, sockets)
    url = cluster.url if cluster else whole.external(layout)
    env = environment(layout, ports, demo=False, database_url=url)
    home = house.find(
        layout,
        env,
        ports=mail.ports_told(ports.web, env),
        database_url=url,
        private=cluster is not None,
        alone=False,
        relay=env.get("BEFFROI_MAIL_RELAY", ""),
    )
    if isinstance(home, house.Off):
        raise words.Refused(f"Le courrier officiel ne peut pas démarrer : {home.why}.")
    whole.check_ports(home.ports.used())
    house.make(home)
    return _run(layout.mail_half, cluster, home, env | mail.told(home))


def _run(half: Layout, cluster: postgres.Cluster | None, home: Home, env: Mapping[str, str]) -> int:
    programs, servers = supervision.mail_half(), house.servers(home)
    with running.supervised(half, cluster, env, programs=programs, servers=servers) as live:
        live.start([one.name for one in servers] + [one.name for one in programs])
        mail.welcome(live, home)
        systemd.ready()
        return live.watch()


def _wait_for_the_site(layout: Layout, sockets: Path | None) -> postgres.Cluster | None:
    """Until what Postfix will ask is answered: the other half has made the secrets, the base, its views and its roles."""
    told = False
    while True:
        if (layout.secrets / places.POSTFIX_PASSWORD).exists():
            cluster = postgres.of_other_half(layout, sockets=sockets) if sockets else None
            url = cluster.url if cluster else whole.external(layout)
            if _answers(places.base(layout, database_url=url, sockets=sockets)):
                return cluster
        if not told:
            words.say("Le courrier attend l’autre moitié de Beffroi (./beffroi up) et sa base…")
            told = True
        time.sleep(LOOK_EVERY_S)


def _answers(base: Base) -> bool:
    try:
        with psycopg.connect(
            host=base.host,
            port=base.port,
            dbname=base.name,
            user="beffroi_postfix",
            password=base.postfix_password,
            connect_timeout=5,
        ) as link:
            link.execute("SELECT FROM mailserver.domains LIMIT 1")
    except psycopg.Error:
        return False
    return True


def _require_roots_own(layout: Layout) -> None:
    """What root reads as orders, nobody else may write."""
    for path in (layout.dir, layout.dir / SETTINGS_FILE, layout.dir / "mail"):
        state = path.stat() if path.exists() else None
        if state and (state.st_uid != 0 or state.st_mode & OTHERS_MAY_WRITE):
            raise words.Refused(
                f"{path} n’est pas au seul root : le courrier, qui démarre en root, n’en prend pas d’ordre.\n"
                "./beffroi install pose les dossiers comme il faut ; sinon : "
                f"chown root {path} && chmod go-w {path}"
            )


def _go_on(number: int, frame: FrameType | None) -> None:
    """A terminal that closes, or a reload, stops no mail."""
