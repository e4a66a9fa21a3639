"""The cast and the clock that every test shares."""

import os
import tempfile
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test.utils import setup_databases, teardown_databases
from hypothesis import settings as properties
from xdist.scheduler import LoadGroupScheduling

from beffroi.gateways.dns.places import Place, Places

if "BEFFROI_DIR" not in os.environ:
    os.environ["BEFFROI_DIR"] = tempfile.mkdtemp(prefix="beffroi-test-")
if worker := os.environ.get("PYTEST_XDIST_WORKER"):  # its own secrets, keys and journals
    os.environ["BEFFROI_DIR"] = os.path.join(os.environ["BEFFROI_DIR"], worker)
os.makedirs(os.path.join(os.environ["BEFFROI_DIR"], "static"), exist_ok=True)

from tests import cast, database  # noqa: E402 - the settings read BEFFROI_DIR

properties.register_profile("same", derandomize=True)
properties.register_profile("seek")
properties.load_profile("same")
"""The same examples each time: what stops a change from landing is the change. `./beffroi test tests -m hypothesis
--hypothesis-profile=seek` looks for new ones."""

pytest_plugins = ["tests.instance.whole"]

ONLY_LOOKS = ("tests/browser/test_axe.py", "tests/browser/test_app.py")
"""Opens pages of a living town and changes nothing: each test goes to whoever is free, whichever town that has."""


def pytest_configure() -> None:
    """Argon2 is slow on purpose; a thousand tests that sign nobody in need not wait for it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.WHITENOISE_AUTOREFRESH = True  # else each test's client reads the static files first
    settings.DNS_PLACES = Places(resolvers=(Place(host="127.0.0.1", port=0),))  # nobody's DNS
    settings.BEFFROI_RDAP_URL = "http://127.0.0.1:9"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole files begin, and what may go anywhere fills up the end: nobody waits for the other’s long file."""
    items.sort(key=lambda item: item.nodeid.startswith(ONLY_LOOKS))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> "Towns | None":
    return Towns(config, log) if config.getvalue("dist") == "loadgroup" else None


class Towns(LoadGroupScheduling):  # type: ignore[misc]
    """Who plays what, where a whole Beffroi is needed. The mark `xdist_group` is not seen with pytest 9.2 and pytest-xdist 3.8."""

    def _split_scope(self, nodeid: str) -> str:
        """A file is played whole, in its order, in the living town of one core."""
        module = nodeid.partition("::")[0]
        return nodeid if module in ONLY_LOOKS else module


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
