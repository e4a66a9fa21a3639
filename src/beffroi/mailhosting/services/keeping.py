"""What is kept, and for how long: the hold of a box, the retention of its kind. Nothing is destroyed by itself."""

from datetime import datetime

from django.db import transaction

from beffroi.mailhosting.models import Mailbox
from beffroi.mailhosting.services import boxes, nudges
from beffroi.mailhosting.services.facts import NoReason
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town


@transaction.atomic
def hold(town: Town, mailbox_id: int, *, reason: str, by: Agent, at: datetime) -> Mailbox:
    """Nothing in the box may be destroyed while this lasts. Raises: NoSuchThing, NoReason."""
    why = " ".join(reason.split())
    if len(why) < 3:
        raise NoReason
    box = boxes.locked(town, mailbox_id)
    box.legal_hold = True
    box.save(update_fields=["legal_hold"])
    nudges.tell_holds(town)
    _note(box, journal.Kind.BOX_HELD, why, by=by, at=at)
    return box


@transaction.atomic
def release(town: Town, mailbox_id: int, *, by: Agent, at: datetime) -> Mailbox:
    """Raises: NoSuchThing."""
    box = boxes.locked(town, mailbox_id)
    box.legal_hold = False
    box.save(update_fields=["legal_hold"])
    nudges.tell_holds(town)
    _note(box, journal.Kind.BOX_RELEASED, "", by=by, at=at)
    return box


@transaction.atomic
def keep_for(
    town: Town, mailbox_id: int, months: int | None, *, by: Agent, at: datetime
) -> Mailbox:
    """Once archived; None: as its kind. Raises: NoSuchThing."""
    box = boxes.locked(town, mailbox_id)
    box.retention_months = months
    box.save(update_fields=["retention_months"])
    detail = "" if months is None else f"{months}"
    _note(box, journal.Kind.BOX_RETENTION, detail, by=by, at=at)
    return box


def _note(box: Mailbox, kind: journal.Kind, why: str, *, by: Agent, at: datetime) -> None:
    detail = f"{box.display_name}\N{NO-BREAK SPACE}: {why}" if why else box.display_name
    journal.write(box.town, kind, at=at, by=by, about=("mailbox", box.pk), detail=detail)
