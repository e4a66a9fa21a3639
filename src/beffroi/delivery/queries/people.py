"""Contact points as the counter sees them: state, stops, and what each was sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from beffroi.delivery.models import ContactPoint, Delivery, Event, Message, Stop
from beffroi.delivery.outgoing import HistoryEvent, HistoryLine
from beffroi.delivery.services.contact_points import NoSuchContactPoint
from beffroi.delivery.words import (
    Channel,
    ContactState,
    DeliveryState,
    EventKind,
    Lane,
    StopReason,
)
from beffroi.towns.models import Town

HISTORY_LINES = 200
TITLE_LETTERS = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class StopLine:
    reason: StopReason
    theme_id: int | None
    at: datetime
    until: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactStanding:
    """Whether this contact point can be written to, and why not."""

    state: ContactState
    soft_bounces: int
    stops: Sequence[StopLine]


def standing(town: Town, contact_point_id: int) -> ContactStanding:
    """Raises: NoSuchContactPoint."""
    row = ContactPoint.objects.of(town).filter(id=contact_point_id).first()
    if row is None:
        raise NoSuchContactPoint(contact_point_id)
    stops = Stop.objects.of(town).filter(contact_point_id=contact_point_id).order_by("at", "id")
    return ContactStanding(
        state=ContactState(row.state),
        soft_bounces=row.soft_bounces,
        stops=[
            StopLine(
                reason=StopReason(stop.reason),
                theme_id=stop.theme_id,
                at=stop.at,
                until=stop.until,
            )
            for stop in stops
        ],
    )


def stopped(
    town: Town, *, at: datetime, reasons: Sequence[StopReason] | None = None
) -> QuerySet[Stop, int]:
    """Ids of the contact points that get nothing at all at `at`: to exclude them, or to count why."""
    rows = Stop.objects.of(town).filter(
        Q(until__isnull=True) | Q(until__gt=at), theme_id__isnull=True
    )
    if reasons is not None:
        rows = rows.filter(reason__in=list(reasons))
    return rows.values_list("contact_point_id", flat=True)


def history(town: Town, contact_point_id: int) -> list[HistoryLine]:
    """What was sent to this contact point and what came of it, newest first."""
    deliveries = list(
        Delivery.objects.of(town)
        .filter(contact_point_id=contact_point_id)
        .order_by("-message_id")[:HISTORY_LINES]
    )
    messages = {
        row.pk: row
        for row in Message.objects.of(town)
        .filter(id__in=[delivery.message_id for delivery in deliveries])
        .defer("html")
    }
    events = _events(town, deliveries)
    return [
        HistoryLine(
            message_id=delivery.message_id,
            seq=delivery.seq,
            reference=messages[delivery.message_id].reference,
            lane=Lane(messages[delivery.message_id].lane),
            channel=Channel(messages[delivery.message_id].channel),
            subject=_title(messages[delivery.message_id]),
            frozen_at=messages[delivery.message_id].frozen_at,
            state=DeliveryState(delivery.state),
            settled_at=delivery.settled_at,
            events=events.get((delivery.message_id, delivery.seq), ()),
        )
        for delivery in deliveries
    ]


def _title(message: Message) -> str:
    return message.subject or message.text[:TITLE_LETTERS]


def _events(town: Town, deliveries: list[Delivery]) -> dict[tuple[int, int], list[HistoryEvent]]:
    wanted = {(delivery.message_id, delivery.seq) for delivery in deliveries}
    rows = (
        Event.objects.of(town)
        .filter(message_id__in={m for m, _ in wanted}, seq__in={s for _, s in wanted})
        .order_by("at", "id")
        .values_list("message_id", "seq", "kind", "at", "status")
    )
    found: dict[tuple[int, int], list[HistoryEvent]] = {}
    for message_id, seq, kind, at, status in rows:
        if (message_id, seq) in wanted:
            found.setdefault((message_id, seq), []).append(
                HistoryEvent(kind=EventKind(kind), at=at, status=status)
            )
    return found
