"""Jobs of one line: ask Météo-France, watch over what was sent, play a drill."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from beffroi.alerts.services import drills, polling, watchdog
from beffroi.towns.queries import open_towns


def _now() -> datetime:
    return datetime.now(UTC)


@app.periodic(cron="*/3 * * * *", periodic_id="alerts.poll")
@app.task(name="alerts.poll", queueing_lock="alerts.poll")
def poll(timestamp: int) -> None:
    """Every three minutes; Météo-France publishes two to seven times a day, and at once when it is grave."""
    for town in open_towns():
        polling.poll(town, at=_now())


@app.periodic(cron="* * * * * */20", periodic_id="alerts.watch")
@app.task(name="alerts.watch", queueing_lock="alerts.watch")
def watch(timestamp: int) -> None:
    """Three times a minute: a dead channel is told within twenty seconds of the set time."""
    watchdog.look(at=_now())


@app.task(name="alerts.play_drill")
def play_drill(town_id: int, drill_id: int) -> None:
    drills.play(open_towns().get(pk=town_id), drill_id, at=_now())
