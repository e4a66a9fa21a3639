"""What the tests of this room share."""

import pytest

from tests import cast
from tests.rooms.alerts import scene


@pytest.fixture
def residents(town):
    """Two people who want alerts, the first of whom volunteers for exercises."""
    scene.some_residents(town, volunteers=1)


@pytest.fixture
def officer(town):
    """On call at night."""
    return cast.an_agent(town, "officer", cast.Role.DUTY)
