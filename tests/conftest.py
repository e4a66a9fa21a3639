"""The cast and the clock that every test shares."""

import os
import tempfile

import pytest
from django.conf import settings

os.environ.setdefault("BEFFROI_DIR", tempfile.mkdtemp(prefix="beffroi-test-"))
os.makedirs(os.path.join(os.environ["BEFFROI_DIR"], "static"), exist_ok=True)

from tests import cast  # noqa: E402 - the settings read BEFFROI_DIR

pytest_plugins = ["tests.instance.whole"]


def pytest_configure() -> None:
    """Argon2 is slow on purpose; a thousand tests that sign nobody in need not wait for it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def town(db):
    return cast.a_town()


@pytest.fixture
def other_town(db):
    return cast.a_town("13055", sender_address="mairie@marseille.example")


@pytest.fixture
def agent(town):
    """Writes for the communication service."""
    return cast.an_agent(town, "agent", cast.Role.WRITER)


@pytest.fixture
def colleague(town):
    """Approves for the mayor's cabinet."""
    return cast.an_agent(town, "colleague", cast.Role.APPROVER)


@pytest.fixture
def clerk(town):
    """Looks after the subscribers."""
    return cast.an_agent(town, "clerk", cast.Role.CLERK)


@pytest.fixture
def administrator(town):
    return cast.an_agent(town, "administrator", cast.Role.ADMINISTRATOR)


@pytest.fixture
def stranger(other_town):
    """An agent of another town, who holds every role there and must never get in here."""
    return cast.an_agent(other_town, "stranger", *cast.Role)
