"""What the tests of this room share."""

from types import SimpleNamespace

import pytest

from beffroi.alerts.services import feeds
from tests import cast
from tests.cast import NOON
from tests.gateways.websites import giving, serving
from tests.rooms.alerts import scene


@pytest.fixture
def residents(town):
    """Two people who want alerts, the first of whom volunteers for exercises."""
    scene.some_residents(town, volunteers=1)


@pytest.fixture
def officer(town):
    """On call at night."""
    return cast.an_agent(town, "officer", cast.Role.DUTY)


@pytest.fixture
def follow_feed(town):
    """Serves these documents behind a feed, and visits it."""

    def visit(*documents, times=1, at=NOON):
        pages = {f"d{n}": giving(document) for n, document in enumerate(documents) if document}
        told = SimpleNamespace(feed=b"")

        async def feed(request):
            return await giving(told.feed, ETag='"1"')(request)

        with serving(feed=feed, **pages) as here:
            entries = "".join(
                f"<entry><id>{n}</id><title>t</title><updated>2026-11-24T10:00:0{n}Z</updated>"
                f'<link type="application/cap+xml" href="{here}/d{n}"/></entry>'
                for n in range(len(documents))
            )
            told.feed = f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'.encode()
            row = feeds.add(town, f"{here}/feed", "gironde", by=None, at=NOON)
            return [feeds.visit(town, row.pk, at=at, allow_loopback=True) for _ in range(times)]

    return visit
