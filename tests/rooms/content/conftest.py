import pytest

from beffroi.audience.queries import themes as queries
from beffroi.audience.services import themes
from tests.cast import NOON


@pytest.fixture
def theme(town):
    themes.make_common(town, at=NOON)
    return queries.public_themes(town)[0]
