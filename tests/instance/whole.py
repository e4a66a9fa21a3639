"""A whole Beffroi, started the way a person starts it: the launcher, in a folder and on ports of its own."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from beffroi.config.commands import children
from beffroi.servers import layout, postgres, supervision, tether
from beffroi.servers.ports import free_port
from tests import database

ROOT = Path(__file__).resolve().parents[2]
START_TIMEOUT_S = 480
STOP_TIMEOUT_S = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Whole:
    """One running Beffroi, as the tests see it."""

    dir: Path
    port: int
    launcher: "subprocess.Popen[bytes]"
    output: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def outside_url(self) -> str:
        return f"http://127.0.0.1:{self.port + 2}"

    @property
    def database_url(self) -> str:
        return postgres.describe(layout.Layout(dir=self.dir)).url

    def said(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")

    def pid(self, program: str) -> int | None:
        """None while it is being restarted."""
        states = supervision.states(self.dir)
        return next(part.pid for part in states if part.name == program)

    def kill(self, program: str) -> int:
        """kill -9, and the pid that is no more."""
        pid = self.pid(program)
        assert pid, f"{program} does not run"
        os.kill(pid, signal.SIGKILL)
        return pid

    def restarted(self, program: str, killed: int) -> None:
        wait_until(lambda: self.pid(program) not in (None, killed), 30, f"{program} is back")

    def health(self) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"{self.url}/sante", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()
        except OSError as silent:
            return 0, str(silent)

    def healthy(self) -> None:
        wait_until(lambda: self.health()[0] == 200, 60, "/sante is well", self.health)

    def manage(self, *arguments: str) -> str:
        """`./beffroi manage …` in this installation."""
        done = subprocess.run(
            [str(ROOT / "beffroi"), "manage", "--dir", str(self.dir), *arguments],
            env=clean_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def processes(self) -> list[int]:
        return processes_of(self.dir)

    def lines(self) -> list[str]:
        """What its processes are, for the message of a failed test."""
        return [line_of(pid) for pid in self.processes()]

    def interrupt(self) -> None:
        """Ctrl-C, and the wait for the launcher's end."""
        if self.launcher.poll() is None:
            self.launcher.send_signal(signal.SIGINT)
        self.launcher.wait(timeout=STOP_TIMEOUT_S)


def launch(*arguments: str, output: Path) -> "subprocess.Popen[bytes]":
    """The launcher in the background; dies with the tests."""
    with output.open("ab") as out:
        return subprocess.Popen(
            tether.command([str(ROOT / "beffroi"), *arguments], stop=signal.SIGTERM),
            env=clean_environment() | {"PYTHONPATH": str(ROOT / "src")},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )


@contextmanager
def beffroi(*, demo: bool) -> Iterator[Whole]:
    """A Beffroi in a new folder with its tables, healthy when it is handed over; nothing of it is left afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="beffroi-whole-"))
    folder.chmod(0o711)  # PostgreSQL's own user passes through
    _fill(layout.Layout(dir=folder / "var"))
    port = free_port(neighbours=15)
    whole = start(folder / "var", port, demo=demo)
    try:
        yield whole
        whole.interrupt()
        assert whole.processes() == []
    finally:
        if whole.launcher.poll() is None:
            whole.launcher.kill()
            whole.launcher.wait()
        wait_until(lambda: not whole.processes(), STOP_TIMEOUT_S, "none is left", whole.lines)
        shutil.rmtree(folder)


def _fill(place: layout.Layout) -> None:
    """A database that was migrated already, like one that an upgrade finds."""
    cluster = postgres.describe(place)
    with children.database(cluster, place.logs / "postgres.log"):
        database.fill(cluster, source=database.template_url())


def start(folder: Path, port: int, *, demo: bool) -> Whole:
    """Starts a Beffroi and waits until its launcher says that it is ready."""
    output = folder.parent / "launcher.out"
    command = ["demo" if demo else "up", "--dir", str(folder), "--port", str(port)]
    launcher = launch(*command, output=output)
    whole = Whole(dir=folder, port=port, launcher=launcher, output=output)
    ready = whole.said().count(READY)
    wait_until(
        lambda: launcher.poll() is not None or whole.said().count(READY) > ready,
        START_TIMEOUT_S,
        "the launcher is ready",
        whole.said,
    )
    assert launcher.poll() is None, whole.said()
    whole.healthy()
    return whole


READY = "Ctrl-C arrête tout."


def wait_until(
    fact: Callable[[], object],
    timeout_s: float,
    what: str,
    seen: Callable[[], object] = lambda: "",
) -> None:
    deadline = time.monotonic() + timeout_s
    while not fact():
        if time.monotonic() > deadline:
            pytest.fail(f"not after {timeout_s} s: {what}\n{seen()}")
        time.sleep(0.1)


def clean_environment() -> dict[str, str]:
    """A person's shell: nothing of the tests' own database and folder; no registry is asked for names."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BEFFROI_")}
    for name in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PYTHONPATH"):
        kept.pop(name, None)
    return kept | {"BEFFROI_RDAP_URL": "http://127.0.0.1:9"}


def processes_of(folder: Path) -> list[int]:
    """Every process that runs for this data folder, found by its environment or by where it stands."""
    mark = f"BEFFROI_DIR={folder}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment = (process / "environ").read_bytes().split(b"\0")
            stands_in = os.readlink(process / "cwd")
        except OSError:
            continue  # gone meanwhile, or another user's
        if mark in environment or stands_in.startswith(f"{folder}/"):
            found.append(int(process.name))
    return found


def line_of(pid: int) -> str:
    """The command line of a process; empty if it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def kill_if_there(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="session")
def instance() -> Iterator[Whole]:
    """The demonstration, shared by all tests that only use it."""
    with beffroi(demo=True) as whole:
        yield whole
