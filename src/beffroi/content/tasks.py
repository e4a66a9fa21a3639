"""Jobs of one line: visits to sources, what an intercommunality shares, old sums, photographs nobody sees. What one town meets holds up no other."""

from contextlib import suppress
from datetime import UTC, datetime

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from beffroi.content.facts import NoSuchSource
from beffroi.content.queries import desk
from beffroi.content.services import bells, counting, pictures, sharing, uploads, visiting
from beffroi.towns import zones
from beffroi.towns.kinds import TownKind
from beffroi.towns.queries import open_towns

OUTSIDE = "outside"
"""The queue of what waits for others’ servers."""


def _now() -> datetime:
    return datetime.now(UTC)


@app.periodic(cron="*/5 * * * *", periodic_id="content.visit_all")
@app.task(name="content.visit_all", queueing_lock="content.visit_all")
def visit_all(timestamp: int) -> None:
    """Each source once an hour; one that did not change answers with nothing."""
    for town in zones.each(open_towns()):
        for source in desk.due_sources(town, at=_now()):
            bells.call(source)


@app.task(name=bells.VISIT_TASK, queue=OUTSIDE)
def visit(town_id: int, source_id: int) -> None:
    for town in zones.each(open_towns().filter(pk=town_id)):
        with suppress(NoSuchSource):  # removed while the job waited
            visiting.visit(
                town,
                source_id,
                by=None,
                at=_now(),
                allow_loopback=bool(settings.BEFFROI_OUTSIDE_URL),
            )


@app.task(name=uploads.TAKE_TASK, queue=OUTSIDE)
def take(town_id: int, upload_id: int) -> None:
    """A file, with the photographs that it names."""
    for town in zones.each(open_towns().filter(pk=town_id)):
        uploads.carry_out(
            town, upload_id, clock=_now, allow_loopback=bool(settings.BEFFROI_OUTSIDE_URL)
        )


@app.periodic(cron="* * * * *", periodic_id="content.resume_takes")
@app.task(name="content.resume_takes", queueing_lock="content.resume_takes")
def resume_takes(timestamp: int) -> None:
    """Files whose process died are taken up again, within three minutes."""
    uploads.resume_all(at=_now())


@app.task(name=bells.SHARE_TASK)
def share(town_id: int) -> None:
    for town in zones.each(open_towns().filter(pk=town_id)):
        sharing.share(town, at=_now())


@app.periodic(cron="* * * * *", periodic_id="content.share_due")
@app.task(name="content.share_due", queueing_lock="content.share_due")
def share_due(timestamp: int) -> None:
    """What the clock alone changes."""
    for town in zones.each(open_towns().exclude(kind=TownKind.COMMUNE)):
        if sharing.is_due(town, at=_now()):
            sharing.share(town, at=_now())


@app.periodic(cron="*/30 * * * *", periodic_id="content.share_all")
@app.task(name="content.share_all", queueing_lock="content.share_all")
def share_all(timestamp: int) -> None:
    """What was missed while no worker ran."""
    for town in zones.each(open_towns().exclude(kind=TownKind.COMMUNE)):
        sharing.share(town, at=_now())


@app.periodic(cron="15 2 * * *", periodic_id="content.night")
@app.task(name="content.night", queueing_lock="content.night")
def night(timestamp: int) -> None:
    """At 2:15 UTC."""
    for town in zones.each(open_towns()):
        counting.forget(town, today=timezone.localdate(_now()))
        uploads.forget(town, at=_now())
        pictures.purge(town, at=_now())
