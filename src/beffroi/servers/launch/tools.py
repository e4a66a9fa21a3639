"""Programs taken out of a Debian package without installing it: Postfix would displace the machine's mail server."""

import platform
import shutil
import subprocess
import tempfile
from pathlib import Path

from beffroi.servers.launch import venv

UNPACKED = venv.FOLDER / "postfix"
WRAPPER = venv.FOLDER / "bin" / "smtp-source"


def smtp_source() -> str | None:
    """Where Postfix's load generator is, installed or unpacked by us."""
    return shutil.which("smtp-source", path=f"/usr/sbin:/usr/bin:{WRAPPER.parent}")


def unpack_smtp_source() -> bool:
    """Needs no right of root; False when the package cannot be had."""
    with tempfile.TemporaryDirectory(prefix="beffroi-") as folder:
        got = subprocess.run(
            ["apt-get", "download", "-qq", "postfix"], cwd=folder, check=False, capture_output=True
        )
        files = list(Path(folder).glob("postfix_*.deb"))
        if got.returncode or not files:
            return False
        UNPACKED.mkdir(parents=True, exist_ok=True)
        subprocess.run(["dpkg-deb", "-x", str(files[0]), str(UNPACKED)], check=True)
    libraries = f"{UNPACKED}/usr/lib/postfix:{UNPACKED}/usr/lib/{platform.machine()}-linux-gnu"
    WRAPPER.parent.mkdir(parents=True, exist_ok=True)
    WRAPPER.write_text(
        f'#!/bin/sh\nLD_LIBRARY_PATH="{libraries}" exec "{UNPACKED}/usr/sbin/smtp-source" "$@"\n'
    )
    WRAPPER.chmod(0o755)
    return True
