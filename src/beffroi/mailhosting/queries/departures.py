"""Who leaves, how far each departure is, and who may read what was left."""

from datetime import datetime

from django.db.models import QuerySet

from beffroi.mailhosting.models import Consultation, Departure, Member
from beffroi.mailhosting.stages import Leaving
from beffroi.towns.models import Agent, Town


def departures(town: Town) -> QuerySet[Departure]:
    """The last to leave first; cancelled ones too."""
    return Departure.objects.of(town).select_related(
        "mailbox__address", "successor__address", "custodian__address", "decided_by", "town"
    )


def departure(town: Town, departure_id: int) -> Departure | None:
    return departures(town).filter(pk=departure_id).first()


def departure_of(town: Town, mailbox_id: int) -> Departure | None:
    """The one decided for this box, if any."""
    return departures(town).filter(mailbox_id=mailbox_id, cancelled_at=None).first()


def left(town: Town, *, at: datetime) -> dict[int, datetime]:
    """Boxes of people who have left, and since when."""
    gone = Departure.objects.of(town).filter(cancelled_at=None, leaves_at__lte=at)
    return dict(gone.values_list("mailbox_id", "leaves_at"))


def stage(departure: Departure, *, at: datetime) -> Leaving:
    """How far it is, from its dates alone."""
    if departure.cancelled_at is not None:
        return Leaving.CANCELLED
    if departure.archived_at is not None:
        return Leaving.ARCHIVED
    return Leaving.PLANNED if departure.leaves_at > at else Leaving.IN_FORCE


def rosters_left(departure: Departure) -> QuerySet[Member]:
    """The memberships that end with it."""
    ids = departure.cuts.values("member_id")
    rows = Member.objects.of(departure.town).filter(pk__in=ids)
    return rows.select_related("shared__address")


def in_care_of(town: Town, custodian: Agent) -> QuerySet[Departure]:
    """What this agent keeps for those who left."""
    return departures(town).filter(custodian__holder=custodian, cancelled_at=None)


def consultations(town: Town, departure_id: int) -> QuerySet[Consultation]:
    """Who read what was left, when and why; the last first."""
    rows = Consultation.objects.of(town).filter(departure_id=departure_id)
    return rows.select_related("reader", "opened_by")
