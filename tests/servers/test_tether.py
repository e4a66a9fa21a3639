"""Nothing outlives who started it."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

from beffroi.servers import tether

SOURCE = Path(tether.__file__).resolve().parents[2]
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != tether.PARENT} | {
    "PYTHONPATH": str(SOURCE)
}


def gone(pid: int, *, within_s: float = 5) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def parent_of(command: list[str]) -> "subprocess.Popen[str]":
    """A process that starts `command`, prints its pid, and waits to be killed."""
    program = f"""
        import subprocess, sys, time
        child = subprocess.Popen({command!r})
        print(child.pid, flush=True)
        time.sleep(60)
    """
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_tied_program_dies_with_a_parent_killed_by_force():
    with parent_of(tether.command(["sleep", "60"], stop=signal.SIGTERM)) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        while b"sleep" not in Path(f"/proc/{child}/cmdline").read_bytes()[:6]:
            time.sleep(0.02)
        parent.kill()
    assert gone(child)


def test_a_program_that_is_not_tied_would_survive():
    with parent_of(["sleep", "60"]) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        parent.kill()
    assert not gone(child, within_s=0.5)
    os.kill(child, signal.SIGKILL)


def test_a_program_whose_parent_died_first_does_not_start():
    nobody = subprocess.run(
        tether.command(["echo", "started"], stop=signal.SIGTERM),
        env=ENVIRONMENT | {tether.PARENT: "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert nobody.returncode == tether.ORPHANED
    assert nobody.stdout == ""


def test_the_exit_code_is_the_programs():
    done = subprocess.run(
        tether.command(["sh", "-c", "exit 7"], stop=signal.SIGTERM), env=ENVIRONMENT, check=False
    )
    assert done.returncode == 7


def test_workers_that_outlive_their_killed_program_are_ended_by_its_guard():
    """As rspamd's do: they would keep its ports, and it could not come back."""
    program = ["sh", "-c", "trap '' TERM; sleep 60 & echo $$ $!; wait"]
    guarded = tether.command(program, stop=signal.SIGTERM, session=True)
    with subprocess.Popen(guarded, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) as guard:
        assert guard.stdout
        main, worker = (int(pid) for pid in guard.stdout.readline().split())
        os.kill(main, signal.SIGKILL)
        assert gone(worker)
        assert guard.wait(timeout=5) == -signal.SIGKILL % 256


def test_a_guard_killed_by_force_takes_its_program_with_it():
    program = ["sh", "-c", "echo $$; exec sleep 60"]
    guarded = tether.command(program, stop=signal.SIGTERM, session=True)
    with subprocess.Popen(guarded, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) as guard:
        assert guard.stdout
        main = int(guard.stdout.readline())
        guard.kill()
        assert gone(main)
