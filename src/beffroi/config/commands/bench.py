"""`./beffroi bench …`: measures on a durable, throw-away cluster; standard output is the measure's JSON alone."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from pathlib import Path

from beffroi.config.commands import children
from beffroi.servers import postgres, tether, words
from beffroi.servers.launch import cli, venv

BENCH = "beffroi.config.bench"
MEASURES = {
    "email": [f"{BENCH}.email"],
    "sms": [f"{BENCH}.telephones", "sms"],
    "push": [f"{BENCH}.telephones", "push"],
    "emergency": [f"{BENCH}.emergency"],
    "import": [f"{BENCH}.imports"],
    "mail": [f"{BENCH}.mail"],
    "pages": [f"{BENCH}.pages"],
    "lighthouse": [f"{BENCH}.verdicts"],
    "accessibility": [f"{BENCH}.accessibility"],
}
TOOLS = venv.FOLDER / "tools"
"""smtp-source, once fetched, is kept for the next measure."""


def bench(arguments: argparse.Namespace) -> int:
    name, *options = arguments.rest or [""]
    if name not in MEASURES:
        raise words.Refused(
            f"Mesures : {', '.join(MEASURES)}. Par exemple : ./beffroi bench email --recipients 20000"
        )
    with _ground() as env:
        program = [sys.executable, "-m", *MEASURES[name], *options]
        tied = tether.command(program, stop=signal.SIGTERM)
        return subprocess.run(tied, env=env, check=False).returncode


@contextmanager
def _ground() -> Iterator[dict[str, str]]:
    """Commits reach the disk, as in a town hall; DATABASE_URL chooses another database."""
    folder = Path(tempfile.mkdtemp(prefix="beffroi-bench-"))
    env = dict(os.environ) | {"BEFFROI_DIR": str(folder / "var"), "BEFFROI_DB_ROLE": "owner"}
    env[tether.PARENT] = str(os.getpid())
    env.setdefault("BEFFROI_TOOLS", str(TOOLS))
    env.setdefault("BEFFROI_MEASURES", str(cli.DEFAULT_DIR / "measures"))
    try:
        if "DATABASE_URL" in env:
            yield env
            return
        cluster = replace(postgres.throw_away(folder), durable=True)
        with children.database(cluster, folder / "postgres.log"):
            env["DATABASE_URL"] = cluster.url
            with redirect_stdout(sys.stderr):
                words.say("Base de mesure…")
                children.manage_quietly("migrate", "--noinput", env=env)
            yield env
    finally:
        shutil.rmtree(folder)
