import pytest

from beffroi.servers.ports import free_port
from tests.servers.world import Door, Ear, Outside


@pytest.fixture
def returns(tmp_path):
    """Where the world sends its reports: an ear of its own that speaks LMTP."""
    ear = Ear()
    door = Door(ear, hostname="127.0.0.1", port=free_port())
    ear.port = door.port
    door.start()
    yield ear
    door.stop()


@pytest.fixture
def outside(tmp_path, returns):
    world = Outside(tmp_path, returns.port)
    yield world
    world.stop()
