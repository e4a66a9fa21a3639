"""`./beffroi check` and `./beffroi test`: the tools, then pytest, on a PostgreSQL of their own."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path

from beffroi.config.commands import children
from beffroi.servers import postgres, words
from beffroi.servers.launch import cli, packages
from beffroi.servers.mail import presence

WHOLE = "instance or browser or mail"
"""Markers of the tests that need a whole Beffroi, or its mail servers, started for them: not in a process with the rest, nor one
with the other: where a browser is driven, Django sees an event loop and refuses the database."""

WITHOUT_SERVERS = ("tests/house", "tests/kit", "tests/rooms")
"""What `fast` plays: the rules of the house and the rooms; not the doors, nor what speaks to a server."""

FAST_S, EVERYTHING_S = 90, 1_200
"""How long each may take."""

IN_ORDER = ("-p", "no:randomly")
"""They share one living town: a failure must come again."""
TWO_TOWNS = ("-n", "2", "--dist", "loadgroup", "--no-loadscope-reorder")
"""A living town on each core; tests/conftest.py says what goes where, and in which order."""


def check(arguments: argparse.Namespace) -> int:
    with _ground() as env:
        return _tools(env)


def test(arguments: argparse.Namespace) -> int:
    rest: list[str] = arguments.rest
    with _ground() as env:
        if rest[:1] == ["fast"]:
            return _timed(_fast, env, budget_s=FAST_S)
        return _pytest(rest, env) if rest else _timed(_everything, env, budget_s=EVERYTHING_S)


def _timed(play: Callable[[Mapping[str, str]], int], env: Mapping[str, str], budget_s: int) -> int:
    """On a machine that does nothing else; told, for a suite grows by seconds that nobody sees."""
    began = time.monotonic()
    code = play(env)
    words.say(
        f"Joué en {time.monotonic() - began:.0f} s, pour {budget_s} s au plus sur deux cœurs."
    )
    return code


def _fast(env: Mapping[str, str]) -> int:
    failed = _tools(env, ("base des essais", ["python", "-m", "tests.database"]))
    quick = ["-q", "-n", "2", "-m", f"not slow and not ({WHOLE})", *WITHOUT_SERVERS]
    return _pytest(quick, env) or failed


def _everything(env: Mapping[str, str]) -> int:
    """The mail servers' tests wait more than they work: they are played beside the rest, which leaves room for them."""
    refused = _need_mail_servers()
    browsers = _need_browsers()
    mail = None if refused else _mail_aside(env)
    try:
        failed = _tools(env)
        ordinary = _pytest(["-q", "-n", "2", "-m", f"not ({WHOLE})"], env)
        servers = mail.told() if mail else refused
        for what, code in (
            ("les vérifications", failed),
            ("les essais ordinaires", ordinary),
            ("les essais du courrier officiel", servers),
        ):
            if code:
                words.say(
                    f"Attention : {what} ont échoué, plus haut. La suite est jouée quand même."
                )
        wanted = "instance and not browser" if browsers else "instance or browser"
        whole = _pytest(["-q", *IN_ORDER, *TWO_TOWNS, "-m", wanted], env)
        return whole or failed or ordinary or browsers or servers
    finally:
        if mail:
            mail.end()


def _mail_aside(env: Mapping[str, str]) -> "_Aside":
    words.say(
        "Les essais du courrier officiel sont joués à côté, sur leurs propres serveurs ; "
        "ce qu’ils disent est écrit après les essais ordinaires."
    )
    own = dict(env) | {"BEFFROI_DIR": f"{env['BEFFROI_DIR']}-mail"}
    return _Aside([sys.executable, "-m", "pytest", "-q", *IN_ORDER, "-m", "mail"], own)


class _Aside:
    """A program beside the others: what it says is kept until they have spoken."""

    def __init__(self, command: list[str], env: Mapping[str, str]) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - it is read when the program has ended
        self._process = subprocess.Popen(
            command,
            cwd=cli.SOURCE_DIR,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=self._said,
            stderr=subprocess.STDOUT,
        )

    def told(self) -> int:
        """Waits for its end, writes what it said, and gives its verdict."""
        code = self._process.wait()
        self._said.seek(0)
        print(self._said.read().decode(errors="replace"), end="", flush=True)
        return code

    def end(self) -> None:
        """As by Ctrl-C, if it still runs: it stops its servers itself."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait()
        self._said.close()


def _need_browsers() -> int:
    """Without them the rest is played, and the whole has failed: a check that was not made is not a check passed."""
    lacking = [name for name in (*packages.BROWSERS, "firefox-esr") if not shutil.which(name)]
    for name in lacking:
        words.complain(f"{name} manque : les essais dans un navigateur ne peuvent pas être joués.")
    return 1 if lacking else 0


def _need_mail_servers() -> int:
    """As for the browsers: Postfix and Dovecot start as root only."""
    lacking = presence.lacking()
    if lacking or os.geteuid():
        why = f"il manque {' '.join(lacking)}" if lacking else "il faut être root"
        words.complain(f"Les essais du courrier officiel ne peuvent pas être joués : {why}.")
        return 1
    return 0


def _tools(env: Mapping[str, str], *beside: tuple[str, list[str]]) -> int:
    """Every tool runs even when one fails: one round of mending instead of five. The first takes longer than all others together."""
    steps = (
        ("types", ["mypy", "--no-error-summary", "src", "tests"]),
        ("mise en forme", ["ruff", "format", "--check", "--quiet", "."]),
        ("style", ["ruff", "check", "--quiet", "."]),
        ("cloisons", ["lint-imports", "--no-logo"]),
        ("migrations", ["python", "-m", "beffroi.config.manage", "makemigrations", "--check"]),
        *beside,
    )
    failed = 0
    with ThreadPoolExecutor(max_workers=2) as pool:
        running = {pool.submit(_tool, command, env): what for what, command in steps}
        for ended in as_completed(running):
            done, seconds = ended.result()
            words.say(f"{running[ended]} : {'non' if done.returncode else 'oui'} ({seconds:.1f} s)")
            if done.returncode:
                print(done.stdout, flush=True)
                failed = 1
    return failed


def _tool(
    command: list[str], env: Mapping[str, str]
) -> tuple["subprocess.CompletedProcess[str]", float]:
    began = time.monotonic()
    done = subprocess.run(
        [str(Path(sys.executable).parent / command[0]), *command[1:]],
        cwd=cli.SOURCE_DIR,
        env=dict(env),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done, time.monotonic() - began


def _pytest(arguments: list[str], env: Mapping[str, str]) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=cli.SOURCE_DIR, env=dict(env), check=False).returncode


@contextmanager
def _ground() -> Iterator[dict[str, str]]:
    """A folder and a database that last as long as the command; DATABASE_URL chooses another database."""
    with tempfile.TemporaryDirectory(prefix="beffroi-test-") as name:
        folder = Path(name)
        env = dict(os.environ) | {"BEFFROI_DIR": str(folder / "var"), "BEFFROI_DB_ROLE": "owner"}
        env["PATH"] = f"{Path(sys.executable).parent}:{env.get('PATH', '')}"
        if "DATABASE_URL" in env:
            yield env
            return
        cluster = postgres.throw_away(folder)
        with children.database(cluster, folder / "postgres.log"):
            yield env | {"DATABASE_URL": cluster.url}
