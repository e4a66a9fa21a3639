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
import time
from collections.abc import Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1  # Source: /usr/include/linux/prctl.h
PARENT = "BEFFROI_TETHERED_TO"
ORPHANED = 75  # Source: sysexits.h, EX_TEMPFAIL
GRACE_S = 2


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
    """Stays in front of a program that wants a session of its own, passes on what it is told, and ends with it.

    For one that unties itself (it changes user for a moment), or whose workers outlive its kill -9 and keep its ports.
    """
    here = os.getpid()
    child = subprocess.Popen(
        program,
        start_new_session=True,
        preexec_fn=lambda: tie(signal.SIGTERM, parent=here),
    )
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda told, _: child.send_signal(told))
    code = child.wait()
    _end_group(child.pid)
    return code


def _end_group(group: int) -> None:
    """Asked first, made to after GRACE_S."""
    deadline = time.monotonic() + GRACE_S
    try:
        os.killpg(group, signal.SIGTERM)
        while time.monotonic() < deadline:
            os.killpg(group, 0)
            time.sleep(0.05)
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


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
