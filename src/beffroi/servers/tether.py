"""Runs a program that dies with its parent: `python tether.py [--user U] [--signal INT] [--session] -- program…`

The kernel sends the signal when the parent is gone, however it went, kill -9 included. Linux only (prctl).
Stands alone: it is run by its path, with the standard library only.
"""

import argparse
import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1  # Source: /usr/include/linux/prctl.h
PARENT = "BEFFROI_TETHERED_TO"
ORPHANED = 75  # Source: sysexits.h, EX_TEMPFAIL


def tie(when_parent_dies: signal.Signals, *, parent: int | None) -> None:
    """This process gets the signal as soon as its parent dies. Not inherited by its children.

    Ends the process at once if `parent` had died before the knot was tied.
    """
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(when_parent_dies)):
        raise OSError(ctypes.get_errno(), "prctl")
    if parent is not None and os.getppid() != parent:
        os._exit(ORPHANED)


def command(
    program: Sequence[str],
    *,
    stop: signal.Signals,
    user: str | None = None,
    session: bool = False,
) -> list[str]:
    """The command line that runs `program` tied to whoever starts it; `session`: behind a guard."""
    options = ["--signal", stop.name.removeprefix("SIG"), *(["--user", user] if user else [])]
    options += ["--session"] if session else []
    return [sys.executable, "-P", str(Path(__file__).resolve()), *options, "--", *program]


def become(user: str) -> None:
    entry = pwd.getpwnam(user)
    os.initgroups(user, entry.pw_gid)
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)
    os.environ["HOME"] = entry.pw_dir


def guard(program: Sequence[str]) -> int:
    """Stays in front of a program that unties itself (it changes user for a moment) and wants a session of its own.

    Passes on what it is told, and ends with it.
    """
    child = subprocess.Popen(program, start_new_session=True)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda told, _: child.send_signal(told))
    return child.wait()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--user")
    parser.add_argument("--session", action="store_true")
    parser.add_argument("--signal", default="TERM")
    parser.add_argument("program", nargs="+")
    arguments = parser.parse_args()
    expected = os.environ.get(PARENT)
    if arguments.user:
        become(arguments.user)
    tie(signal.Signals[f"SIG{arguments.signal}"], parent=int(expected) if expected else None)
    os.environ[PARENT] = str(os.getpid())
    if arguments.session:
        sys.exit(guard(arguments.program))
    os.execvp(arguments.program[0], arguments.program)  # noqa: S606 - no shell


if __name__ == "__main__":
    main()
