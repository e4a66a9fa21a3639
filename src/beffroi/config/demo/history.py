"""What became of the sendings of the past year: outcomes that no mail server can replay, written in sets.

Only the demonstration calls this, before the engine is started.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from beffroi.delivery.models import ContactPoint, Delivery, Event, Message
from beffroi.delivery.outgoing import DeliveryRef
from beffroi.delivery.services import stops
from beffroi.delivery.words import (
    Channel,
    ContactState,
    DeliveryState,
    EventKind,
    Lane,
    MessageState,
    StopReason,
)
from beffroi.towns.models import Town

PER_SECOND = 40

_ACCEPT_ALL = """
UPDATE delivery_delivery SET state = 30, code = 250, attempts = 1,
    settled_at = %(at)s + (seq / %(rate)s) * interval '1 second'
WHERE message_id = %(message)s AND town_id = %(town)s
"""
_CLOSE_CHUNKS = """
UPDATE delivery_chunk SET state = 4, accepted = hi - lo, attempts = 1
WHERE message_id = %(message)s AND town_id = %(town)s
"""
_SURPLUS = """
WITH sent AS (
    SELECT d.message_id, d.seq, d.state
    FROM delivery_delivery d JOIN delivery_message m ON m.id = d.message_id
    WHERE m.town_id = %(town)s AND m.channel = %(channel)s AND m.reference ~ '^(campaign|alert):'
        AND d.state IN (30, 40, 60, 70)
), scarce AS (
    SELECT own.message_id
    FROM money_charge own JOIN money_charge next USING (town_id, month, channel)
    WHERE town_id = %(town)s AND own.free_parts > 0 AND next.free_parts < next.recipients * next.parts
), surplus AS (
    SELECT message_id, seq FROM sent
    WHERE state = 30 AND message_id NOT IN (SELECT message_id FROM scarce)
    ORDER BY md5(message_id || '.' || seq)
    LIMIT greatest((SELECT count(*) FROM sent) - %(count)s, 0)
)
UPDATE delivery_delivery d SET state = 50, code = 550
FROM surplus WHERE d.message_id = surplus.message_id AND d.seq = surplus.seq
"""
_RECEIPTS = """
UPDATE delivery_delivery d SET state = 40
FROM delivery_message m
WHERE m.id = d.message_id AND m.town_id = %(town)s AND m.channel = 2 AND d.state = 30
    AND (d.message_id * 31 + d.seq) %% 25 <> 0
"""
_RECOUNT = """
UPDATE delivery_chunk c SET accepted = t.accepted, refused = t.refused
FROM (
    SELECT c.id, count(*) FILTER (WHERE d.state <> 50) AS accepted, count(*) FILTER (WHERE d.state = 50) AS refused
    FROM delivery_chunk c
    JOIN delivery_delivery d ON d.message_id = c.message_id AND d.seq >= c.lo AND d.seq < c.hi
    WHERE c.town_id = %(town)s
    GROUP BY c.id
) t
WHERE c.id = t.id AND c.refused <> t.refused
"""
_FIRST_CHUNK = "SELECT hi FROM delivery_chunk WHERE message_id = %(message)s AND n = 0"


def deliver(town: Town, message_id: int, *, at: datetime) -> None:
    """The whole message was accepted, at a small relay's pace."""
    facts: dict[str, Any] = {"message": message_id, "town": town.pk, "at": at, "rate": PER_SECOND}
    with connection.cursor() as cursor:
        cursor.execute(_ACCEPT_ALL, facts)
        cursor.execute(_CLOSE_CHUNKS, facts)
    message = Message.objects.of(town).get(pk=message_id)
    message.state = MessageState.DONE
    message.finished_at = at + timedelta(seconds=message.recipients // PER_SECOND + 1)
    message.save(update_fields=["state", "finished_at"])


def deliver_some(town: Town, message_id: int, *, at: datetime) -> None:
    """The first chunk had left when somebody stopped the rest."""
    facts: dict[str, Any] = {"message": message_id, "town": town.pk, "at": at, "rate": PER_SECOND}
    with connection.cursor() as cursor:
        cursor.execute(f"{_ACCEPT_ALL} AND seq < ({_FIRST_CHUNK})", facts)
        cursor.execute(f"{_CLOSE_CHUNKS} AND n = 0", facts)


def channel(town: Town, message_id: int) -> Channel:
    return Channel(Message.objects.of(town).get(pk=message_id).channel)


def refuse_beyond(town: Town, channel: Channel, *, sent: int) -> None:
    """So many were taken in all, the others refused here and there: boxes that are full, numbers given up.

    None of a message that had free parts while another of its month lacked some: a charge is written once, and these
    would have gone to the other.
    """
    facts: dict[str, Any] = {"town": town.pk, "channel": channel, "count": sent}
    with (
        connection.cursor() as cursor
    ):  # one transaction made all this: the planner knows nothing of it yet
        cursor.execute("ANALYZE delivery_message, delivery_delivery, delivery_chunk")
        cursor.execute(_SURPLUS, facts)
        cursor.execute(_RECOUNT, facts)


def receive_sms(town: Town) -> None:
    """Twenty-four telephones in twenty-five answered that they have the SMS."""
    with connection.cursor() as cursor:
        cursor.execute(_RECEIPTS, {"town": town.pk})


def bounce(town: Town, message_id: int, seq: int, *, at: datetime) -> None:
    """One address had ceased to exist: the report came back and stopped it."""
    delivery = _mark(town, message_id, seq, DeliveryState.BOUNCED)
    _event(town, delivery, EventKind.HARD_BOUNCE, "5.1.1", at=at)
    _hold(town, delivery, ContactState.BOUNCED)
    stops.stop(town, delivery.contact_point_id, reason=StopReason.BOUNCED, at=at)


def complain(town: Town, message_id: int, seq: int, *, at: datetime) -> None:
    """One person pressed « indésirable »: never written to again."""
    delivery = _mark(town, message_id, seq, DeliveryState.COMPLAINED)
    _event(town, delivery, EventKind.COMPLAINT, "", at=at)
    _hold(town, delivery, ContactState.COMPLAINED)
    stops.stop(town, delivery.contact_point_id, reason=StopReason.COMPLAINED, at=at)


def reference(town: Town, message_id: int, seq: int, *, at: datetime) -> DeliveryRef:
    """The delivery as the link in its footer names it."""
    message = Message.objects.of(town).get(pk=message_id)
    delivery = Delivery.objects.of(town).get(message_id=message_id, seq=seq)
    return DeliveryRef(
        message_id=message_id,
        seq=seq,
        contact_point_id=delivery.contact_point_id,
        reference=message.reference,
        theme_ids=tuple(message.theme_ids),
        lane=Lane(message.lane),
        frozen_at=at,
    )


def _mark(town: Town, message_id: int, seq: int, state: DeliveryState) -> Delivery:
    rows = Delivery.objects.of(town).filter(message_id=message_id, seq=seq)
    rows.update(state=state)
    return rows.get()


def _event(town: Town, delivery: Delivery, kind: EventKind, status: str, *, at: datetime) -> None:
    Event.objects.create_in(
        town,
        message_id=delivery.message_id,
        seq=delivery.seq,
        kind=kind,
        at=at,
        status=status,
        digest=f"demo{delivery.message_id:06}{delivery.seq:06}".encode()[:16],
    )


def _hold(town: Town, delivery: Delivery, state: ContactState) -> None:
    ContactPoint.objects.of(town).filter(pk=delivery.contact_point_id).update(state=state)
