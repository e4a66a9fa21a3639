"""The mail servers' part in `up` and `demo`: found or off, started, and what a person is told of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from beffroi.config.commands.running import Running
from beffroi.config.demo import letters
from beffroi.servers import postgres, supervision, words
from beffroi.servers.layout import Layout, MailPorts, Ports
from beffroi.servers.mail import home, house, rspamd
from beffroi.servers.mail.home import Home

START_TIMEOUT_S = 60
"""The first start compiles rspamd's patterns: twelve seconds, more on a busy machine."""


Found = Home | house.Apart | house.Off


def find(
    layout: Layout, ports: Ports, env: Mapping[str, str], *, demo: bool, private: bool
) -> Found:
    """What runs here, and says it when there is nothing."""
    wanted = env.get("BEFFROI_MAIL", "on")
    if wanted == "off":
        return house.Off(why="BEFFROI_MAIL=off")
    found: Found
    if wanted == supervision.APART and not demo:
        found = house.apart(layout, env, ports=ports_told(ports.web, env))
    else:
        found = house.find(
            layout,
            env,
            ports=ports_told(ports.web, env),
            database_url=env["DATABASE_URL"],
            private=private,
            alone=demo,
            relay=f"127.0.0.1:{ports.outside_smtp}" if demo else env.get("BEFFROI_MAIL_RELAY", ""),
        )
    if isinstance(found, house.Off):
        words.say(f"Le courrier officiel est arrêté : {found.why}. Le reste de Beffroi tourne.")
    return found


def ports_told(web: int, env: Mapping[str, str]) -> MailPorts:
    """`loopback` is for a trial: the ports of the internet, and nobody else's internet."""
    worldly = env.get("BEFFROI_MAIL_PUBLIC") in {"yes", "loopback"}
    return MailPorts.of_the_internet(web) if worldly else MailPorts.after(web)


def told(found: Found) -> dict[str, str]:
    """What the other parts are told."""
    if isinstance(found, house.Off):
        return {"BEFFROI_MAIL_OFF": found.why}
    ports = found.ports
    return {
        "BEFFROI_MAIL_DIR": str(found.dir),
        "BEFFROI_MAIL_HOST": found.host,
        "BEFFROI_DOVEADM_PORT": str(ports.doveadm),
        "BEFFROI_OUTSIDE_MX_PORT": str(ports.mx),
        "BEFFROI_MAIL_PORTS": f"{ports.imaps},{ports.submissions},{ports.submission}",
    }


def with_sockets(cluster: postgres.Cluster | None, found: Found) -> postgres.Cluster | None:
    """The private cluster, with the folder through which the mail servers reach it."""
    if cluster is None or isinstance(found, house.Off):
        return cluster
    return replace(cluster, mail_sockets=home.database_sockets(found.dir))


def wanted(found: Found) -> list[str]:
    """What `manage upgrade` is asked: the database's roles of the mail servers need their passwords before these start."""
    return [] if isinstance(found, house.Off) else ["--mail"]


def start(live: Running, found: Found) -> None:
    """All of them at once."""
    if isinstance(found, Home):
        live.start([server.name for server in house.servers(found)])


def fill(found: Found) -> None:
    """The demonstration's boxes, while everything runs already."""
    if isinstance(found, Home):
        letters.bring_aside(found, now=datetime.now(UTC))


def welcome(live: Running, found: Found) -> None:
    """How long it took, what it weighs."""
    if not isinstance(found, Home):
        return
    took = house.wait_until_up(found, timeout_s=START_TIMEOUT_S)
    if took is None:
        words.complain(f"Le courrier ne répond pas encore ; voyez {live.layout.logs}/postfix.log")
        return
    rspamd.keep(found)
    names = {server.name for server in house.servers(found)}
    pids = [part.pid for part in supervision.states(live.layout.dir) if part.name in names]
    mib = house.weigh_mib([pid for pid in pids if pid])
    weight = f", {mib} Mio" if mib else ""
    words.say(f"Courrier officiel : prêt{weight} (Postfix, Dovecot, rspamd).")
