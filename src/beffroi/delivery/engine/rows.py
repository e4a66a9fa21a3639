"""The engine's four statements and what belongs in their transactions."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction

from beffroi.delivery import references
from beffroi.delivery.engine.desk import Claim, Recipient, Result
from beffroi.delivery.models import Event, Message
from beffroi.delivery.parse.status import Severity, severity
from beffroi.delivery.policy import LEASES_S
from beffroi.delivery.services import bounces
from beffroi.delivery.statements import statement
from beffroi.delivery.words import (
    Channel,
    DeliveryState,
    EventKind,
    Lane,
    MessageState,
    StopReason,
)
from beffroi.gateways.parcels import Stage
from beffroi.towns.models import Town

DEAF_IN_TRANSACTIONS = [
    int(StopReason.UNSUBSCRIBED),
    int(StopReason.PAUSED),
    int(StopReason.BOUNCED),
]
"""Someone who left, or whose address failed, still gets the confirmation they are asking for now."""

_FAILED = frozenset({DeliveryState.REFUSED, DeliveryState.PLANNED})

OTHERS_WAIT = timedelta(minutes=1)
"""So long an emergency on one channel holds up the campaigns of the others: they share processors and database."""


def claim(
    claim_id: uuid.UUID,
    *,
    worker: str,
    channel: Channel,
    lanes_below: int,
    window: int,
    now: datetime,
) -> Claim | None:
    with connection.cursor() as cursor:
        cursor.execute(
            statement("claim"),
            {
                "worker": worker,
                "claim": claim_id,
                "channel": channel,
                "window": window,
                "now": now,
                "leases": LEASES_S,
                "lanes_below": lanes_below,
            },
        )
        row = cursor.fetchone()
    return None if row is None else _claim(row)


def _claim(row: Sequence[Any]) -> Claim:
    claim = Claim(*row)
    return claim._replace(lane=Lane(claim.lane), channel=Channel(claim.channel))


def emergency_under_way(channel: Channel, *, now: datetime) -> bool:
    """Whether campaigns of this channel have to wait for an emergency."""
    with connection.cursor() as cursor:
        cursor.execute(
            statement("emergency"),
            {
                "channel": channel,
                "channels": [int(each) for each in Channel],
                "now": now,
                "lately": now - OTHERS_WAIT,
            },
        )
        return bool(cursor.fetchone()[0])


def load(claim: Claim, message: Message, *, now: datetime) -> tuple[list[Recipient], list[Result]]:
    """The recipients to write to, and the results of those who must not be written to."""
    transactional = claim.lane == Lane.TRANSACTIONAL
    with connection.cursor() as cursor:
        cursor.execute(
            statement("load"),
            {
                "message": claim.message_id,
                "lo": claim.lo,
                "hi": claim.hi,
                "now": now,
                "themes": message.theme_ids,
                "frozen_at": message.frozen_at,
                "deaf_to": DEAF_IN_TRANSACTIONS if transactional else [],
            },
        )
        rows = cursor.fetchall()
    barred = _barred(claim, now)
    recipients: list[Recipient] = []
    results: list[Result] = []
    for seq, contact_point_id, sealed, key_id, link_version, reason in rows:
        if barred is None and not reason and sealed is not None:
            recipients.append(Recipient(seq, contact_point_id, bytes(sealed), key_id, link_version))
            continue
        state = barred or DeliveryState.SUPPRESSED
        code = reason or (StopReason.ERASED if sealed is None else 0)
        results.append(Result(seq, contact_point_id, state, code, "", False, Stage.CONNECT))
    return recipients, results


def _barred(claim: Claim, now: datetime) -> DeliveryState | None:
    if claim.message_state == MessageState.CANCELLED:
        return DeliveryState.CANCELLED
    return DeliveryState.EXPIRED if claim.expires_at <= now else None


class Release(NamedTuple):
    """How a chunk is given back."""

    wait_s: float
    tries: int
    complete: bool
    """Every row of it is settled."""
    sent_again: int = 0
    """Rows that will go out although they may have gone out already."""


@transaction.atomic
def settle(
    claim_id: uuid.UUID,
    claim: Claim,
    results: Sequence[Result],
    *,
    release: Release | None,
    now: datetime,
) -> bool:
    """Marks `results`, counts, and gives the chunk back if told so. False when the claim was lost meanwhile.

    Saying it twice changes nothing, so it can be repeated when nobody knows whether it was committed.
    """
    where: dict[str, Any] = {
        "message": claim.message_id,
        "lo": claim.lo,
        "hi": claim.hi,
        "now": now,
    }
    with connection.cursor() as cursor:
        cancelled = release is not None and not release.complete and _bow(cursor, claim)
        if results:
            _mark(cursor, claim, results, now=now)
            _refer(cursor, claim, results)
            _note_failures(claim_id, claim, results, now=now)
        if cancelled:
            cursor.execute(statement("cancel_rest"), where)
        not_before = now + timedelta(seconds=release.wait_s if release else 0)
        cursor.execute(
            statement("tally"),
            {
                **where,
                "release": release is not None,
                "not_before": not_before,
                "tries": release.tries if release else 0,
                "sent_again": release.sent_again if release else 0,
                "chunk": claim.chunk_id,
                "claim": claim_id,
            },
        )
        return cursor.fetchone() is not None


def extend(
    claim_id: uuid.UUID, claim: Claim, *, reached: int, now: datetime
) -> MessageState | None:
    """Commits how far the lot may go; None when the claim was lost."""
    with connection.cursor() as cursor:
        cursor.execute(
            statement("extend"),
            {
                "reached": reached,
                "now": now,
                "leases": LEASES_S,
                "chunk": claim.chunk_id,
                "claim": claim_id,
            },
        )
        row = cursor.fetchone()
    return None if row is None else MessageState(row[0])


def finish(message_id: int | None, *, now: datetime) -> list[int]:
    """Closes the messages (or this one) whose last chunk is done; says which."""
    with connection.cursor() as cursor:
        cursor.execute(statement("finish"), {"message": message_id, "now": now})
        return [row[0] for row in cursor.fetchall()]


class Orphan(NamedTuple):
    """A claim as the database has it, whoever holds it."""

    claim_id: uuid.UUID
    claim: Claim
    worker: str
    lease_until: datetime


def claims() -> list[Orphan]:
    with connection.cursor() as cursor:
        cursor.execute(statement("claims"))
        return [
            Orphan(claim_id, _claim(row), worker, lease_until)
            for claim_id, *row, worker, lease_until in cursor.fetchall()
        ]


def planned(claim: Claim) -> dict[int, int]:
    """seq -> contact point of what is not settled in this chunk."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq, contact_point_id FROM delivery_delivery"
            " WHERE message_id = %s AND seq >= %s AND seq < %s AND state = 0",
            [claim.message_id, claim.lo, claim.hi],
        )
        return dict(cursor.fetchall())


