"""Programs that only measure, from Debian's packages, unpacked beside the data and never installed.

apt downloads, dpkg-deb unpacks: no service, no configuration, no right needed.
"""

import os
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

DOWNLOAD_TIMEOUT_S = 120


class NotAvailable(Exception):
    """Neither installed nor to be had from Debian's archive."""


def fetch(packages: tuple[str, ...], root: Path, *, proof: str) -> None:
    """Unpacks `packages` into `root`, unless `proof` is there already. Several may fetch at once. Raises: NotAvailable."""
    if (root / proof).exists():
        return
    folder = root.parent
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix="fetching-") as name:
        aside = Path(name)
        _download(packages, aside)
        for package in sorted(aside.glob("*.deb")):
            _run(["dpkg-deb", "-x", str(package), str(aside / "root")], aside)
        with suppress(OSError):  # another process was faster
            (aside / "root").rename(root)
    if not (root / proof).exists():
        raise NotAvailable(f"the packages hold no {proof}")
    folder.chmod(0o755)
    root.chmod(0o755)


def _download(packages: tuple[str, ...], folder: Path) -> None:
    """A machine that never looked into the archive has no list of packages yet; only root can fetch it."""
    try:
        _run(["apt-get", "download", *packages], folder)
    except NotAvailable:
        if os.geteuid() != 0:
            raise
        _run(["apt-get", "update"], folder)
        _run(["apt-get", "download", *packages], folder)


def _run(command: list[str], folder: Path) -> None:
    try:
        subprocess.run(
            command, cwd=folder, check=True, capture_output=True, timeout=DOWNLOAD_TIMEOUT_S
        )
    except (OSError, subprocess.SubprocessError) as failed:
        raise NotAvailable(command[0]) from failed
