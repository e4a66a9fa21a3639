"""The supervisor: its configuration, what it says of each part, and orders to it over its private socket."""

import enum
import http.client
import json
import shlex
import signal
import socket
import sys
import time
import xmlrpc.client
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from beffroi.servers import tether
from beffroi.servers.layout import Layout
from beffroi.servers.mail.house import Server
from beffroi.servers.postgres import Cluster

GROUP = "beffroi"
POSTGRES = "postgres"
LOG_BYTES = "10MB"
LOG_COPIES = 5
FIRST_RETRIES = (
    10  # each waits one second more than the last; then the launcher asks again, for ever
)
STOP_TIMEOUT_S = 8
PUBLISHED = "parts.json"
FRESH_S = 15.0


class Stage(enum.StrEnum):
    """Supervisor's own words for the state of a process."""

    RUNNING = "RUNNING"
    STARTING = "STARTING"
    STOPPING = "STOPPING"
    STOPPED = "STOPPED"
    BACKOFF = "BACKOFF"
    EXITED = "EXITED"
    FATAL = "FATAL"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, kw_only=True, slots=True)
class PartState:
    """One program of a running Beffroi."""

    name: str
    stage: Stage
    pid: int | None
    up_s: int
    """Seconds since it started; 0 if it is not running."""

    @property
    def healthy(self) -> bool:
        return self.stage is Stage.RUNNING


@dataclass(frozen=True, kw_only=True, slots=True)
class Program:
    name: str
    arguments: tuple[str, ...]
    role: str = "engine"


class NotRunning(Exception):
    """No supervisor answers in this data folder."""


WORKER = ("beffroi.config.manage", "procrastinate", "worker")
PROGRAMS = (
    Program(name="web", arguments=("beffroi.servers.web",), role="web"),
    Program(name="engine-1", arguments=("beffroi.config.engine",)),
    Program(name="engine-2", arguments=("beffroi.config.engine",)),
    Program(name="jobs", arguments=(*WORKER, "--queues=default")),
    Program(name="returns", arguments=("beffroi.config.returns",)),
)
SMS = Program(name="engine-sms", arguments=("beffroi.config.engine", "sms"))
PUSH = Program(name="engine-push", arguments=("beffroi.config.engine", "push"))
MAIL_DESK = Program(name="mail-desk", arguments=("beffroi.config.mail_desk",))
BOXES = "boxes"
"""The queue of what reads the mail servers' own files: served by whoever started them."""
APART = "apart"
"""BEFFROI_MAIL, where the mail servers run under a supervisor of their own."""
OUTSIDE = Program(name="outside", arguments=("beffroi.servers.outside",))


def programs(env: Mapping[str, str], *, demo: bool) -> tuple[Program, ...]:
    """What this installation runs: a channel that is not set up has no engine."""
    apart = env.get("BEFFROI_MAIL") == APART and not demo
    wanted = [*PROGRAMS, _lookouts("outside" if apart else f"outside,{BOXES}")]
    if env.get("BEFFROI_SMS_PROVIDERS"):
        wanted.append(SMS)
    if env.get("BEFFROI_VAPID_CONTACT") or env.get("BEFFROI_URL", "").startswith("https://"):
        wanted.append(PUSH)
    if env.get("BEFFROI_MAIL_DIR") and not apart:
        wanted.append(MAIL_DESK)
    if demo:
        wanted.append(OUTSIDE)
    return tuple(wanted)


def mail_half() -> tuple[Program, ...]:
    """What runs beside the mail servers where they run apart."""
    worker = (*WORKER, f"--queues={BOXES}", "--concurrency=2", "--delete-jobs=successful")
    return (MAIL_DESK, Program(name=BOXES, arguments=worker))


def _lookouts(queues: str) -> Program:
    worker = (*WORKER, f"--queues={queues}", "--concurrency=6", "--delete-jobs=successful")
    return Program(name="lookouts", arguments=worker)


def render(
    layout: Layout,
    cluster: Cluster | None,
    wanted: Sequence[Program],
    servers: Sequence[Server] = (),
) -> Path:
    """Writes the supervisor's configuration. It holds no secret: those are in its environment."""
    sections = [_supervisor(layout)]
    if cluster:
        sections.append(_section(layout, POSTGRES, cluster.command(), stop="INT", priority=1))
    for program in wanted:
        run = [sys.executable, "-m", *program.arguments]
        # With the supervisor gone nobody would insist: each part is made to survive a kill -9.
        command = tether.command(run, stop=signal.SIGKILL)
        role = f'environment=BEFFROI_DB_ROLE="{program.role}"\n'
        sections.append(_section(layout, program.name, command, stop="TERM", priority=2) + role)
    sections += [
        _section(layout, one.name, one.command, stop=one.stop, priority=2) for one in servers
    ]
    names = ",".join([*(one.name for one in wanted), *(one.name for one in servers)])
    sections.append(f"[group:{GROUP}]\nprograms={names}\npriority=2\n")
    path = layout.run / "supervisord.conf"
    path.write_text("\n".join(sections), encoding="utf-8")
    return path


