"""What one town meets holds up no other, is told to it alone, and rings nobody."""

import asyncio
from datetime import timedelta

import pytest
from aiohttp import web
from procrastinate.contrib.django.models import ProcrastinateJob

from beffroi.alerts import tasks
from beffroi.alerts.models import Followed, Rule, Watch
from beffroi.alerts.queries import settings as queries
from beffroi.alerts.services import drills, feeds, polling, settings
from beffroi.alerts.words import Trouble
from beffroi.delivery.models import Message
from beffroi.gateways import weather
from tests import cast
from tests.cast import NOON
from tests.gateways.websites import giving, serving
from tests.rooms.alerts import scene

pytestmark = pytest.mark.django_db
STORM = weather.read_publication(drills.steps()[1])
LATER = NOON + timedelta(hours=3)


@pytest.fixture
def watching(town):
    """A town with a key, and somebody who may be rung."""
    scene.some_residents(town)
    cast.an_agent(town, "officer", cast.Role.DUTY)
    settings.set_key(town, "k", by=None, at=NOON)
    return town


async def slow(request):
    await asyncio.sleep(30)
    return web.Response()


def asked(town, carte, *, at=NOON):
    with serving(
        cartevigilance__encours=carte, textesvigilance__encours=giving(STORM.texts)
    ) as here:
        return polling.poll(town, at=at, service=here, allow_loopback=True, timeout_s=0.3)


@pytest.mark.parametrize(
    ("carte", "trouble"),
    [
        (giving(b"", status=401), Trouble.KEY_REFUSED),
        (giving(b"", status=403), Trouble.KEY_REFUSED),
        (giving(b"", status=503), Trouble.NO_ANSWER),
        pytest.param(slow, Trouble.NO_ANSWER, marks=pytest.mark.slow),
        (giving(b"[]"), Trouble.UNUSABLE),
    ],
    ids=["refused", "forbidden", "down", "slow", "unusable"],
)
def test_each_trouble_has_its_name_and_its_beginning_and_rings_nobody(watching, carte, trouble):
    assert not asked(watching, carte)
    assert not asked(watching, carte, at=LATER)

    told = queries.watching(watching)
    assert (told.failure, told.failing_since, told.asked_at) == (trouble, NOON, LATER)
    assert not Followed.objects.of(watching).exists()
    assert not Message.objects.of(watching).exists()


def test_a_key_that_cannot_be_opened_is_said(watching):
    Watch.objects.of(watching).update(key_id=99)

    assert not asked(watching, giving(STORM.map))

    assert queries.watching(watching).failure == Trouble.KEY_UNREADABLE


def test_a_fault_of_our_own_is_said_and_changes_nothing(watching):
    Rule.objects.create_in(watching, phenomenon=1, colour=3, action="explode")

    with pytest.raises(ValueError, match="explode"):
        asked(watching, giving(STORM.map))

    assert queries.watching(watching).failure == Trouble.FAULT
    assert not Followed.objects.of(watching).exists()
    assert not Message.objects.of(watching).exists()


def test_another_trouble_begins_anew_and_an_answer_ends_it(watching, agent):
    asked(watching, giving(b"", status=401))
    asked(watching, giving(b"", status=503), at=LATER)
    assert queries.watching(watching).failing_since == LATER

    asked(watching, giving(STORM.map), at=LATER)

    assert (queries.watching(watching).failure, queries.watching(watching).failing_since) == (
        "",
        None,
    )


def jobs_waiting():
    rows = ProcrastinateJob.objects.filter(queue_name=tasks.OUTSIDE)
    return sorted((row.task_name, row.args["town_id"]) for row in rows)


def test_each_town_with_a_key_and_each_feed_has_a_job_of_its_own(watching, other_town):
    settings.set_key(other_town, "k", by=None, at=NOON)
    Watch.objects.of(watching).update(key_id=99)
    feeds.add(watching, "https://feeds.example/x", "Gironde", by=None, at=NOON)

    for _ in range(2):  # the last ones still wait
        tasks.poll(0)
        tasks.visit_feeds(0)

    assert jobs_waiting() == sorted(
        [
            ("alerts.poll_town", watching.pk),
            ("alerts.poll_town", other_town.pk),
            ("alerts.visit_feed", watching.pk),
        ]
    )
    tasks.poll_town(watching.pk)
    assert queries.watching(watching).failure == Trouble.KEY_UNREADABLE
    assert queries.watching(other_town).failure == ""
