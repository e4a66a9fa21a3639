"""Jobs of one line: what the world sees of each domain, the keys that turn, the night of boxes."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from beffroi.mailhosting.queries import domains as queries
from beffroi.mailhosting.services import checking, mail_reports, nightly, publishing, signing_keys
from beffroi.towns.queries import open_towns


def _now() -> datetime:
    return datetime.now(UTC)


@app.periodic(cron="*/10 * * * *", periodic_id="mail.look")
@app.task(name="mail.look", queueing_lock="mail.look")
def look(timestamp: int) -> None:
    """Every ten minutes the domains that are being set up; the others a few times a day."""
    for town in open_towns():
        for domain in queries.due_for_a_look(town, at=_now()):
            checking.check(town, domain.pk, at=_now())


@app.periodic(cron="25 4 * * *", periodic_id="mail.keys")
@app.task(name="mail.keys", queueing_lock="mail.keys")
def turn_keys(timestamp: int) -> None:
    """Every night: a look that is fresh, the key that has been seen, then the next one."""
    for town in open_towns():
        for domain in queries.domains(town):
            checking.check(town, domain.pk, at=_now())
            signing_keys.turn(town, domain.pk, at=_now())
            if signing_keys.prepare(town, domain.pk, at=_now()):
                publishing.publish_again(town, domain.pk, at=_now())


@app.periodic(cron="40 4 * * *", periodic_id="mail.tidy")
@app.task(name="mail.tidy", queueing_lock="mail.tidy")
def tidy(timestamp: int) -> None:
    for town in open_towns():
        mail_reports.forget_old(town, at=_now())


@app.periodic(cron="10 1 * * *", periodic_id="mail.night")
@app.task(name="mail.night", queueing_lock="mail.night")
def night(timestamp: int) -> None:
    nightly.tidy_all(at=_now())
