import pytest

from beffroi.towns import services as towns
from tests.cast import NOON


@pytest.fixture
def culture(town):
    """A service of the town hall that pays for what it sends."""
    return towns.add_service(town, "Culture", by=None, at=NOON).pk
