"""Messages: frozen with their recipients in one transaction, then held, resumed or cancelled."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import QuerySet

from beffroi.delivery import press
from beffroi.delivery.models import Chunk, Delivery, Message
from beffroi.delivery.outgoing import OutgoingMessage, Select
from beffroi.delivery.policy import policy
from beffroi.delivery.sets import joined_as_sets
from beffroi.delivery.statements import statement
from beffroi.delivery.words import Channel, ChunkState, DeliveryState, Lane, MessageState
from beffroi.towns.models import Town

FIRST_CHUNK, CHUNK = 100, 1_000  # performance.md 4: 500 to 2,000 per batch, nothing gained beyond
EMERGENCY_CHUNK = 200
"""Small, so that every engine has its share of an emergency."""
RING = "beffroi_engine"

Recipients = QuerySet[Any, Any] | Select | Sequence[int]


class NoSuchMessage(Exception):
    """This town has no such message."""


class WrongState(Exception):
    """The message has gone too far, or not far enough, for this."""


@transaction.atomic
def enqueue(
    town: Town,
    message: OutgoingMessage,
    *,
    recipients: Recipients,
    at: datetime,
    not_before: datetime | None = None,
) -> int:
    """Freezes text and recipients, and sets the engine to work once the caller's transaction commits.

    `recipients` gives contact point ids, each counted once; those of another town or channel, and erased ones,
    are left out. Returns the id of the message. Raises: press.BadText.
    """
    start = not_before or at
    press.check(message)
    row = Message.objects.create_in(
        town,
        lane=message.lane,
        channel=message.channel,
        reference=message.reference,
        subject=message.subject,
        text=message.text,
        html=message.html,
        page_url=message.page_url,
        topic=message.topic,
        parts=press.parts(message),
        from_name=message.from_name,
        from_address=message.from_address,
        reply_to=message.reply_to,
        base_url=message.base_url,
        theme_ids=list(message.theme_ids),
        list_id=message.list_id,
        feedback_id=message.feedback_id,
        with_list_unsubscribe=message.with_list_unsubscribe,
        frozen_at=at,
        not_before=start,
        expires_at=start + _life(message.lane, message.channel),
    )
    row.recipients = _freeze(town, row, recipients)
    if not row.recipients:
        row.state, row.finished_at = MessageState.DONE, at
    row.save(update_fields=["recipients", "state", "finished_at"])
    with connection.cursor() as cursor:
        _cut(cursor, town, row)
        _ring(cursor)
    return row.pk


@transaction.atomic
def pause(town: Town, message_id: int, *, at: datetime) -> None:
    """Nothing more is handed out, within a fraction of a second. Raises: NoSuchMessage, WrongState."""
    _move(town, message_id, {MessageState.SENDING}, MessageState.PAUSED)
    _chunks(town, message_id).filter(state=ChunkState.WAITING).update(state=ChunkState.HELD)


@transaction.atomic
def resume(town: Town, message_id: int, *, at: datetime) -> None:
    """Goes on where the pause stopped it; the time to live starts anew. Raises: NoSuchMessage, WrongState."""
    message = _move(town, message_id, {MessageState.PAUSED}, MessageState.SENDING)
    life = _life(Lane(message.lane), Channel(message.channel))
    message.expires_at = max(message.expires_at, at + life)
    message.save(update_fields=["expires_at"])
    _chunks(town, message_id).filter(state=ChunkState.HELD).update(state=ChunkState.WAITING)
    with connection.cursor() as cursor:
        _ring(cursor)


@transaction.atomic
def cancel(town: Town, message_id: int, *, at: datetime) -> None:
    """Whatever was not handed out stays here. Raises: NoSuchMessage, WrongState."""
    message = _move(
        town, message_id, {MessageState.SENDING, MessageState.PAUSED}, MessageState.CANCELLED
    )
    message.finished_at = at
    message.save(update_fields=["finished_at"])
    with connection.cursor() as cursor:
        cursor.execute(statement("cancel"), {"message": message_id, "now": at})


@transaction.atomic
def resend_unknown(town: Town, message_id: int, *, at: datetime) -> int:
    """Sends again to those of whom nobody knows whether they got it; says how many. Raises: NoSuchMessage,
    WrongState."""
    message = _locked(town, message_id)
    if message.state != MessageState.DONE:
        raise WrongState(message_id)
    unknown = Delivery.objects.of(town).filter(message_id=message_id, state=DeliveryState.UNKNOWN)
    count = unknown.update(state=DeliveryState.PLANNED, settled_at=None)
    if count:
        life = _life(Lane(message.lane), Channel(message.channel))
        message.state, message.finished_at = MessageState.SENDING, None
        message.expires_at = at + life
        message.save(update_fields=["state", "finished_at", "expires_at"])
        _chunks(town, message_id).filter(unknown__gt=0).update(
            state=ChunkState.WAITING, not_before=at, unknown=0
        )
        with connection.cursor() as cursor:
            _ring(cursor)
    return count


def _life(lane: Lane, channel: Channel) -> timedelta:
    return timedelta(seconds=policy(lane, channel).expires_after_s)


def _freeze(town: Town, row: Message, recipients: Recipients) -> int:
    if not isinstance(recipients, QuerySet | Select):
        return _insert(town, row, "SELECT unnest(%s::bigint[])", (list(recipients),))
    with joined_as_sets():
        if isinstance(recipients, Select):
            return _insert(town, row, recipients.sql, recipients.params)
        try:
            sql, params = recipients.order_by().query.sql_with_params()
        except EmptyResultSet:  # Django knows without asking that nobody is in it
            return 0
        return _insert(town, row, sql, params)


def _insert(town: Town, row: Message, sql: str, params: tuple[Any, ...]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            statement("freeze").replace("{recipients}", sql),
            [town.pk, row.pk, town.pk, row.channel, *params],
        )
        frozen: int = cursor.rowcount
    return frozen


def _cut(cursor: Any, town: Town, row: Message) -> None:  # noqa: ANN401 - Django's cursor has no type
    cursor.execute(
        statement("cut"),
        {
            "town": town.pk,
            "message": row.pk,
            "lane": row.lane,
            "channel": row.channel,
            "total": row.recipients,
            "not_before": row.not_before,
            "first": FIRST_CHUNK,
            "size": EMERGENCY_CHUNK if row.lane == Lane.EMERGENCY else CHUNK,
        },
    )


def _ring(cursor: Any) -> None:  # noqa: ANN401
    """Wakes the engine at commit. The ring carries nothing: the rows are the truth."""
    cursor.execute(f"NOTIFY {RING}")


def _locked(town: Town, message_id: int) -> Message:
    message = Message.objects.of(town).select_for_update().filter(id=message_id).first()
    if message is None:
        raise NoSuchMessage(message_id)
    return message


def _move(town: Town, message_id: int, allowed: set[MessageState], to: MessageState) -> Message:
    message = _locked(town, message_id)
    if message.state not in allowed:
        raise WrongState(message_id)
    message.state = to
    message.save(update_fields=["state"])
    return message


def _chunks(town: Town, message_id: int) -> "QuerySet[Chunk]":
    return Chunk.objects.of(town).filter(message_id=message_id)
