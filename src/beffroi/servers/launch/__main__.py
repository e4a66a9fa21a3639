"""`./beffroi`: install what is missing, then hand over to beffroi.config.commands inside the virtual environment."""

import contextlib
import os
import sys

from beffroi.servers import words
from beffroi.servers.launch import cli, lock, packages, venv
from beffroi.servers.launch.install import command

PURPOSES = {"test": packages.Purpose.TEST, "check": packages.Purpose.TEST}


def main() -> int:
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    arguments = cli.parser().parse_args()
    try:
        if arguments.command == "lock":
            return lock.relock()
        if arguments.command == "install":
            return command.install(arguments, prepare=_prepare_for_good)
        if arguments.command == "doctor":
            return _hand_over() if venv.is_usable() else _nothing_yet()
        # What is said on the way goes to standard error: a bench prints JSON, a manage what it is asked.
        with contextlib.redirect_stdout(sys.stderr):
            _prepare(arguments.command, external=bool(os.environ.get("DATABASE_URL")))
        return _hand_over()
    except words.Refused as why:
        words.complain(str(why))
        return 1
    except KeyboardInterrupt:
        words.complain("Interrompu : la préparation reprendra au prochain lancement.")
        return 130


def _prepare_for_good() -> None:
    """For services that may write nothing here."""
    _prepare("install", external=False)
    venv.compile_sources()


def _prepare(command: str, *, external: bool) -> None:
    purpose = PURPOSES.get(command, packages.Purpose.RUN)
    if command == "mail":  # a service: `install` has brought what it needs
        venv.provide(dev=False, embedded=False)
        return
    missing = packages.provide(purpose, external_database=external)
    venv.provide(
        dev=purpose is not packages.Purpose.RUN,
        embedded=packages.Need.POSTGRESQL in missing,
    )


def _nothing_yet() -> int:
    words.say(
        "Beffroi n’est pas encore installé ici : ./beffroi demo installe ce qu’il faut et démarre."
    )
    for need in packages.missing(packages.Purpose.TEST):
        words.say(f"  manque : {need.value.what} (paquets {' '.join(need.value.packages)})")
    return 1


def _hand_over() -> int:
    """Replaces this process: one process to see, one to interrupt."""
    python = str(venv.PYTHON)
    os.execv(python, [python, "-m", "beffroi.config.commands", *sys.argv[1:]])  # noqa: S606 - no shell


if __name__ == "__main__":
    sys.exit(main())
