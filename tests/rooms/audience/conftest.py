"""A town that is open, and the clock of these tests."""

import pytest

from beffroi.audience.queries import themes as theme_queries
from beffroi.audience.services import themes as theme_services
from tests.cast import NOON


@pytest.fixture
def open_town(town):
    theme_services.open_town(town, at=NOON)
    return town


@pytest.fixture
def themes(open_town):
    """Culture, practical information, weather alert: in this order."""
    return theme_queries.open_themes(open_town)