def _bow(cursor: Any, claim: Claim) -> bool:  # noqa: ANN401 - Django's cursor has no type
    """Waits for a pause, resume or cancel under way, so that none misses this chunk; says if cancelled."""
    cursor.execute("SELECT state FROM delivery_message WHERE id = %s FOR SHARE", [claim.message_id])
    return bool(cursor.fetchone()[0] == MessageState.CANCELLED)


def _mark(cursor: Any, claim: Claim, results: Sequence[Result], *, now: datetime) -> None:  # noqa: ANN401
    ends: defaultdict[tuple[int, int, int], list[int]] = defaultdict(list)
    for result in results:
        ends[int(result.state), result.code, int(result.tried)].append(result.seq)
    for (state, code, tried), seqs in ends.items():
        cursor.execute(
            statement("mark"),
            {
                "message": claim.message_id,
                "state": state,
                "code": code,
                "tried": tried,
                "settled_at": None if state == DeliveryState.PLANNED else now,
                "first": min(seqs),
                "last": max(seqs),
                "seqs": f"{{{','.join(map(str, seqs))}}}",  # the driver takes five times as long over a list
            },
        )


def _refer(cursor: Any, claim: Claim, results: Sequence[Result]) -> None:  # noqa: ANN401
    """Keeps what the next hop calls these deliveries. A name that it uses again belongs to the newer one."""
    named = {
        name: (result.seq, part)
        for result in results
        if result.references
        for part, reference in enumerate(result.references, start=1)
        if (name := references.split(reference)) is not None
    }
    if named:
        cursor.execute(
            statement("refer"),
            {
                "town": claim.town_id,
                "message": claim.message_id,
                "providers": [provider for provider, _ in named],
                "references": [reference for _, reference in named],
                "seqs": [seq for seq, _ in named.values()],
                "parts": [part for _, part in named.values()],
            },
        )


def _note_failures(
    claim_id: uuid.UUID, claim: Claim, results: Iterable[Result], *, now: datetime
) -> None:
    """One event per refusal or deferral, and what a refusal does to the address."""
    failed = [result for result in results if result.tried and result.state in _FAILED]
    if not failed:
        return
    town = Town.objects.get(pk=claim.town_id)
    Event.objects.bulk_create_in(
        town,
        [_event(town, claim_id, claim, result, now) for result in failed],
        ignore_conflicts=True,
    )
    refused = [result for result in failed if result.state == DeliveryState.REFUSED]
    dead = {
        result.contact_point_id
        for result in refused
        if result.stage is Stage.RECIPIENT and _is_for_good(claim.channel, result)
    }
    bounces.hard(town, dead, at=now)
    bounces.soft(town, {result.contact_point_id for result in refused} - dead, at=now)


def _is_for_good(channel: Channel, result: Result) -> bool:
    """A refusal of this recipient, by e-mail, may be of today only; a number or a subscription is good or is not."""
    return channel is not Channel.EMAIL or severity(result.code, result.status) is Severity.HARD


def _event(town: Town, claim_id: uuid.UUID, claim: Claim, result: Result, now: datetime) -> Event:
    refused = result.state == DeliveryState.REFUSED
    return Event(
        town=town,
        message_id=claim.message_id,
        seq=result.seq,
        kind=EventKind.REFUSED if refused else EventKind.DEFERRED,
        at=now,
        status=f"{result.code} {result.status}".strip(),
        digest=claim_id.bytes,
    )
