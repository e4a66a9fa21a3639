"""`./beffroi lock`: recompute the hashed locks with uv, kept in a throw-away environment."""

import os
import subprocess
import tempfile
from pathlib import Path

from beffroi.servers import words
from beffroi.servers.launch import venv

NAMES = ("run", "dev", "embedded")


def relock() -> int:
    base = venv.base_python()
    if base is None:
        raise words.Refused("Il faut le module venv de Python : sudo apt-get install python3-venv")
    with tempfile.TemporaryDirectory(prefix="beffroi-uv-") as folder:
        subprocess.run([base, "-m", "venv", folder], check=True)
        pip = [f"{folder}/bin/python", "-m", "pip", "install", "--quiet", "uv"]
        subprocess.run(pip, check=True)
        for name in NAMES:
            words.say(f"locks/{name}.txt")
            _compile(Path(folder) / "bin" / "uv", name)
    return 0


def _compile(uv: Path, name: str) -> None:
    """No header and no index address in the file: it is the same wherever it is made."""
    options = ["--quiet", "--python-version", "3.11", "--generate-hashes"]
    options += ["--no-header", "--no-emit-index-url", "--no-emit-find-links"]
    subprocess.run(
        [str(uv), "pip", "compile", *options, f"{name}.in", "-o", f"{name}.txt"],
        cwd=venv.LOCKS,
        env=os.environ | {"UV_INDEX_URL": index} if (index := _pip_index()) else None,
        check=True,
    )


def _pip_index() -> str:
    """uv does not read pip's settings; the machine's index is passed on, and written nowhere."""
    asked = subprocess.run(
        ["pip", "config", "get", "global.index-url"], capture_output=True, text=True, check=False
    )
    return os.environ.get("PIP_INDEX_URL", "") or asked.stdout.strip()
