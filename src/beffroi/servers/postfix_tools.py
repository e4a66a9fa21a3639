"""Postfix's two measuring tools, smtp-source and smtp-sink, unpacked beside the data and never installed.

Debian's package is downloaded by apt and unpacked by dpkg-deb into the data folder: no service, no configuration.
"""

import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

DOWNLOAD_TIMEOUT_S = 120


class NotAvailable(Exception):
    """The tools are neither installed nor to be had from Debian's archive."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PostfixTools:
    source: Path
    sink: Path
    libraries: Path | None
    """Where their shared libraries are, when not where the system looks."""

    def environment(self) -> dict[str, str]:
        """What to start them with."""
        if self.libraries is None:
            return dict(os.environ)
        return {**os.environ, "LD_LIBRARY_PATH": str(self.libraries)}

    def sink_command(self, host: str, port: int, *options: str, backlog: int = 256) -> list[str]:
        """smtp-sink refuses to run as root."""
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        return [str(self.sink), *user, *options, f"{host}:{port}", str(backlog)]


def find_or_fetch(folder: Path) -> PostfixTools:
    """The installed tools, or those unpacked in `folder`, fetched when they are missing. Raises: NotAvailable."""
    installed = shutil.which("smtp-source", path="/usr/sbin:/usr/local/sbin")
    if installed is not None:
        source = Path(installed)
        return PostfixTools(source=source, sink=source.with_name("smtp-sink"), libraries=None)
    root = folder / "postfix"
    if not (root / "usr/sbin/smtp-sink").exists():
        _fetch(folder, root)
    return PostfixTools(
        source=root / "usr/sbin/smtp-source",
        sink=root / "usr/sbin/smtp-sink",
        libraries=root / "usr/lib/postfix",
    )


def _fetch(folder: Path, root: Path) -> None:
    """Unpacked aside, then moved into place: several may fetch at once."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix="fetching-") as name:
        aside = Path(name)
        _download(aside)
        package = next(iter(sorted(aside.glob("postfix_*.deb"))), None)
        if package is None:
            raise NotAvailable("apt-get brought no package")
        _run(["dpkg-deb", "-x", str(package), str(aside / "postfix")], aside)
        with suppress(OSError):  # another process was faster
            (aside / "postfix").rename(root)
    if not (root / "usr/sbin/smtp-sink").exists():
        raise NotAvailable("the package holds no smtp-sink")
    folder.chmod(0o755)
    root.chmod(0o755)


def _download(folder: Path) -> None:
    """A machine that never looked into the archive has no list of packages yet; only root can fetch it."""
    try:
        _run(["apt-get", "download", "postfix"], folder)
    except NotAvailable:
        if os.geteuid() != 0:
            raise
        _run(["apt-get", "update"], folder)
        _run(["apt-get", "download", "postfix"], folder)


def _run(command: list[str], folder: Path) -> None:
    try:
        subprocess.run(
            command, cwd=folder, check=True, capture_output=True, timeout=DOWNLOAD_TIMEOUT_S
        )
    except (OSError, subprocess.SubprocessError) as failed:
        raise NotAvailable(command[0]) from failed
