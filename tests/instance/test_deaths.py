"""A town that dies, with its launcher, its supervisor, or at once, and starts again; stopped, it leaves nothing."""

import os
import signal

import pytest

from tests.instance import whole as house

pytestmark = [pytest.mark.instance, pytest.mark.slow]


def test_a_town_dies_in_three_ways_and_starts_again_and_ctrl_c_stops_it_alone(instance):
    """One life after the other: each start takes both cores for ten seconds."""
    with house.beffroi(demo=False) as mine:
        assert mine.port != instance.port
        family = set(mine.processes())
        assert not family & set(instance.processes())

        mine.launcher.kill()
        mine.launcher.wait()
        mine = house.start(mine.dir, mine.port, demo=False)  # waits for the end of what was left
        assert not family & set(mine.processes())

        os.kill(int((mine.dir / "run" / "supervisord.pid").read_text()), signal.SIGKILL)
        assert mine.launcher.wait(timeout=house.STOP_TIMEOUT_S) == 1
        assert "superviseur" in mine.said()
        house.wait_until(lambda: not mine.processes(), 30, "no orphan", mine.lines)

        mine = house.start(mine.dir, mine.port, demo=False)
        for pid in [mine.launcher.pid, *mine.processes()]:
            house.kill_if_there(pid)
        mine.launcher.wait()

        mine = house.start(mine.dir, mine.port, demo=False)
        mine.launcher.send_signal(signal.SIGINT)
        assert mine.launcher.wait(timeout=house.STOP_TIMEOUT_S) == 0
        assert "Tout est arrêté." in mine.said()
        assert mine.processes() == []
        instance.healthy()
