"""How far a message has got and what became of it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from beffroi.delivery.models import Chunk, Event, Message
from beffroi.delivery.outgoing import MonthOutcomes, Outcomes, Progress
from beffroi.delivery.services.messages import NoSuchMessage
from beffroi.delivery.statements import statement
from beffroi.delivery.words import DeliveryState, EventKind, Lane, MessageState
from beffroi.towns.models import Town

_FOREMOST = (
    MessageState.PAUSED,
    MessageState.SENDING,
    MessageState.CANCELLED,
    MessageState.DONE,
)
"""What several messages together are: the first of these that one of them is."""
_COUNTED = ("accepted", "refused", "suppressed", "unknown", "expired", "cancelled", "deferred")


def progress(town: Town, message_id: int) -> Progress:
    """Counts kept by the chunks: a few rows, whatever the size. Raises: NoSuchMessage."""
    with connection.cursor() as cursor:
        cursor.execute(statement("progress"), {"town": town.pk, "message": message_id})
        row = cursor.fetchone()
    if row is None:
        raise NoSuchMessage(message_id)
    state, recipients, started_at, finished_at, *counts = row
    return Progress(
        state=MessageState(state),
        recipients=recipients,
        started_at=started_at,
        finished_at=finished_at,
        **dict(zip(_COUNTED, counts, strict=True)),
    )


def progress_of(town: Town, message_ids: Iterable[int]) -> Progress:
    """Several messages as one, e.g. the channels of a campaign; there is at least one. Raises: NoSuchMessage."""
    each = [progress(town, message_id) for message_id in message_ids]
    ends = [one.finished_at for one in each if one.finished_at]
    return Progress(
        state=next(state for state in _FOREMOST if any(one.state is state for one in each)),
        recipients=sum(one.recipients for one in each),
        started_at=min(one.started_at for one in each),
        finished_at=max(ends) if len(ends) == len(each) else None,
        **{name: sum(getattr(one, name) for one in each) for name in _COUNTED},
    )


def held_until(town: Town, message_ids: Iterable[int], *, at: datetime) -> datetime | None:
    """When the first of those that may not begin yet begins; None when all may."""
    rows = Message.objects.of(town).filter(
        id__in=list(message_ids), state=MessageState.SENDING, not_before__gt=at
    )
    return rows.order_by("not_before").values_list("not_before", flat=True).first()


def outcomes(town: Town, message_id: int) -> Outcomes:
    """What happened to each delivery, with all that came back since. Raises: NoSuchMessage."""
    if not Message.objects.of(town).filter(id=message_id).exists():
        raise NoSuchMessage(message_id)
    return outcomes_of(town, [message_id])


def outcomes_of(town: Town, message_ids: Iterable[int]) -> Outcomes:
    """The same for several messages together, e.g. all those of a campaign."""
    ids = list(message_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, count(*) FROM delivery_delivery"
            " WHERE town_id = %s AND message_id = ANY(%s) GROUP BY state",
            [town.pk, ids],
        )
        by_state = dict(cursor.fetchall())
    unsubscribed = (
        Event.objects.of(town)
        .filter(message_id__in=ids, kind=EventKind.UNSUBSCRIBED)
        .values("message_id", "seq")
        .distinct()
        .count()
    )
    return _outcomes(by_state, unsubscribed)


def sent_again(town: Town, message_id: int) -> int:
    """How many may have it twice: in doubt when a worker died, and sent once more as their lane asks."""
    chunks = Chunk.objects.of(town).filter(message_id=message_id)
    return int(chunks.aggregate(all=Sum("sent_again", default=0))["all"])


def by_month(town: Town, *, since: datetime, until: datetime) -> list[MonthOutcomes]:
    """Campaigns and alerts frozen in [since, until), by calendar month of the town’s clock, oldest first."""
    params: dict[str, Any] = {
        "town": town.pk,
        "since": since,
        "until": until,
        "zone": timezone.get_current_timezone_name(),
        "lanes": [int(lane) for lane in (Lane.EMERGENCY, Lane.ALERT, Lane.CAMPAIGN)],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement("by_month"), params)
        months: dict[tuple[int, int], dict[int, int]] = {}
        messages: dict[tuple[int, int], int] = {}
        unsubscribed: dict[tuple[int, int], int] = {}
        for year, month, state, count, count_messages, left in cursor.fetchall():
            key = (int(year), int(month))
            months.setdefault(key, {})[state] = count
            messages[key], unsubscribed[key] = count_messages, int(left)
    return [
        MonthOutcomes(
            year=key[0],
            month=key[1],
            messages=messages[key],
            outcomes=_outcomes(by_state, unsubscribed[key]),
        )
        for key, by_state in sorted(months.items())
    ]


def _outcomes(by_state: dict[int, int], unsubscribed: int) -> Outcomes:
    return Outcomes(
        recipients=sum(by_state.values()),
        waiting=by_state.get(DeliveryState.PLANNED, 0),
        accepted=by_state.get(DeliveryState.ACCEPTED, 0),
        delivered=by_state.get(DeliveryState.DELIVERED, 0),
        refused=by_state.get(DeliveryState.REFUSED, 0),
        bounced=by_state.get(DeliveryState.BOUNCED, 0),
        complained=by_state.get(DeliveryState.COMPLAINED, 0),
        suppressed=by_state.get(DeliveryState.SUPPRESSED, 0),
        unknown=by_state.get(DeliveryState.UNKNOWN, 0),
        expired=by_state.get(DeliveryState.EXPIRED, 0),
        cancelled=by_state.get(DeliveryState.CANCELLED, 0),
        unsubscribed=unsubscribed,
    )
