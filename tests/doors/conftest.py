"""What the tests of this room share."""

import pytest

from beffroi.citizen import doors

AS_EVER_S = doors.EVEN_S


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """An answer that lasts on purpose keeps nobody waiting."""
    monkeypatch.setattr(doors, "EVEN_S", 0.0)


@pytest.fixture
def as_long_as_ever(at_once, monkeypatch):
    """But whoever measures it."""
    monkeypatch.setattr(doors, "EVEN_S", AS_EVER_S)
