"""One stack of real mail servers for all tests of this folder, on a database whose rows are really committed."""

import pytest

from beffroi.servers.ports import free_port
from tests.mail.clients import the_world
from tests.mail.stack import a_stack


@pytest.fixture(scope="session")
def stack(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), the_world(free_port()) as world, a_stack(world) as running:
        yield running


@pytest.fixture(scope="session")
def arcachon(stack):
    return stack.town("33009", "arcachon.example")


@pytest.fixture(scope="session")
def marseille(stack):
    """Another town of the same house."""
    return stack.town("13055", "marseille.example")