def command(layout: Layout) -> list[str]:
    """What the launcher runs: the supervisor, told to stop everything when the launcher dies."""
    configuration = str(layout.run / "supervisord.conf")
    run = [sys.executable, "-m", "supervisor.supervisord", "-n", "-c", configuration]
    return tether.command(run, stop=signal.SIGTERM)


def states(folder: Path) -> list[PartState]:
    """The state of each part of the Beffroi that runs in this data folder.

    Raises NotRunning.
    """
    found = _ask(Layout(dir=folder), "supervisor.getAllProcessInfo")
    rows = found if isinstance(found, list) else []
    return [
        PartState(
            name=row["name"],
            stage=Stage(row["statename"]),
            pid=row["pid"] or None,
            up_s=max(0, row["now"] - row["start"]) if row["pid"] else 0,
        )
        for row in rows
    ]


def publish(layout: Layout, parts: Sequence[PartState]) -> None:
    """Says to the other half, which may not ask this supervisor, how its parts are. Lasts FRESH_S."""
    path = layout.dir / PUBLISHED
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps([asdict(part) for part in parts]), encoding="utf-8")
    draft.chmod(0o644)
    draft.replace(path)


def published(layout: Layout) -> list[PartState] | None:
    """None: nobody has said so lately."""
    path = layout.dir / PUBLISHED
    try:
        if time.time() - path.stat().st_mtime > FRESH_S:
            return None
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return [PartState(**row | {"stage": Stage(row["stage"])}) for row in rows]


def start(layout: Layout, name: str) -> None:
    """Asks for the program to be started; does not wait. What comes of it is in its state."""
    full = name if name == POSTGRES else f"{GROUP}:{name}"
    try:
        _ask(layout, "supervisor.startProcess", full, False)
    except xmlrpc.client.Fault as fault:
        if fault.faultCode not in (ABNORMAL_TERMINATION, SPAWN_ERROR, ALREADY_STARTED):
            raise


def tell(layout: Layout, name: str, signal_name: str) -> None:
    """Sends a signal to a program that runs; nothing if it does not."""
    with suppress(xmlrpc.client.Fault):
        _ask(layout, "supervisor.signalProcess", f"{GROUP}:{name}", signal_name)


# Source: supervisor.xmlrpc.Faults
SHUTDOWN_STATE, ABNORMAL_TERMINATION, SPAWN_ERROR, ALREADY_STARTED = 6, 40, 50, 60


def _ask(layout: Layout, method: str, *arguments: str | bool) -> object:
    transport = _SocketTransport(layout.supervisor_socket)
    proxy = xmlrpc.client.ServerProxy("http://supervisor", transport=transport)
    try:
        return getattr(proxy, method)(*arguments)
    except (OSError, http.client.HTTPException) as gone:
        raise NotRunning from gone
    except xmlrpc.client.Fault as fault:
        if fault.faultCode == SHUTDOWN_STATE:
            raise NotRunning from fault
        raise
    finally:
        transport.close()


class _SocketConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=5)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


class _SocketTransport(xmlrpc.client.Transport):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def make_connection(self, host: object) -> http.client.HTTPConnection:
        connection = _SocketConnection(self._path)
        self._connection = ("supervisor", connection)  # what close() closes
        return connection


def _supervisor(layout: Layout) -> str:
    return f"""\
; Written by ./beffroi at each start.
[unix_http_server]
file={_ini(layout.supervisor_socket)}
chmod=0600

[supervisord]
logfile={_ini(layout.logs / "supervisord.log")}
logfile_maxbytes={LOG_BYTES}
logfile_backups={LOG_COPIES}
pidfile={_ini(layout.run / "supervisord.pid")}
childlogdir={_ini(layout.logs)}
identifier=beffroi

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
"""


def _section(layout: Layout, name: str, command: Sequence[str], *, stop: str, priority: int) -> str:
    return f"""\
[program:{name}]
command={_ini(shlex.join(command))}
directory=/
autostart={"true" if name == POSTGRES else "false"}
autorestart=true
startsecs=1
startretries={FIRST_RETRIES}
stopsignal={stop}
stopwaitsecs={STOP_TIMEOUT_S}
killasgroup=true
redirect_stderr=true
stdout_logfile={_ini(layout.logs / f"{name}.log")}
stdout_logfile_maxbytes={LOG_BYTES}
stdout_logfile_backups={LOG_COPIES}
priority={priority}
"""


def _ini(value: object) -> str:
    return str(value).replace("%", "%%")
