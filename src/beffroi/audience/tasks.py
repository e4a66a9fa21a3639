"""Background jobs: each names an object and calls a service. The rows are the truth, a job only rings."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from beffroi.audience.services import digests, importing, nightly, undoing
from beffroi.towns.queries import open_towns


def _now() -> datetime:
    return datetime.now(UTC)


@app.task(name="audience.run_import")
def run_import(town_id: int, import_id: int) -> None:
    importing.run(open_towns().get(pk=town_id), import_id, clock=_now)


@app.task(name="audience.sweep")
def sweep(town_id: int) -> None:
    undoing.sweep_all(open_towns().get(pk=town_id), at=_now())


@app.periodic(cron="* * * * *", periodic_id="audience.resume_imports")
@app.task(name="audience.resume_imports", queueing_lock="audience.resume_imports")
def resume_imports(timestamp: int) -> None:
    """Imports whose process died are taken up again, within three minutes."""
    importing.resume_all(clock=_now)


@app.periodic(cron="30 1 * * *", periodic_id="audience.night")
@app.task(name="audience.night", queueing_lock="audience.night")
def night(timestamp: int) -> None:
    """At 1:30 UTC; see `services.nightly`."""
    nightly.tidy_all(at=_now())


@app.periodic(cron="*/10 * * * *", periodic_id="audience.digests")
@app.task(name="audience.digests", queueing_lock="audience.digests")
def evening(timestamp: int) -> None:
    """Once it is 18:00 in the town, and again in case a process had died."""
    digests.send_all(at=_now())
