"""Towns that are stopped or die, with their launcher, their supervisor, or at once, and what is left of them."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.instance import whole as house

pytestmark = [pytest.mark.instance, pytest.mark.slow]


@pytest.fixture(scope="module")
def stopped() -> Iterator[Path]:
    """The folder of a new Beffroi, stopped: those that die start in copies of it, which are filled already."""
    with house.beffroi(demo=False) as first:
        first.interrupt()
        yield first.dir


def test_of_two_side_by_side_ctrl_c_stops_one_within_seconds(stopped):
    with (
        house.beffroi(demo=False, like=stopped) as mine,
        house.beffroi(demo=False, like=stopped) as other,
    ):
        assert mine.port != other.port
        mine.healthy()
        assert not set(mine.processes()) & set(other.processes())
        mine.launcher.send_signal(signal.SIGINT)
        assert mine.launcher.wait(timeout=15) == 0
        assert mine.processes() == []
        assert "Tout est arrêté." in mine.said()
        other.healthy()


def test_a_killed_launcher_leaves_no_orphan_and_the_next_start_works(stopped):
    with house.beffroi(demo=False, like=stopped) as mine:
        mine.launcher.kill()
        mine.launcher.wait()
        again = house.start(mine.dir, mine.port, demo=False)
        assert again.health()[0] == 200
        again.launcher.kill()
        again.launcher.wait()
        house.wait_until(lambda: not again.processes(), 30, "no orphan")


def test_a_killed_supervisor_leaves_no_orphan_and_the_launcher_says_so(stopped):
    with house.beffroi(demo=False, like=stopped) as mine:
        os.kill(int((mine.dir / "run" / "supervisord.pid").read_text()), signal.SIGKILL)
        assert mine.launcher.wait(timeout=30) == 1
        assert "superviseur" in mine.said()
        house.wait_until(lambda: not mine.processes(), 10, "no orphan", mine.lines)


def test_everything_killed_at_once_recovers_at_the_next_start(stopped):
    with house.beffroi(demo=False, like=stopped) as mine:
        for pid in [mine.launcher.pid, *mine.processes()]:
            house.kill_if_there(pid)
        mine.launcher.wait()
        again = house.start(mine.dir, mine.port, demo=False)
        again.interrupt()
        assert again.processes() == []
