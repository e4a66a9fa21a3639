"""Who may see what was deleted from a box, and put it back."""

from datetime import datetime
from enum import StrEnum

from django.db.models import Q

from beffroi.mailhosting.models import Consultation, Mailbox, Member
from beffroi.mailhosting.queries import boxes, departures
from beffroi.mailhosting.words import BoxKind, BoxState
from beffroi.towns.models import Agent, Town

IN_USE = (BoxState.ACTIVE, BoxState.SUSPENDED)


class Way(StrEnum):
    """In what quality."""

    HOLDER = "holder"
    MEMBER = "member"
    CUSTODIAN = "custodian"
    """While a consultation is open, and the journal holds its reason."""
    OFFICE = "office"
    """Whoever looks after the town's mail, for boxes that are nobody's own."""


def way_in(town: Town, agent: Agent, box: Mailbox, *, is_office: bool, at: datetime) -> Way | None:
    """None: this box is not theirs to look into."""
    own = Mailbox.objects.of(town).filter(holder=agent, state=BoxState.ACTIVE)
    own = own.exclude(pk__in=departures.left(town, at=at))
    if own.filter(pk=box.pk).exists():
        return Way.HOLDER
    seats = Member.objects.of(town).filter(shared=box, person__in=own, since__lte=at)
    if box.state in IN_USE and seats.filter(Q(until=None) | Q(until__gt=at)).exists():
        return Way.MEMBER
    opened = Consultation.objects.of(town).filter(departure__mailbox=box, reader__in=own)
    if opened.filter(since__lte=at, until__gt=at).exists():
        return Way.CUSTODIAN
    is_shared = box.kind != BoxKind.PERSON and box.state != BoxState.DESTROYED
    return Way.OFFICE if is_office and is_shared else None


def box(
    town: Town, agent: Agent, mailbox_id: int, *, is_office: bool, at: datetime
) -> tuple[Mailbox, Way] | None:
    row = boxes.box(town, mailbox_id)
    way = way_in(town, agent, row, is_office=is_office, at=at) if row else None
    return (row, way) if row and way else None
