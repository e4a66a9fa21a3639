"""What the tests of this room share."""

import pytest

from tests.rooms.mailhosting import scene


@pytest.fixture
def domain(town):
    """Shown by the DNS to be the town's."""
    return scene.a_live_domain(town, "arcachon.example")


@pytest.fixture
def mayor(town, domain):
    return scene.a_box(town, domain, "maire")


@pytest.fixture
def urbanism(town, domain):
    """A commission's box, with nobody on its roster."""
    return scene.a_box(town, domain, "urbanisme", kind="commission")
