"""The mail servers as one: whether they can run here, made ready, started under the supervisor, weighed."""

import os
import signal
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from beffroi.servers import tether
from beffroi.servers.layout import Layout, MailPorts
from beffroi.servers.mail import (
    certificate,
    dovecot,
    home as places,
    keeper,
    postfix,
    presence,
    rspamd,
    signing,
)
from beffroi.servers.mail.home import Home


@dataclass(frozen=True, kw_only=True, slots=True)
class Off:
    """Mail does not run here; the rest does."""

    why: str
    """A sentence in French, with the remedy."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Apart:
    """They run on this machine, started by root under a supervisor of their own."""

    dir: Path
    ports: MailPorts
    host: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """One program for the supervisor."""

    name: str
    command: tuple[str, ...]
    stop: str = "TERM"


def find(
    layout: Layout,
    env: Mapping[str, str],
    *,
    ports: MailPorts,
    database_url: str,
    private: bool,
    alone: bool,
    relay: str,
) -> Home | Off:
    """The servers of this installation, or why there are none. `private`: PostgreSQL is our own cluster."""
    if os.geteuid() != 0:
        return Off(why="il faut être root pour démarrer Postfix et Dovecot")
    if missing := presence.lacking():
        return Off(why=f"il manque des paquets Debian : {' '.join(missing)}")
    if not dovecot.version().startswith(dovecot.KNOWN):
        return Off(why=f"Dovecot {dovecot.version()} n’est pas connu ; il faut la version 2.3")
    folder = places.folder(layout)
    folder.mkdir(mode=0o711, exist_ok=True)
    host = _host(env, alone=alone)
    given = env.get("BEFFROI_MAIL_CERTIFICATE"), env.get("BEFFROI_MAIL_CERTIFICATE_KEY")
    if given[0] and given[1]:
        pair = Path(given[0]), Path(given[1])
    else:
        pair = certificate.find_or_make(folder / "tls", host)
    return Home(
        dir=folder,
        ports=ports,
        host=host,
        base=places.base(
            layout,
            database_url=database_url,
            sockets=places.database_sockets(folder) if private else None,
        ),
        doveadm_key=places.secret(layout, "mail_doveadm_key"),
        certificate=pair[0],
        private_key=pair[1],
        relay=relay,
        alone=alone,
        public=env.get("BEFFROI_MAIL_PUBLIC") == "yes",
        returns=None if alone else _returns(env),
        deleted_days=int(env.get("BEFFROI_DELETED_DAYS") or places.DELETED_DAYS),
    )


def apart(layout: Layout, env: Mapping[str, str], *, ports: MailPorts) -> Apart | Off:
    """Where they are, told to those who do not start them."""
    folder = places.folder(layout)
    if not places.database_sockets(folder).is_dir():
        return Off(why="son dossier manque ; ./beffroi install, en root, le fait")
    return Apart(dir=folder, ports=ports, host=_host(env, alone=False))


def _returns(env: Mapping[str, str]) -> tuple[str, int] | None:
    domain = env.get("BEFFROI_RETURN_DOMAIN", "")
    return (domain, int(env["BEFFROI_LMTP_PORT"])) if domain else None


def _host(env: Mapping[str, str], *, alone: bool) -> str:
    host = env.get("BEFFROI_MAIL_HOST") or urlsplit(env["BEFFROI_URL"]).hostname or "localhost"
    if "." not in host or host[0].isdigit():
        return f"mail.{'demonstration' if alone else socket.gethostname()}.example"
    return host


def make(home: Home) -> None:
    """Folders and configuration, before anything starts; what is kept stays."""
    places.lay_out(home)
    rspamd.warm(home)
    postfix.render(home)
    dovecot.render(home)
    rspamd.render(home)
    if not (home.dkim / "paths.map").exists():
        signing.write_keys(home.dkim, [])
    postfix.check(home)
    for stale in (home.milter_socket, home.lmtp_socket, home.auth_socket, home.quota_socket):
        stale.unlink(missing_ok=True)


def servers(home: Home) -> tuple[Server, ...]:
    """rspamd and Dovecot first: Postfix speaks to both."""
    return (
        Server(
            name="rspamd",
            command=tuple(
                tether.command(
                    rspamd.command(home), stop=signal.SIGTERM, user=rspamd.USER, session=True
                )
            ),
        ),
        Server(
            name="dovecot",
            command=tuple(tether.command(dovecot.command(home), stop=signal.SIGTERM)),
        ),
        Server(
            name="postfix",
            command=tuple(tether.command(postfix.command(home), stop=signal.SIGTERM, session=True)),
        ),
        Server(
            name="mail-keeper",
            command=tuple(tether.command(keeper.command(home), stop=signal.SIGKILL)),
        ),
    )


def wait_until_up(home: Home, *, timeout_s: float) -> float | None:
    """Seconds until all doors are open, the filter's too; None if that did not come."""
    began = time.monotonic()
    closed: list[tuple[socket.AddressFamily, object]] = [
        (socket.AF_INET, ("127.0.0.1", port))
        for port in (home.ports.mx, home.ports.submissions, home.ports.imaps, home.ports.doveadm)
    ]
    closed += [(socket.AF_UNIX, str(path)) for path in (home.milter_socket, home.lmtp_socket)]
    while closed and time.monotonic() - began < timeout_s:
        if _answers(*closed[0]):
            del closed[0]
        else:
            time.sleep(0.05)
    return None if closed else time.monotonic() - began


def weigh_mib(pids: list[int]) -> int | None:
    """Memory of these processes and their descendants, shared pages counted once (PSS); None where it may not be read."""
    parents = _parents()
    family, grown = set(pids), True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in family} - family
        family |= more
        grown = bool(more)
    kib = 0
    for pid in family:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except PermissionError:
            return None
        except OSError:
            continue  # gone meanwhile
        kib += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return round(kib / 1024)


def _parents() -> dict[int, int]:
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            after_name = stat.read_text().rpartition(")")[2].split()
            found[int(stat.parent.name)] = int(after_name[1])
    return found


def _answers(family: socket.AddressFamily, where: object) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        try:
            probe.connect(where)  # type: ignore[arg-type]
        except OSError:
            return False
        return True
