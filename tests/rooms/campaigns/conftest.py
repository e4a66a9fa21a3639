"""What the tests of this room share."""

import pytest

from tests.rooms.campaigns import scene


@pytest.fixture
def residents(town):
    """Three people who subscribed to the town's first theme."""
    return scene.some_subscribers(town)
