"""One running Beffroi: taking the data folder, starting the parts in order, watching, stopping."""

import fcntl
import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from beffroi.config.commands import children
from beffroi.servers import postgres, supervision, words
from beffroi.servers.layout import Instance, Layout
from beffroi.servers.mail.house import Server

DATABASE_TIMEOUT_S = 60  # a cluster that was killed replays its log first
SUPERVISOR_TIMEOUT_S = 60
HEALTH_TIMEOUT_S = 90
STOP_TIMEOUT_S = 25
LOOK_EVERY_S = 2.0


@contextmanager
def sole_owner(layout: Layout) -> Iterator[None]:
    """One launcher per data folder; the kernel drops the lock with the process, however it dies."""
    layout.prepare()
    handle = os.open(layout.lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise words.Refused(_already(layout)) from None
    try:
        _wait_for_previous(layout)
        layout.instance.unlink(missing_ok=True)
        yield
    finally:
        layout.instance.unlink(missing_ok=True)
        os.close(handle)


def _already(layout: Layout) -> str:
    instance = Instance.read(layout)
    if instance is None:
        return (
            f"Une autre commande de Beffroi travaille dans {layout.dir} : attendez qu’elle finisse."
        )
    return (
        f"Beffroi tourne déjà dans {layout.dir} : {instance.url} (processus {instance.pid}).\n"
        f"Pour l’arrêter : Ctrl-C là où il tourne, ou kill {instance.pid}. "
        "Pour un second Beffroi : --dir et --port."
    )


def _wait_for_previous(layout: Layout) -> None:
    """The supervisor of a killed launcher may still be stopping its parts."""
    deadline = time.monotonic() + STOP_TIMEOUT_S
    told = False
    while pid := _old_supervisor(layout):
        if not told:
            words.say("Un Beffroi précédent finit de s’arrêter dans ce dossier : attente…")
            told = True
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.2)


def _old_supervisor(layout: Layout) -> int | None:
    try:
        pid = int((layout.run / "supervisord.pid").read_text(encoding="ascii"))
        line = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return None
    return pid if os.fsencode(layout.run / "supervisord.conf") in line else None


@dataclass(kw_only=True, slots=True)
class Running:
    """The supervisor that this launcher started, and what it last said."""

    layout: Layout
    cluster: postgres.Cluster | None
    env: Mapping[str, str]
    process: "subprocess.Popen[bytes]"
    pids: dict[str, int] = field(default_factory=dict)
    database_life: str | None = None
    """The one of which the mail servers know."""

    def wait_for_supervisor(self) -> None:
        """Raises: supervision.NotRunning."""
        deadline = time.monotonic() + SUPERVISOR_TIMEOUT_S
        while True:
            try:
                supervision.states(self.layout.dir)
            except supervision.NotRunning:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return

    def wait_for_database(self) -> None:
        if self.cluster is None:
            return
        deadline = time.monotonic() + DATABASE_TIMEOUT_S
        while not self.cluster.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                ended = self.process.poll() is not None
                log = self.layout.logs / ("supervisord.out" if ended else "postgres.log")
                raise words.Refused(f"PostgreSQL ne répond pas. Fin de {log} :\n{words.tail(log)}")
            time.sleep(0.1)

    def start(self, names: list[str]) -> None:
        for name in names:
            supervision.start(self.layout, name)

    def wait_for_health(self, port: int) -> None:
        deadline = time.monotonic() + HEALTH_TIMEOUT_S
        answer = ""
        while time.monotonic() < deadline and self.process.poll() is None:
            healthy, answer = _health(port)
            if healthy:
                return
            time.sleep(0.2)
        log = self.layout.logs / "web.log"
        raise words.Refused(
            f"/sante n’annonce pas un Beffroi en bonne santé : {answer}\n"
            f"Fin de {log} :\n{words.tail(log)}"
        )

    def watch(self) -> int:
        """Until a signal asks to stop (raises KeyboardInterrupt) or the supervisor itself dies."""
        while True:
            try:
                self.process.wait(timeout=LOOK_EVERY_S)
            except subprocess.TimeoutExpired:
                self._look()
                continue
            words.complain("Le superviseur s’est arrêté : Beffroi s’arrête aussi.")
            return 1

    def _look(self) -> None:
        """Says what was restarted, and asks again for what the supervisor gave up."""
        try:
            parts = supervision.states(self.layout.dir)
            if not self.layout.keeps_data:
                supervision.publish(self.layout, parts)
            for part in parts:
                if part.stage is supervision.Stage.FATAL:
                    supervision.start(self.layout, part.name)
                if part.pid is None:
                    continue
                if self.pids.get(part.name, part.pid) != part.pid:
                    words.say(f"« {part.name} » s’était arrêté : il est relancé.")
                self.pids[part.name] = part.pid
            self._reopen_maps()
        except supervision.NotRunning:
            return  # the next wait() says whether it died

    def _reopen_maps(self) -> None:
        """Postfix and Dovecot look again for a database that was away after up to a minute; asked to reload, at once."""
        life = self.cluster.life() if self.cluster else None
        if (
            self.cluster is None
            or life in (None, self.database_life)
            or not self.cluster.is_ready()
        ):
            return
        for reader in ("postfix", "dovecot"):
            supervision.tell(self.layout, reader, "HUP")
        self.database_life = life

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        children.wait_gone(self.pids.values(), timeout_s=10)


@contextmanager
def supervised(
    layout: Layout,
    cluster: postgres.Cluster | None,
    env: Mapping[str, str],
    *,
    programs: Sequence[supervision.Program],
    servers: Sequence[Server] = (),
) -> Iterator[Running]:
    """The supervisor, with PostgreSQL under it where the data are; everything is stopped on the way out."""
    supervision.render(layout, cluster if layout.keeps_data else None, programs, servers)
    with (layout.logs / "supervisord.out").open("wb") as out:
        process = subprocess.Popen(
            supervision.command(layout),
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    running = Running(layout=layout, cluster=cluster, env=env, process=process)
    try:
        running.wait_for_supervisor()
        running.wait_for_database()
        running.database_life = cluster.life() if cluster else None
        yield running
    finally:
        running.stop()


def _health(port: int) -> tuple[bool, str]:
    """That of this half: mail servers that run apart begin after it."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sante", timeout=5) as answer:
            return True, answer.read().decode()
    except urllib.error.HTTPError as refused:
        said = refused.read().decode(errors="replace")
        return _is_only_mail(said), said[:2000]
    except OSError as silent:
        return False, str(silent)


def _is_only_mail(said: str) -> bool:
    try:
        parts = json.loads(said)["parts"].values()
    except (ValueError, KeyError):
        return False
    return all(part["healthy"] or part["elsewhere"] for part in parts)
