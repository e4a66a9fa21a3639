"""Jobs of one line: ask Météo-France, visit feeds, watch over what was sent."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from beffroi.alerts.queries import settings as queries
from beffroi.alerts.services import chain, feeds, polling, watchdog
from beffroi.towns.queries import open_towns


def _now() -> datetime:
    return datetime.now(UTC)


@app.periodic(cron="*/3 * * * *", periodic_id="alerts.poll")
@app.task(name="alerts.poll", queueing_lock="alerts.poll")
def poll(timestamp: int) -> None:
    """Every three minutes; Météo-France publishes two to seven times a day, and at once when it is grave."""
    for town in open_towns():
        polling.poll(town, at=_now())


@app.periodic(cron="*/5 * * * *", periodic_id="alerts.feeds")
@app.task(name="alerts.feeds", queueing_lock="alerts.feeds")
def visit_feeds(timestamp: int) -> None:
    """Every five minutes; a feed that did not change answers with nothing."""
    for town in open_towns():
        for feed in queries.feeds(town):
            feeds.visit(town, feed.pk, at=_now())


@app.periodic(cron="* * * * * */20", periodic_id="alerts.watch")
@app.task(name="alerts.watch", queueing_lock="alerts.watch")
def watch(timestamp: int) -> None:
    """Three times a minute: a dead channel is told within twenty seconds of the set time."""
    for town in open_towns():
        chain.settle(town, at=_now())
    watchdog.look(at=_now())
