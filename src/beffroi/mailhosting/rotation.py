"""This room's part in the rotation of the house's keys. Names no town."""

from django.db import transaction

from beffroi.kit.sealing import Keyring
from beffroi.mailhosting import sealed
from beffroi.mailhosting.models import DkimKey, OldAddress, Publisher

BATCH = 500
WHY = "rotation of the keys"


@transaction.atomic
def reseal(ring: Keyring) -> int:
    """The next rows under older keys; 0 when there are none left."""
    return _reseal_signatures(ring) + _reseal_registrars(ring) + _reseal_old(ring)


def _reseal_signatures(ring: Keyring) -> int:
    old = DkimKey.objects.across_towns(why=WHY).exclude(key_id=ring.current)
    batch = list(old.select_for_update().order_by("id")[:BATCH])
    for row in batch:
        bound_to = sealed.bound_to(row.town_id, row.domain_id)
        plain = ring.unseal(bytes(row.sealed_private_key), key_id=row.key_id, bound_to=bound_to)
        row.sealed_private_key = ring.seal(plain, bound_to=bound_to)
        row.key_id = ring.current
        row.save(update_fields=["sealed_private_key", "key_id"])
    return len(batch)


def _reseal_registrars(ring: Keyring) -> int:
    kept = Publisher.objects.across_towns(why=WHY).filter(sealed_keys__isnull=False)
    old = kept.exclude(key_id=ring.current)
    batch = list(old.select_for_update().order_by("id")[:BATCH])
    for row in batch:
        bound_to = sealed.keys_bound_to(row.town_id, row.domain_id)
        plain = ring.unseal(
            bytes(row.sealed_keys or b""), key_id=row.key_id or 0, bound_to=bound_to
        )
        row.sealed_keys, row.key_id = ring.seal(plain, bound_to=bound_to), ring.current
        row.save(update_fields=["sealed_keys", "key_id"])
    return len(batch)


def _reseal_old(ring: Keyring) -> int:
    kept = OldAddress.objects.across_towns(why=WHY).filter(sealed_password__isnull=False)
    batch = list(kept.exclude(key_id=ring.current).select_for_update().order_by("id")[:BATCH])
    for row in batch:
        bound_to = sealed.old_bound_to(row.town_id, row.pk)
        plain = ring.unseal(
            bytes(row.sealed_password or b""), key_id=row.key_id or 0, bound_to=bound_to
        )
        row.sealed_password, row.key_id = ring.seal(plain, bound_to=bound_to), ring.current
        row.save(update_fields=["sealed_password", "key_id"])
    return len(batch)


def in_use() -> set[int]:
    """The generations of keys that some row still needs."""
    signatures = DkimKey.objects.across_towns(why=WHY).values_list("key_id", flat=True)
    kept = Publisher.objects.across_towns(why=WHY).filter(key_id__isnull=False)
    old = OldAddress.objects.across_towns(why=WHY).filter(sealed_password__isnull=False)
    more = {key for key in old.values_list("key_id", flat=True) if key}
    return more | set(signatures) | {key for key in kept.values_list("key_id", flat=True) if key}
