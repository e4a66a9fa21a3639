"""The cast and the clock that every test shares."""

import os
import tempfile

import pytest
from django.conf import settings
from django.db import connections
from django.test.utils import setup_databases, teardown_databases

from beffroi.gateways.dns.places import Place, Places

os.environ.setdefault("BEFFROI_DIR", tempfile.mkdtemp(prefix="beffroi-test-"))
os.makedirs(os.path.join(os.environ["BEFFROI_DIR"], "static"), exist_ok=True)

from tests import cast, database  # noqa: E402 - the settings read BEFFROI_DIR

pytest_plugins = ["tests.instance.whole"]


def pytest_configure() -> None:
    """Argon2 is slow on purpose; a thousand tests that sign nobody in need not wait for it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.DNS_PLACES = Places(resolvers=(Place(host="127.0.0.1", port=0),))  # nobody's DNS
    settings.BEFFROI_RDAP_URL = "http://127.0.0.1:9"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that change the living town stay together, in their order; those that only look may go to another one."""
    for item in items:
        if item.get_closest_marker("mail"):
            item.add_marker(pytest.mark.xdist_group("mail servers"))
        changes_it = item.get_closest_marker("instance") or item.get_closest_marker("browser")
        if changes_it and item.get_closest_marker("only_looks") is None:
            item.add_marker(pytest.mark.xdist_group("living town"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """The migrations run once, not once in each process."""
    connections["default"].settings_dict["TEST"]["TEMPLATE"] = database.template()


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker, django_db_modify_db_settings):
    """A database of the tests for whoever asks. pytest-django makes it only where a test is marked: the mail servers'
    tests, whose rows are really committed, carry no mark, and would have written into the developer's own."""
    with django_db_blocker.unblock():
        before = setup_databases(verbosity=0, interactive=False)
    yield
    with django_db_blocker.unblock():
        teardown_databases(before, verbosity=0)


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
