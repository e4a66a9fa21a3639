"""`./beffroi up` and `./beffroi demo`."""

import argparse
import os
import signal
from dataclasses import dataclass
from types import FrameType

from beffroi.config.commands import children, mail, names, running
from beffroi.servers import ports as tcp, postgres, supervision, systemd, words
from beffroi.servers.launch import cli
from beffroi.servers.layout import Instance, Layout, Ports, environment, locate, settings_of
from beffroi.servers.mail import house
from beffroi.servers.mail.home import Home


def up(arguments: argparse.Namespace) -> int:
    return _serve(arguments, demo=False)


def demo(arguments: argparse.Namespace) -> int:
    return _serve(arguments, demo=True)


def _serve(arguments: argparse.Namespace, *, demo: bool) -> int:
    layout = locate(arguments.dir, default=cli.DEFAULT_DIR)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop_once)
    with running.sole_owner(layout):
        ports = Ports(web=arguments.port or cli.DEFAULT_PORT)
        cluster = _cluster(layout)
        url = cluster.url if cluster else external(layout)
        env = environment(layout, ports, demo=demo, database_url=url)
        servers = mail.find(layout, ports, env, demo=demo, private=cluster is not None)
        env |= mail.told(servers)
        env = names.told(layout, ports, demo=demo) | env
        cluster = mail.with_sockets(cluster, servers)
        used = ports.used(demo=demo, lmtp=int(env["BEFFROI_LMTP_PORT"]))
        check_ports(used | (servers.ports.used() if isinstance(servers, Home) else {}))
        Instance(pid=os.getpid(), port=ports.web, url=env["BEFFROI_URL"], demo=demo).write(layout)
        try:
            return _run(
                Plan(layout=layout, ports=ports, cluster=cluster, mail=servers, env=env), demo
            )
        except KeyboardInterrupt:
            words.say("Tout est arrêté.")
            return 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What is about to be started."""

    layout: Layout
    ports: Ports
    cluster: postgres.Cluster | None
    mail: mail.Found
    env: dict[str, str]


def _run(plan: Plan, demo: bool) -> int:
    layout, env = plan.layout, plan.env
    servers: tuple[house.Server, ...] = ()
    if isinstance(plan.mail, Home):
        house.make(plan.mail)
        servers = house.servers(plan.mail)
    servers += names.servers(layout, plan.ports, env, demo=demo)
    if plan.cluster:
        words.say(f"Base de données : PostgreSQL, dans {plan.cluster.home}")
        postgres.make(plan.cluster)
    programs = supervision.programs(env, demo=demo)
    with running.supervised(layout, plan.cluster, env, programs=programs, servers=servers) as live:
        words.say("Mise à niveau de la base…")
        children.manage_quietly("upgrade", *mail.wanted(plan.mail), env=env)
        mail.start(live, plan.mail)
        parts = [program.name for program in programs]
        logins = ""
        if demo:
            live.start(
                [
                    "outside",
                    *(one.name for one in names.servers(layout, plan.ports, env, demo=demo)),
                ]
            )
            words.say("Commune de démonstration…")
            logins = children.manage_quietly("seed_demo", env=env)
        live.start(parts)
        live.wait_for_health(plan.ports.web)
        mail.welcome(live, plan.mail)
        _welcome(layout, env, demo=demo, logins=logins)
        if demo:
            mail.fill(plan.mail)
        systemd.ready()
        return live.watch()


def _cluster(layout: Layout) -> postgres.Cluster | None:
    return None if external(layout) else postgres.describe(layout)


def external(layout: Layout) -> str:
    return os.environ.get("DATABASE_URL") or settings_of(layout).get("DATABASE_URL", "")


def check_ports(used: dict[str, int]) -> None:
    taken = {what: port for what, port in used.items() if not tcp.is_free(port)}
    if not taken:
        return
    lines = [f"  {port} ({what}) : {tcp.holder(port)}" for what, port in taken.items()]
    raise words.Refused(
        "Des ports sont déjà pris :\n" + "\n".join(lines) + "\nChoisissez-en d’autres avec --port."
    )


def _welcome(layout: Layout, env: dict[str, str], *, demo: bool, logins: str) -> None:
    url = env["BEFFROI_URL"].rstrip("/")
    words.say()
    words.say("Beffroi est prêt.")
    words.say(f"  Habitants   {url}/")
    words.say(f"  Agents      {url}/mairie/")
    if demo:
        port = url.rpartition(":")[2]
        words.say(
            f"  et aussi    http://la-teste.localhost:{port}/  (une ville sous son propre nom)"
        )
        words.say(f"  Courrier    {env['BEFFROI_OUTSIDE_URL']}/  (ce que les habitants ont reçu)")
    words.say(f"  Santé       {url}/sante")
    words.say(f"  Journaux    {layout.logs}")
    if logins.strip():
        words.say()
        words.say(logins.strip())
    words.say()
    words.say("Ctrl-C arrête tout.")


def stop_once(number: int, frame: FrameType | None) -> None:
    """The first signal stops; the next ones do not interrupt the stopping."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    words.say("Arrêt…")
    raise KeyboardInterrupt
