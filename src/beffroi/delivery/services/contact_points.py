"""Contact points: sealed on the way in, found without being read, opened only on purpose."""

import os
from collections.abc import Sequence
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
_BY_FINGERPRINT = (
    "SELECT fingerprint, id FROM delivery_contactpoint"
    " WHERE town_id = %b AND channel = %b AND fingerprint = ANY(%b::bytea[])"
)


class NoSuchContactPoint(Exception):
    """This town has no such contact point, or it was erased."""


def find_or_create(town: Town, channel: Channel, address: str, *, at: datetime) -> int:
    """The id of the contact point with this address, new or known.

    Raises: kit.contacts.NotAnAddress, kit.phones.NotAPhone or kit.push_points.NotASubscription, by channel.
    """
    return find_or_create_many(town, channel, [address], at=at)[0]


@transaction.atomic
def find_or_create_many(
    town: Town, channel: Channel, addresses: Sequence[str], *, at: datetime
) -> list[int]:
    """Ids in the order of `addresses`; two spellings of one address get the same id.

    Raises: as `find_or_create`.
    """
    found: list[int] = []
    sort = kind(channel)
    for start in range(0, len(addresses), BATCH):
        plain = [sort.canonical(address) for address in addresses[start : start + BATCH]]
        known = _find(town, channel, plain)
        missing: dict[bytes, str] = {}
        renewed: dict[int, str] = {}
        for address, id_ in zip(plain, known, strict=True):
            if id_ is None:
                missing.setdefault(sort.comparable(address), address)  # the first spelling wins
            elif sort.renewed:
                renewed[id_] = address
        made = _insert(town, channel, missing, at=at)
        _renew(town, channel, renewed)
        found.extend(
            made[sort.comparable(address)] if id_ is None else id_
            for address, id_ in zip(plain, known, strict=True)
        )
    return found


def find(town: Town, channel: Channel, address: str) -> int | None:
    """The id of this address in this town. Raises: as `find_or_create`."""
    return _find(town, channel, [kind(channel).canonical(address)])[0]


def find_many(town: Town, channel: Channel, addresses: Sequence[str]) -> list[int | None]:
    """Ids in the order of `addresses`, None where unknown. Raises: as `find_or_create`."""
    found: list[int | None] = []
    canonical = kind(channel).canonical
    for start in range(0, len(addresses), BATCH):
        batch = addresses[start : start + BATCH]
        found.extend(_find(town, channel, [canonical(address) for address in batch]))
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


def _find(town: Town, channel: Channel, canonical: Sequence[str]) -> list[int | None]:
    ring, bound_to = keys.ring(), keys.bound_to(town.pk, channel)
    comparable = kind(channel).comparable
    wanted: dict[bytes, bytes] = {}
    for key_id in ring.generations:
        for address in canonical:
            plain = comparable(address)
            wanted[ring.fingerprint(plain, bound_to=bound_to, key_id=key_id)] = plain
    found = bulk.execute(_BY_FINGERPRINT, [town.pk, int(channel), list(wanted)])
    by_plain = {wanted[bytes(fingerprint)]: id_ for fingerprint, id_ in found}
    return [by_plain.get(comparable(address)) for address in canonical]


def _insert(
    town: Town, channel: Channel, by_plain: dict[bytes, str], *, at: datetime
) -> dict[bytes, int]:
    if not by_plain:
        return {}
    ring, bound_to = keys.ring(), keys.bound_to(town.pk, channel)
    fingerprints = [ring.fingerprint(plain, bound_to=bound_to) for plain in by_plain]
    sealed = [
        ring.seal(address.encode("ascii"), bound_to=bound_to) for address in by_plain.values()
    ]
    made = bulk.execute(
        "INSERT INTO delivery_contactpoint"
        " (town_id, channel, sealed, key_id, fingerprint, state, soft_bounces, link_version, created_at)"
        " SELECT %b, %b, sealed, %b, fingerprint, 1, 0, 1, %b"
        " FROM unnest(%b::bytea[], %b::bytea[]) AS new(sealed, fingerprint)"
        " ON CONFLICT (town_id, channel, fingerprint) DO NOTHING RETURNING fingerprint, id",
        [town.pk, int(channel), ring.current, at, sealed, fingerprints],
    )
    if len(made) < len(fingerprints):  # somebody else has just written some of them
        made = bulk.execute(_BY_FINGERPRINT, [town.pk, int(channel), fingerprints])
    ids = {bytes(fingerprint): id_ for fingerprint, id_ in made}
    return {
        plain: ids[fingerprint] for plain, fingerprint in zip(by_plain, fingerprints, strict=True)
    }


def _renew(town: Town, channel: Channel, by_id: dict[int, str]) -> None:
    """A browser that subscribes again keeps its endpoint and may have new keys."""
    ring, bound_to = keys.ring(), keys.bound_to(town.pk, channel)
    for id_, address in by_id.items():
        ContactPoint.objects.of(town).filter(id=id_).update(
            sealed=ring.seal(address.encode("ascii"), bound_to=bound_to),
            fingerprint=ring.fingerprint(kind(channel).comparable(address), bound_to=bound_to),
            key_id=ring.current,
        )
