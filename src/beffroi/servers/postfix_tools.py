"""Postfix's two measuring tools, smtp-source and smtp-sink, unpacked beside the data and never installed.

Debian's package is downloaded by apt and unpacked by dpkg-deb into the data folder: no service, no configuration.
"""

import os
import shutil
import subprocess
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
    download = folder / "download"
    download.mkdir(parents=True, exist_ok=True)
    try:
        _run(["apt-get", "download", "postfix"], download)
        package = next(iter(sorted(download.glob("postfix_*.deb"))), None)
        if package is None:
            raise NotAvailable("apt-get brought no package")
        _run(["dpkg-deb", "-x", str(package), str(root)], download)
    finally:
        shutil.rmtree(download, ignore_errors=True)


def _run(command: list[str], folder: Path) -> None:
    try:
        subprocess.run(
            command, cwd=folder, check=True, capture_output=True, timeout=DOWNLOAD_TIMEOUT_S
        )
    except (OSError, subprocess.SubprocessError) as failed:
        raise NotAvailable(command[0]) from failed
