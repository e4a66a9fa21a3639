"""Jobs of one line: what the world sees of each domain, the keys that turn, the night of boxes. One domain holds up no other."""

import logging
from contextlib import suppress
from datetime import UTC, datetime

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from beffroi.mailhosting.queries import domains as queries
from beffroi.mailhosting.services import (
    checking,
    disposals,
    exports,
    inventories,
    loops,
    mail_reports,
    measuring,
    nightly,
    old_addresses,
    publishing,
    signing_keys,
    standing,
    usage,
)
from beffroi.servers import supervision
from beffroi.towns import zones
from beffroi.towns.queries import open_towns

log = logging.getLogger(__name__)
OUTSIDE = "outside"
"""The queue of what waits for others' servers."""
BOXES = supervision.BOXES
"""The queue of what reads the mail servers' own files."""


def _now() -> datetime:
    return datetime.now(UTC)


@app.periodic(cron="*/10 * * * *", periodic_id="mail.look")
@app.task(name="mail.look", queueing_lock="mail.look")
def look(timestamp: int) -> None:
    """Every ten minutes the domains that are being set up; the others a few times a day."""
    for town in zones.each(open_towns()):
        for domain in queries.due_for_a_look(town, at=_now()):
            _defer("mail.look_at", town_id=town.pk, domain_id=domain.pk)


@app.task(name="mail.look_at", queue=OUTSIDE)
def look_at(town_id: int, domain_id: int) -> None:
    for town in zones.each(open_towns().filter(pk=town_id)):
        checking.check(town, domain_id, at=_now())


@app.periodic(cron="25 4 * * *", periodic_id="mail.keys")
@app.task(name="mail.keys", queueing_lock="mail.keys")
def turn_keys(timestamp: int) -> None:
    for town in zones.each(open_towns()):
        for domain in queries.domains(town):
            _defer("mail.turn_key", town_id=town.pk, domain_id=domain.pk)


@app.task(name="mail.turn_key", queue=OUTSIDE)
def turn_key(town_id: int, domain_id: int) -> None:
    """A look that is fresh, the key that has been seen long enough, then the next one."""
    for town in zones.each(open_towns().filter(pk=town_id)):
        checking.check(town, domain_id, at=_now())
        signing_keys.turn(town, domain_id, at=_now())
        if signing_keys.prepare(town, domain_id, at=_now()):
            publishing.publish_again(town, domain_id, at=_now())


@app.periodic(cron="40 4 * * *", periodic_id="mail.tidy")
@app.task(name="mail.tidy", queueing_lock="mail.tidy")
def tidy(timestamp: int) -> None:
    for town in zones.each(open_towns()):
        mail_reports.forget_old(town, at=_now())
        exports.forget_old(town, at=_now())


@app.periodic(cron="10 1 * * *", periodic_id="mail.night")
@app.task(name="mail.night", queueing_lock="mail.night")
def night(timestamp: int) -> None:
    nightly.tidy_all(at=_now())


def _defer(task: str, *, town_id: int, domain_id: int) -> None:
    """Unless the last one still waits."""
    job = app.configure_task(task, queueing_lock=f"{task}:{domain_id}", allow_unknown=False)
    try:
        with transaction.atomic():
            job.defer(town_id=town_id, domain_id=domain_id)
    except AlreadyEnqueued:
        log.warning("mail.still_waiting", extra={"task": task, "domain_id": domain_id})


@app.periodic(cron="7 * * * *", periodic_id="mail.loops")
@app.task(name="mail.loops", queueing_lock="mail.loops")
def send_loops(timestamp: int) -> None:
    """Every hour a letter to each live domain and back."""
    for town in zones.each(open_towns()):
        for domain in queries.live_domains(town):
            _defer("mail.loop", town_id=town.pk, domain_id=domain.pk)


@app.task(name="mail.loop", queue=OUTSIDE)
def send_loop(town_id: int, domain_id: int) -> None:
    for town in zones.each(open_towns().filter(pk=town_id)):
        loops.send(town, domain_id, at=_now())


@app.periodic(cron="*/20 * * * *", periodic_id="mail.usage")
@app.task(name="mail.usage", queueing_lock="mail.usage", queue=OUTSIDE)
def look_at_usage(timestamp: int) -> None:
    """How full the boxes are."""
    for town in zones.each(open_towns()):
        usage.look(town, measure=measuring.size_bytes, at=_now())


@app.periodic(cron="50 */4 * * *", periodic_id="mail.lists")
@app.task(name="mail.lists", queueing_lock="mail.lists", queue=OUTSIDE)
def ask_black_lists(timestamp: int) -> None:
    standing.refresh()


@app.periodic(cron="* * * * *", periodic_id="mail.hand_overs")
@app.task(name="mail.hand_overs", queueing_lock="mail.hand_overs")
def hand_overs(timestamp: int) -> None:
    """Every minute; one whose process died goes on where it was."""
    for town in zones.each(open_towns()):
        inventories.advance(town, measure=measuring.contents, at=_now())


@app.periodic(cron="* * * * *", periodic_id="mail.disposals")
@app.task(name="mail.disposals", queueing_lock="mail.disposals", queue=OUTSIDE)
def dispose(timestamp: int) -> None:
    """Every minute; a destruction whose process died ends by itself."""
    for town in zones.each(open_towns()):
        disposals.advance(town, measure=measuring.contents, erase=measuring.erase, at=_now())


@app.periodic(cron="*/3 * * * *", periodic_id="mail.queue")
@app.task(name="mail.queue", queueing_lock="mail.queue", queue=BOXES)
def count_queue(timestamp: int) -> None:
    standing.count_queue()


@app.periodic(cron="* * * * *", periodic_id="mail.old_addresses")
@app.task(name="mail.old_addresses", queueing_lock="mail.old_addresses")
def old_boxes(timestamp: int) -> None:
    """Every minute those that are due; each in a job of its own, so that a slow host holds up no other."""
    for town in zones.each(open_towns()):
        old_addresses.end_due(town, at=_now())
        for old_address_id in old_addresses.due(town, at=_now()):
            job = app.configure_task(
                "mail.fetch", queueing_lock=f"mail.fetch:{old_address_id}", allow_unknown=False
            )
            with suppress(AlreadyEnqueued), transaction.atomic():
                job.defer(town_id=town.pk, old_address_id=old_address_id)


@app.task(name="mail.fetch", queue=BOXES)
def fetch_old(town_id: int, old_address_id: int) -> None:
    ours = old_addresses.servers()
    for town in zones.each(open_towns().filter(pk=town_id)):
        if ours is not None:
            old_addresses.fetch(town, old_address_id, ours, clock=_now)


@app.periodic(cron="*/5 * * * *", periodic_id="mail.exports")
@app.task(name="mail.exports", queueing_lock="mail.exports")
def take_exports_up(timestamp: int) -> None:
    """Those whose process died; each began in a job of its own when it was asked for."""
    for town in zones.each(open_towns()):
        for export_id in exports.due(town, at=_now()):
            job = app.configure_task(
                exports.RUN_TASK, queueing_lock=f"mail.export:{export_id}", allow_unknown=False
            )
            with suppress(AlreadyEnqueued), transaction.atomic():
                job.defer(town_id=town.pk, export_id=export_id)


@app.task(name=exports.RUN_TASK, queue=BOXES)
def export_box(town_id: int, export_id: int) -> None:
    ours = exports.servers()
    for town in zones.each(open_towns().filter(pk=town_id)):
        if ours is not None:
            exports.run(town, export_id, ours, clock=_now)
