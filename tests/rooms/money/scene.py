"""Builders for this room: messages with many recipients, and what became of them, written in sets."""

from datetime import datetime

from django.db import connection

from beffroi.delivery.models import ContactPoint
from beffroi.delivery.outgoing import OutgoingMessage, Select
from beffroi.delivery.services import messages
from beffroi.delivery.statements import statement
from beffroi.delivery.words import Channel, DeliveryState, Lane
from beffroi.towns.models import Town
from tests.cast import NOON

_POINTS = """
INSERT INTO delivery_contactpoint (town_id, channel, sealed, key_id, fingerprint, state, soft_bounces,
    link_version, created_at)
SELECT %s, %s, 'sealed', 1, decode(lpad(to_hex(n), 32, '0'), 'hex'), 1, 0, 1, %s
FROM generate_series(1, %s) n ON CONFLICT DO NOTHING
"""
_TAKE = """
SELECT id FROM delivery_contactpoint WHERE town_id = %s AND channel = %s ORDER BY id LIMIT %s
"""
_SETTLE = """
UPDATE delivery_delivery SET state = %s, attempts = 1, settled_at = now()
WHERE message_id = %s AND seq >= %s AND seq < %s
"""
_CLAIM = """
UPDATE delivery_chunk SET claim = '00000000-0000-4000-8000-000000000000' WHERE message_id = %s
RETURNING id, lo, hi, claim
"""


def some_points(town: Town, count: int) -> None:
    """That many contact points of each channel; nobody will read their seals."""
    with connection.cursor() as cursor:
        for channel in Channel:
            cursor.execute(_POINTS, [town.pk, channel, NOON, count])


def enqueue(
    town: Town,
    count: int,
    *,
    channel: Channel = Channel.EMAIL,
    parts: int = 1,
    lane: Lane = Lane.CAMPAIGN,
    reference: str = "",
    at: datetime = NOON,
) -> int:
    """A message to the first `count` contact points of the channel."""
    if ContactPoint.objects.of(town).filter(channel=channel).count() < count:
        some_points(town, count)
    outgoing = OutgoingMessage(
        lane=lane,
        channel=channel,
        subject="Travaux" if channel != Channel.SMS else "",
        text=_sms(parts) if channel == Channel.SMS else "Rue fermée.",
        from_name="ARCACHON",
        from_address="mairie@arcachon.example",
        base_url="https://beffroi.example/arcachon",
        reference=reference,
        with_list_unsubscribe=False,
    )
    recipients = Select(sql=_TAKE, params=(town.pk, channel, count))
    return messages.enqueue(town, outgoing, recipients=recipients, at=at)


def _sms(parts: int) -> str:
    """GSM 03.38: 160 characters in one part, 153 in each of several."""
    return "a" * (160 if parts == 1 else 153 * parts)


def refresh_statistics() -> None:
    """What autovacuum does between sends, and cannot do inside a test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE delivery_message, delivery_chunk, delivery_delivery, money_charge")


def settle(town: Town, message_id: int, **counts: int) -> None:
    """The first so many deliveries end in this state, and so on: `settle(town, id, accepted=7, refused=3)`."""
    lo = 0
    with connection.cursor() as cursor:
        for state, count in counts.items():
            if count:
                cursor.execute(_SETTLE, [DeliveryState[state.upper()], message_id, lo, lo + count])
            lo += count
        cursor.execute(_CLAIM, [message_id])
        for chunk, first, end, claim in cursor.fetchall():
            cursor.execute(
                statement("tally"),
                {
                    "chunk": chunk,
                    "message": message_id,
                    "lo": first,
                    "hi": end,
                    "claim": claim,
                    "tries": 1,
                    "sent_again": 0,
                    "release": True,
                    "not_before": NOON,
                },
            )
        cursor.execute(statement("finish"), {"message": message_id, "now": NOON})
