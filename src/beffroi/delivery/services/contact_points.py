"""Contact points: sealed on the way in, found without being read, opened only on purpose."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from beffroi.delivery import bulk, keys
from beffroi.delivery.kinds import kind
from beffroi.delivery.models import ContactPoint, InboundText, Stop
from beffroi.delivery.words import Channel, ContactState, StopReason
from beffroi.kit.sealing import FINGERPRINT_BYTES
from beffroi.towns.models import Town

BATCH = 10_000
_BY_FINGERPRINT = """
SELECT found.fingerprint, found.id FROM unnest(%b::bytea[]) AS wanted(fingerprint) CROSS JOIN LATERAL (
    SELECT p.fingerprint, p.id FROM delivery_contactpoint p
    WHERE p.town_id = %b AND p.channel = %b AND p.fingerprint = wanted.fingerprint LIMIT 1) AS found
"""
"""One look into the index for each: statistics of a town that has just grown made it read the whole table instead."""
_INSERT = """
INSERT INTO delivery_contactpoint
    (town_id, channel, sealed, key_id, fingerprint, state, soft_bounces, link_version, created_at)
SELECT %b, %b, sealed, %b, fingerprint, 1, 0, 1, %b
FROM unnest(%b::bytea[], %b::bytea[]) AS new(sealed, fingerprint)
ON CONFLICT (town_id, channel, fingerprint) DO NOTHING RETURNING fingerprint, id
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entered:
    """What became of many addresses."""

    ids: list[int]
    """In the order of the addresses."""
    made: set[int]
    """Those that nobody knew: nothing can be attached to them yet."""


class NoSuchContactPoint(Exception):
    """This town has no such contact point, or it was erased."""


def find_or_create(town: Town, channel: Channel, address: str, *, at: datetime) -> int:
    """The id of the contact point with this address, new or known.

    Raises: kit.contacts.NotAnAddress, kit.phones.NotAPhone or kit.push_points.NotASubscription, by channel.
    """
    return find_or_create_many(town, channel, [address], at=at)[0]


def find_or_create_many(
    town: Town, channel: Channel, addresses: Sequence[str], *, at: datetime
) -> list[int]:
    """Ids in the order of `addresses`; two spellings of one address get the same id.

    Raises: as `find_or_create`.
    """
    return enter_many(town, channel, addresses, at=at).ids


@transaction.atomic
def enter_many(town: Town, channel: Channel, addresses: Sequence[str], *, at: datetime) -> Entered:
    """`find_or_create_many` for whoever must know which are new. Raises: as `find_or_create`."""
    ids: list[int] = []
    made: set[int] = set()
    sort = kind(channel)
    for start in range(0, len(addresses), BATCH):
        plain = [sort.canonical(address) for address in addresses[start : start + BATCH]]
        marks = [sort.comparable(address) for address in plain]
        found = _find(town, channel, marks)
        missing: dict[bytes, str] = {}
        renewed: dict[int, str] = {}
        for address, mark in zip(plain, marks, strict=True):
            if mark not in found:
                missing.setdefault(mark, address)  # the first spelling wins
            elif sort.renewed:
                renewed[found[mark]] = address
        made |= _insert(town, channel, missing, found, at=at)
        _renew(town, channel, renewed)
        ids.extend(found[mark] for mark in marks)
    return Entered(ids=ids, made=made)


def find(town: Town, channel: Channel, address: str) -> int | None:
    """The id of this address in this town. Raises: as `find_or_create`."""
    return find_many(town, channel, [address])[0]


def find_many(town: Town, channel: Channel, addresses: Sequence[str]) -> list[int | None]:
    """Ids in the order of `addresses`, None where unknown. Raises: as `find_or_create`."""
    found: list[int | None] = []
    sort = kind(channel)
    for start in range(0, len(addresses), BATCH):
        batch = addresses[start : start + BATCH]
        marks = [sort.comparable(sort.canonical(address)) for address in batch]
        found.extend(map(_find(town, channel, marks).get, marks))
    return found


def reveal(town: Town, contact_point_id: int) -> str:
    """The address in clear, in canonical form. The caller writes the journal. Raises: NoSuchContactPoint."""
    return reveal_many(town, [contact_point_id])[contact_point_id]


def reveal_many(town: Town, contact_point_ids: Sequence[int]) -> dict[int, str]:
    """Addresses in clear by id, for an export that the caller journals. Raises: NoSuchContactPoint."""
    rows = (
        ContactPoint.objects.of(town)
        .filter(id__in=list(contact_point_ids), sealed__isnull=False)
        .values_list("id", "channel", "sealed", "key_id")
    )
    clear = {
        id_: keys.ring_with(key_id)
        .unseal(bytes(sealed), key_id=key_id, bound_to=keys.bound_to(town.pk, channel))
        .decode("ascii")
        for id_, channel, sealed, key_id in rows
        if sealed is not None
    }
    if missing := set(contact_point_ids) - clear.keys():
        raise NoSuchContactPoint(*sorted(missing))
    return clear


