"""Replacing the keys of the contact points while everything runs. Interrupted, it goes on where it stopped.

Names no town: the keys belong to the installation.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from beffroi.delivery import keys
from beffroi.delivery.kinds import kind
from beffroi.delivery.models import Event, InboundText, StrayReturn, WaitingReply
from beffroi.delivery.services.returns import NO_TOWN
from beffroi.delivery.words import Channel
from beffroi.kit.sealing import Keyring


@dataclass(frozen=True, kw_only=True, slots=True)
class Above:
    """What a room above this one has sealed under the same keys."""

    reseal: Callable[[Keyring], int]
    """Does a batch and says how many rows it changed; 0 when all is done."""
    in_use: Callable[[], set[int]]


ABOVE: list[Above] = []
"""Filled by the rooms above when the application starts: no key that they need is ever dropped."""

BATCH = 1_000
SETTLE_S = 2 * keys.LOOK_AGAIN_S
"""Long enough for every process to have read the ring again."""


def rotate(*, tell: Callable[[int], None], wait: Callable[[float], None] = time.sleep) -> int:
    """Seals everything under a new generation of keys and drops the old ones; says how many rows changed.

    `tell` is called with the count so far after each batch.
    """
    ring = keys.ring()
    if len(ring.generations) == 1:  # not a rotation that was interrupted
        keys.replace(ring.with_new_generation())
        wait(SETTLE_S)  # everyone can find addresses under it before anyone seals with it
    keys.replace(keys.ring().sealing_with_newest())
    wait(SETTLE_S)
    ring = keys.ring()
    changed = 0
    for reseal in (
        _contact_points,
        _events,
        _strays,
        _texts,
        _waiting,
        *(one.reseal for one in ABOVE),
    ):
        while count := reseal(ring):
            changed += count
            tell(changed)
    keys.replace(
        ring.without(set(ring.generations) - _in_use().union(*(one.in_use() for one in ABOVE)))
    )
    return changed


def _in_use() -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT key_id FROM delivery_contactpoint WHERE sealed IS NOT NULL"
            " UNION SELECT DISTINCT key_id FROM delivery_event WHERE raw IS NOT NULL"
            " UNION SELECT DISTINCT key_id FROM delivery_strayreturn"
            " UNION SELECT DISTINCT key_id FROM delivery_inboundtext"
            " UNION SELECT DISTINCT key_id FROM delivery_waitingreply"
        )
        return {row[0] for row in cursor.fetchall()}


@transaction.atomic
def _contact_points(ring: Keyring) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, town_id, channel, sealed, key_id FROM delivery_contactpoint"
            " WHERE key_id <> %s AND sealed IS NOT NULL ORDER BY id LIMIT %s FOR UPDATE",
            [ring.current, BATCH],
        )
        ids, sealed, fingerprints = [], [], []
        for id_, town_id, channel, old, key_id in cursor.fetchall():
            bound_to = keys.bound_to(town_id, channel)
            plain = ring.unseal(bytes(old), key_id=key_id, bound_to=bound_to)
            ids.append(id_)
            sealed.append(ring.seal(plain, bound_to=bound_to))
            comparable = kind(channel).comparable(plain.decode("ascii"))
            fingerprints.append(ring.fingerprint(comparable, bound_to=bound_to))
        cursor.execute(
            "UPDATE delivery_contactpoint c"
            " SET sealed = n.sealed, fingerprint = n.fingerprint, key_id = %s"
            " FROM unnest(%s::bigint[], %s::bytea[], %s::bytea[]) AS n(id, sealed, fingerprint)"
            " WHERE c.id = n.id",
            [ring.current, ids, sealed, fingerprints],
        )
    return len(ids)


def _events(ring: Keyring) -> int:
    rows = Event.objects.across_towns(why="rotation of the keys").filter(raw__isnull=False)
    return _sealed_rows(ring, rows, Channel.EMAIL)


def _strays(ring: Keyring) -> int:
    return _sealed_rows(ring, StrayReturn.objects.all(), Channel.EMAIL)


def _texts(ring: Keyring) -> int:
    rows = InboundText.objects.across_towns(why="rotation of the keys")
    return _sealed_rows(ring, rows, Channel.SMS)


def _waiting(ring: Keyring) -> int:
    return _sealed_rows(ring, WaitingReply.objects.all(), Channel.SMS)


@transaction.atomic
def _sealed_rows(ring: Keyring, rows: Any, channel: Channel) -> int:  # noqa: ANN401 - models without a common base
    batch = list(rows.exclude(key_id=ring.current).select_for_update().order_by("id")[:BATCH])
    for row in batch:
        bound_to = keys.bound_to(getattr(row, "town_id", NO_TOWN), channel)
        plain = ring.unseal(bytes(row.raw), key_id=row.key_id, bound_to=bound_to)
        row.raw, row.key_id = ring.seal(plain, bound_to=bound_to), ring.current
        row.save(update_fields=["raw", "key_id"])
    return len(batch)
