"""The virtual environment: made from a hashed lock, stamped with it, redone after an interruption."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from beffroi.servers import words
from beffroi.servers.launch import cli

FOLDER = cli.SOURCE_DIR / ".venv"
PYTHON = FOLDER / "bin" / "python"
LOCKS = cli.SOURCE_DIR / "locks"
STAMP = FOLDER / "beffroi-locks.json"
UNFINISHED = FOLDER / "beffroi-unfinished"


def provide(*, dev: bool, embedded: bool) -> None:
    """A virtual environment that holds the locked libraries; instant when it already does."""
    wanted = ["dev" if dev else "run", *(["embedded"] if embedded else [])]
    if all(holds(name) for name in wanted):
        return
    if not os.access(FOLDER if FOLDER.exists() else cli.SOURCE_DIR, os.W_OK):
        raise words.Refused(
            f"Les bibliothèques Python de {cli.SOURCE_DIR} ne sont plus celles qu’il faut, et je ne peux rien y écrire.\n"
            "Sur un serveur, faites en root : ./beffroi install"
        )
    with _alone():
        _make()
        for name in wanted:
            if not holds(name):
                _fill(name)


def compile_sources() -> None:
    subprocess.run(
        [str(PYTHON), "-m", "compileall", "-q", str(cli.SOURCE_DIR / "src")], check=False
    )


def is_usable() -> bool:
    return holds("run")


def holds(lock: str) -> bool:
    """`dev` holds all of `run`."""
    if UNFINISHED.exists() or not PYTHON.exists():
        return False
    stamps = _stamps()
    names = ("run", "dev") if lock == "run" else (lock,)
    return any(stamps.get(name) == _digest(name) for name in names)


def has_venv(python: str) -> bool:
    """Python 3.11 or later, able to make a virtual environment with pip in it."""
    program = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))"
    try:
        return (
            subprocess.run([python, "-c", program], capture_output=True, check=False).returncode
            == 0
        )
    except FileNotFoundError:
        return False


def base_python() -> str | None:
    """The Python to build from: the distribution's if it can, else the one running."""
    return next((p for p in ("/usr/bin/python3", sys.executable) if has_venv(p)), None)


def _make() -> None:
    if UNFINISHED.exists():
        words.say("Une installation interrompue a été trouvée dans .venv : elle est refaite.")
        shutil.rmtree(FOLDER)
    elif FOLDER.exists() and not has_venv(str(PYTHON)):
        words.say("Le Python de .venv ne marche plus : l’environnement est refait.")
        shutil.rmtree(FOLDER)
    if FOLDER.exists():
        return
    base = base_python()
    if base is None:
        raise words.Refused(
            "Python est là, mais pas son module venv, et je n’ai pas le droit de l’installer.\n"
            "Faites : sudo apt-get install python3-venv — puis recommencez."
        )
    words.say(f"Création de l’environnement Python (.venv) avec {base}")
    FOLDER.mkdir()
    UNFINISHED.touch()
    subprocess.run([base, "-m", "venv", str(FOLDER)], check=True)


def _fill(lock: str) -> None:
    words.say(
        f"Installation des bibliothèques de locks/{lock}.txt (une à trois minutes la première fois)…"
    )
    UNFINISHED.touch()
    command = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-input",
        "--progress-bar",
        "off",
    ]
    command += ["--disable-pip-version-check", "--require-hashes", "-r", str(LOCKS / f"{lock}.txt")]
    environment = os.environ | {"PIP_ROOT_USER_ACTION": "ignore"}
    if subprocess.run(command, env=environment, check=False).returncode:
        raise words.Refused(
            "pip n’a pas pu installer les bibliothèques ; son message est au-dessus.\n"
            "Rien d’autre n’a changé : recommencez quand le réseau ou l’index est revenu."
        )
    stamps = _stamps() | {lock: _digest(lock)}
    draft = STAMP.with_suffix(".draft")
    draft.write_text(json.dumps(stamps), encoding="ascii")
    draft.replace(STAMP)
    UNFINISHED.unlink()


def _stamps() -> dict[str, str]:
    try:
        stamps = json.loads(STAMP.read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return {}
    return stamps if isinstance(stamps, dict) else {}


def _digest(lock: str) -> str:
    return hashlib.sha256((LOCKS / f"{lock}.txt").read_bytes()).hexdigest()


@contextmanager
def _alone() -> Iterator[None]:
    """Two commands started together: the second waits, then finds the work done."""
    handle = os.open(LOCKS, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            words.say("Une autre commande prépare déjà l’environnement Python : attente…")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
