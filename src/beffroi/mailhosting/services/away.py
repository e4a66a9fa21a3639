"""Absences and redirects of a box: one of each at a time, in force by their dates alone."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from beffroi.kit.contacts import canonical_email
from beffroi.mailhosting.models import Absence, Address, Domain, Mailbox, Redirect
from beffroi.mailhosting.models.domains import LIVE
from beffroi.mailhosting.services.boxes import locked
from beffroi.mailhosting.services.facts import BadTimes, LeadsBack
from beffroi.mailhosting.texts import Text
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town


@transaction.atomic
def plan_absence(
    town: Town,
    mailbox_id: int,
    answer: Text,
    *,
    since: datetime,
    until: datetime | None,
    by: Agent | None,
    at: datetime,
) -> Absence:
    """Whoever writes is answered between the two, once a week each; what was planned before is called off.

    Raises: NoSuchThing, BadTimes.
    """
    box = locked(town, mailbox_id)
    start = _start(since, until, at=at)
    _call_off(Absence, box, at=at)
    _note(box, journal.Kind.BOX_ABSENCE, by=by, at=at)
    return Absence.objects.create_in(
        town, mailbox=box, subject=answer.subject, text=answer.text, since=start, until=until
    )


@transaction.atomic
def plan_redirect(
    town: Town,
    mailbox_id: int,
    to: str,
    *,
    keep_copy: bool,
    since: datetime,
    until: datetime | None,
    by: Agent | None,
    at: datetime,
) -> Redirect:
    """Mail goes on to one address between the two; what was planned before is called off.

    Raises: NoSuchThing, BadTimes, LeadsBack, NotAnAddress of the kit.
    """
    box = locked(town, mailbox_id)
    start, where = _start(since, until, at=at), canonical_email(to)
    if _leads_back(box, where):
        raise LeadsBack
    _call_off(Redirect, box, at=at)
    detail = gettext("Hors de la commune") if is_outside(town, where) else ""
    _note(box, journal.Kind.BOX_REDIRECT, by=by, at=at, detail=detail)
    return Redirect.objects.create_in(
        town, mailbox=box, to=where, keep_copy=keep_copy, since=start, until=until
    )


@transaction.atomic
def end_absence(town: Town, mailbox_id: int, *, by: Agent | None, at: datetime) -> None:
    """Nothing is answered any more. Raises: NoSuchThing."""
    box = locked(town, mailbox_id)
    if _call_off(Absence, box, at=at):
        _note(box, journal.Kind.BOX_ABSENCE, by=by, at=at, detail=gettext("Terminée"))


@transaction.atomic
def end_redirect(town: Town, mailbox_id: int, *, by: Agent | None, at: datetime) -> None:
    """Mail stays in the box again. Raises: NoSuchThing."""
    box = locked(town, mailbox_id)
    if _call_off(Redirect, box, at=at):
        _note(box, journal.Kind.BOX_REDIRECT, by=by, at=at, detail=gettext("Terminé"))


def is_outside(town: Town, address: str) -> bool:
    """Whether mail to it leaves the town's own boxes."""
    domain = address.rpartition("@")[2].lower()
    return not Domain.objects.of(town).filter(name=domain, state__in=LIVE).exists()


def _start(since: datetime, until: datetime | None, *, at: datetime) -> datetime:
    start = max(since, at)
    if until is not None and until <= start:
        raise BadTimes(until)
    return start


def _leads_back(box: Mailbox, address: str) -> bool:
    """To itself, or to a box that sends its own mail here."""
    own = Address.objects.of(box.town).filter(email__iexact=address)
    if own.filter(mailbox=box).exists() or own.filter(targets__mailbox=box).exists():
        return True
    names = [box.address.email]
    back = Redirect.objects.of(box.town).filter(cancelled_at=None, to__in=names)
    return back.filter(mailbox__address__in=own).exists()


def _call_off(rows: type[Absence] | type[Redirect], box: Mailbox, *, at: datetime) -> int:
    mine = rows.objects.of(box.town).filter(mailbox=box, cancelled_at=None)
    return mine.exclude(until__lte=at).update(cancelled_at=at)


def _note(
    box: Mailbox, kind: journal.Kind, *, by: Agent | None, at: datetime, detail: str = ""
) -> None:
    said = f"{box.display_name}\N{NO-BREAK SPACE}: {detail}" if detail else box.display_name
    journal.write(box.town, kind, at=at, by=by, about=("mailbox", box.pk), detail=said)
