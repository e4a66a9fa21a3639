"""A town's boxes, names, rosters and passwords, for its pages."""

from datetime import datetime

from django.db.models import Q, QuerySet

from beffroi.mailhosting import names
from beffroi.mailhosting.models import Address, AppPassword, Mailbox, Member
from beffroi.mailhosting.models.boxes import SHARED_KINDS
from beffroi.towns.models import Agent, Town


def boxes(town: Town, *, kind: str = "", state: str = "", text: str = "") -> QuerySet[Mailbox]:
    """All of them by address, archived ones too; not those that were destroyed."""
    rows = Mailbox.objects.of(town).exclude(state=Mailbox.State.DESTROYED)
    rows = rows.select_related("address__domain", "holder")
    if kind:
        rows = rows.filter(kind=kind)
    if state:
        rows = rows.filter(state=state)
    if text:
        rows = rows.filter(Q(display_name__icontains=text) | Q(address__email__icontains=text))
    return rows


def box(town: Town, mailbox_id: int) -> Mailbox | None:
    return boxes(town).filter(pk=mailbox_id).first()


def boxes_of(town: Town, holder: Agent) -> QuerySet[Mailbox]:
    """The boxes that an agent holds: on these they act without any right of the administrator."""
    return boxes(town).filter(holder=holder).exclude(state=Mailbox.State.ARCHIVED)


def box_of(town: Town, holder: Agent, mailbox_id: int) -> Mailbox | None:
    """None when somebody else holds it."""
    return boxes_of(town, holder).filter(pk=mailbox_id).first()


def shared_boxes(town: Town) -> QuerySet[Mailbox]:
    """Of functions and commissions."""
    return boxes(town).filter(kind__in=SHARED_KINDS)


def aliases(town: Town) -> QuerySet[Address]:
    """Names that have no box; `targets` say where they lead."""
    rows = Address.objects.of(town).filter(mailbox=None).exclude(local_part=names.LOOP)
    return rows.select_related("domain").prefetch_related("targets__mailbox__address")


def names_of(town: Town, mailbox_id: int) -> QuerySet[Address]:
    """Aliases that lead to this box."""
    return aliases(town).filter(targets__mailbox_id=mailbox_id)


def roster(town: Town, shared_id: int, *, at: datetime) -> QuerySet[Member]:
    """Who is on it at that time."""
    return history(town, shared_id).filter(since__lte=at).filter(Q(until=None) | Q(until__gt=at))


def history(town: Town, shared_id: int) -> QuerySet[Member]:
    """Everybody who was, is or will be on it, the newest first."""
    rows = Member.objects.of(town).filter(shared_id=shared_id)
    return rows.select_related("person__address", "added_by", "ended_by")


def commissions_of(town: Town, person_id: int, *, at: datetime) -> QuerySet[Member]:
    """The rosters on which this person's box stands."""
    rows = Member.objects.of(town).filter(person_id=person_id, since__lte=at)
    return rows.filter(Q(until=None) | Q(until__gt=at)).select_related("shared__address")


def app_passwords(town: Town, mailbox_id: int) -> QuerySet[AppPassword]:
    """Those that still open the box."""
    return AppPassword.objects.of(town).filter(mailbox_id=mailbox_id, revoked_at=None)
