"""The custodian opens what somebody left: for a reason, for a while, and the journal says so."""

from datetime import datetime, timedelta

from django.db import transaction

from beffroi.mailhosting.models import Consultation
from beffroi.mailhosting.queries import departures as read
from beffroi.mailhosting.services import nudges
from beffroi.mailhosting.services.facts import NoReason, NoSuchThing, NotNow
from beffroi.mailhosting.stages import Leaving
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town

LASTS = timedelta(hours=24)


@transaction.atomic
def open_box(
    town: Town, departure_id: int, *, reason: str, by: Agent, at: datetime
) -> Consultation:
    """For a day the box that was left stands, to be read, among the custodian's own folders.

    Raises: NoSuchThing (it is in somebody else's care), NotNow, NoReason.
    """
    departure = read.in_care_of(town, by).filter(pk=departure_id).first()
    if departure is None or departure.custodian is None:
        raise NoSuchThing(departure_id)
    if read.stage(departure, at=at) not in {Leaving.IN_FORCE, Leaving.ARCHIVED}:
        raise NotNow(departure_id)
    why = " ".join(reason.split())
    if len(why) < 3:
        raise NoReason
    row = Consultation.objects.create_in(
        town,
        departure=departure,
        reader=departure.custodian,
        reason=why[:200],
        since=at,
        until=at + LASTS,
        opened_by=by,
    )
    for moment in (row.since, row.until):
        nudges.kick(departure.custodian, at=moment)
    journal.write(
        town,
        journal.Kind.BOX_CONSULTED,
        at=at,
        by=by,
        about=("mailbox", departure.mailbox_id),
        detail=f"{departure.mailbox.display_name}\N{NO-BREAK SPACE}: {why}",
    )
    return row


@transaction.atomic
def close(town: Town, consultation_id: int, *, by: Agent, at: datetime) -> None:
    """Before its time. Raises: NoSuchThing."""
    rows = Consultation.objects.of(town).filter(reader__holder=by, until__gt=at)
    row = rows.select_related("reader__address", "reader__town").filter(pk=consultation_id).first()
    if row is None:
        raise NoSuchThing(consultation_id)
    row.until = at
    row.save(update_fields=["until"])
    nudges.kick(row.reader, at=at)
