"""Jobs of one line: ask Météo-France, visit feeds, watch over what was sent. What one town meets holds up no other."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from beffroi.alerts.queries import settings as queries
from beffroi.alerts.services import chain, feeds, polling, watchdog
from beffroi.towns import zones
from beffroi.towns.models import Town
from beffroi.towns.queries import open_towns

log = logging.getLogger(__name__)
OUTSIDE = "outside"
"""The queue of what waits for others' servers; the program `lookouts` works at several at once."""


def _now() -> datetime:
    return datetime.now(UTC)


@app.periodic(cron="*/3 * * * *", periodic_id="alerts.poll")
@app.task(name="alerts.poll", queueing_lock="alerts.poll")
def poll(timestamp: int) -> None:
    """Every three minutes; Météo-France publishes two to seven times a day, and at once when it is grave."""
    for town in zones.each(open_towns()):
        if queries.watching(town).has_key:
            _defer("alerts.poll_town", town.pk, town_id=town.pk)


@app.task(name="alerts.poll_town", queue=OUTSIDE)
def poll_town(town_id: int) -> None:
    for town in zones.each(open_towns().filter(pk=town_id)):
        polling.poll(town, at=_now())


@app.periodic(cron="*/5 * * * *", periodic_id="alerts.feeds")
@app.task(name="alerts.feeds", queueing_lock="alerts.feeds")
def visit_feeds(timestamp: int) -> None:
    """Every five minutes; a feed that did not change answers with nothing."""
    for town in zones.each(open_towns()):
        for feed in queries.feeds(town):
            _defer("alerts.visit_feed", feed.pk, town_id=town.pk, feed_id=feed.pk)


@app.task(name="alerts.visit_feed", queue=OUTSIDE)
def visit_feed(town_id: int, feed_id: int) -> None:
    """In the demonstration alone a feed may be one of this very machine."""
    is_demonstration = bool(settings.BEFFROI_OUTSIDE_URL)
    for town in zones.each(open_towns().filter(pk=town_id)):
        feeds.visit(town, feed_id, at=_now(), allow_loopback=is_demonstration)


@app.periodic(cron="* * * * * */20", periodic_id="alerts.watch")
@app.task(name="alerts.watch", queueing_lock="alerts.watch")
def watch(timestamp: int) -> None:
    """Three times a minute: a dead channel is told within twenty seconds of the set time."""
    watchdog.look(at=_now())
    _each(lambda town: chain.settle(town, at=_now()))


def _defer(task: str, number: int, **arguments: int) -> None:
    """Unless the last one still waits."""
    job = app.configure_task(task, queueing_lock=f"{task}:{number}", allow_unknown=False)
    try:
        with transaction.atomic():
            job.defer(**arguments)
    except AlreadyEnqueued:
        log.warning("alerts.still_waiting", extra={"task": task, "number": number})


def _each(verb: Callable[[Town], object]) -> None:
    for town in zones.each(open_towns()):
        try:
            verb(town)
        except Exception:
            log.exception("alerts.town_failed", extra={"town_id": town.pk})
