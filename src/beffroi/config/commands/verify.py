"""`./beffroi check` and `./beffroi test`: the tools, then pytest, on a PostgreSQL of their own."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from beffroi.config.commands import children
from beffroi.servers import postgres, words
from beffroi.servers.launch import cli
from beffroi.servers.mail import presence

WHOLE = "instance or browser or mail"
"""Markers of the tests that need a whole Beffroi, or its mail servers, started for them: never beside the rest, nor one beside
the other: where a browser is driven, Django sees an event loop and refuses the database."""

WITHOUT_SERVERS = ("tests/house", "tests/kit", "tests/rooms")
"""What `fast` plays: the rules of the house and the rooms; not the doors, nor what speaks to a server."""

IN_ORDER = ("-p", "no:randomly")
"""They share one living town: a failure must come again."""
TWO_TOWNS = ("-n", "2", "--dist", "loadgroup")
"""What changes the town on one core, what only looks at pages on the other, in a town of its own."""


def check(arguments: argparse.Namespace) -> int:
    with _ground() as env:
        return _tools(env)


def test(arguments: argparse.Namespace) -> int:
    rest: list[str] = arguments.rest
    fast = rest[:1] == ["fast"]
    with _ground() as env:
        if rest and not fast:
            return _pytest(rest, env)
        failed = _tools(env)
        if fast:
            quick = ["-q", "-n", "2", "-m", f"not slow and not {_grouped()}", *WITHOUT_SERVERS]
            return _pytest(quick, env) or failed
        ordinary = _pytest(["-q", "-n", "2", "-m", f"not {_grouped()}"], env)
        for what, code in (("les vérifications", failed), ("les essais ordinaires", ordinary)):
            if code:
                words.say(
                    f"Attention : {what} ont échoué, plus haut. La suite est jouée quand même."
                )
        servers = _need_mail_servers() or _pytest(["-q", *IN_ORDER, "-m", "mail"], env)
        browsers = _need_browsers()
        wanted = "instance and not browser" if browsers else "instance or browser"
        whole = _pytest(["-q", *IN_ORDER, *TWO_TOWNS, "-m", wanted], env)
        return whole or failed or ordinary or browsers or servers


def _grouped() -> str:
    return f"({WHOLE})"


def _need_browsers() -> int:
    """Without them the rest is played, and the whole has failed: a check that was not made is not a check passed."""
    lacking = [name for name in ("chromium", "firefox-esr") if not shutil.which(name)]
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


def _tools(env: Mapping[str, str]) -> int:
    """Every tool runs even when one fails: one round of mending instead of five."""
    steps = (
        ("mise en forme", ["ruff", "format", "--check", "--quiet", "."]),
        ("style", ["ruff", "check", "--quiet", "."]),
        ("types", ["mypy", "--no-error-summary", "src", "tests"]),
        ("cloisons", ["lint-imports", "--no-logo"]),
        ("migrations", ["python", "-m", "beffroi.config.manage", "makemigrations", "--check"]),
    )
    failed = 0
    for what, command in steps:
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
        verdict = "non" if done.returncode else "oui"
        words.say(f"{what} : {verdict} ({time.monotonic() - began:.1f} s)")
        if done.returncode:
            print(done.stdout, flush=True)
            failed = 1
    return failed


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