def masked(town: Town, contact_point_ids: Sequence[int]) -> dict[int, str]:
    """What may be shown, by id: c••••e@orange.fr; ids that were erased are left out."""
    channels = dict(
        ContactPoint.objects.of(town)
        .filter(id__in=list(contact_point_ids), sealed__isnull=False)
        .values_list("id", "channel")
    )
    clear = reveal_many(town, list(channels))
    return {id_: kind(channels[id_]).mask(address) for id_, address in clear.items()}


@transaction.atomic
def erase(town: Town, contact_point_id: int, *, at: datetime) -> None:
    """Forgets the address for good; the deliveries stay as figures. Raises: NoSuchContactPoint."""
    changed = (
        ContactPoint.objects.of(town)
        .filter(id=contact_point_id)
        .update(
            sealed=None,
            fingerprint=os.urandom(FINGERPRINT_BYTES),
            state=ContactState.ERASED,
            link_version=F("link_version") + 1,
        )
    )
    if not changed:
        raise NoSuchContactPoint(contact_point_id)
    _forget_reports(town, contact_point_id)
    InboundText.objects.of(town).filter(contact_point_id=contact_point_id).delete()
    Stop.objects.of(town).filter(contact_point_id=contact_point_id).delete()
    Stop.objects.create_in(
        town, contact_point_id=contact_point_id, theme_id=None, reason=StopReason.ERASED, at=at
    )


def reissue_links(town: Town, contact_point_id: int) -> None:
    """Makes every preference and confirmation link sent so far worthless. Raises: NoSuchContactPoint."""
    changed = (
        ContactPoint.objects.of(town)
        .filter(id=contact_point_id, sealed__isnull=False)
        .update(link_version=F("link_version") + 1)
    )
    if not changed:
        raise NoSuchContactPoint(contact_point_id)


def _forget_reports(town: Town, contact_point_id: int) -> None:
    """What came back quotes the address: the fact stays, the report goes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE delivery_event e SET raw = NULL, key_id = NULL FROM delivery_delivery d"
            " WHERE d.town_id = %s AND d.contact_point_id = %s AND e.town_id = d.town_id"
            " AND e.message_id = d.message_id AND e.seq = d.seq AND e.raw IS NOT NULL",
            [town.pk, contact_point_id],
        )


def _find(town: Town, channel: Channel, marks: Sequence[bytes]) -> dict[bytes, int]:
    """Ids by mark (`Kind.comparable`), whatever generation of keys sealed them."""
    ring, bound_to = keys.ring(), keys.bound_to(town.pk, channel)
    wanted = {
        ring.fingerprint(mark, bound_to=bound_to, key_id=key_id): mark
        for key_id in ring.generations
        for mark in marks
    }
    found = bulk.execute(_BY_FINGERPRINT, [list(wanted), town.pk, int(channel)])
    return {wanted[bytes(fingerprint)]: id_ for fingerprint, id_ in found}


def _insert(
    town: Town,
    channel: Channel,
    by_mark: dict[bytes, str],
    found: dict[bytes, int],
    *,
    at: datetime,
) -> set[int]:
    """Adds the missing to `found`; says which ids are new."""
    if not by_mark:
        return set()
    ring, bound_to = keys.ring(), keys.bound_to(town.pk, channel)
    marks = {ring.fingerprint(mark, bound_to=bound_to): mark for mark in by_mark}
    sealed = [ring.seal(one.encode("ascii"), bound_to=bound_to) for one in by_mark.values()]
    made = bulk.execute(_INSERT, [town.pk, int(channel), ring.current, at, sealed, list(marks)])
    found.update((marks[bytes(fingerprint)], id_) for fingerprint, id_ in made)
    if len(made) < len(marks):  # somebody else has just written some of them
        found.update(_find(town, channel, [mark for mark in by_mark if mark not in found]))
    return {id_ for _, id_ in made}


def _renew(town: Town, channel: Channel, by_id: dict[int, str]) -> None:
    """A browser that subscribes again keeps its endpoint and may have new keys."""
    ring, bound_to = keys.ring(), keys.bound_to(town.pk, channel)
    for id_, address in by_id.items():
        ContactPoint.objects.of(town).filter(id=id_).update(
            sealed=ring.seal(address.encode("ascii"), bound_to=bound_to),
            fingerprint=ring.fingerprint(kind(channel).comparable(address), bound_to=bound_to),
            key_id=ring.current,
        )
