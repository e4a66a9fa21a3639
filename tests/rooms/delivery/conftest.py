import pytest

from tests.gateways.relays import Aiosmtpd
from tests.rooms.delivery.cast import Clock, run


@pytest.fixture(autouse=True)
def keys_of_its_own(settings, tmp_path):
    settings.CONTACT_KEYS_FILE = tmp_path / "secrets" / "contact_keys.json"
    settings.JOURNAL_DIR = tmp_path / "journals"


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def relay_of(tmp_path):
    started = []

    def start(**how):
        started.append(Aiosmtpd(tmp_path, **how))
        return started[-1]

    yield start
    for each in started:
        each.stop()


@pytest.fixture
def relay(relay_of):
    return relay_of()


@pytest.fixture
def engine(settings, clock, relay):
    """Runs one worker until nothing is due."""

    def go(to=None, **how):
        run(settings.JOURNAL_DIR, clock, (to or relay).port, **how)

    return go
