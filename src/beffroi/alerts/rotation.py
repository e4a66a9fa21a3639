"""This room's part in the rotation of the keys. Names no town."""

from django.db import transaction

from beffroi.alerts import sealed
from beffroi.alerts.models import Watch
from beffroi.kit.sealing import Keyring

BATCH = 500
WHY = "rotation of the keys"


@transaction.atomic
def reseal(ring: Keyring) -> int:
    """The next rows under older keys; 0 when there are none left."""
    old = Watch.objects.across_towns(why=WHY).filter(sealed_key__isnull=False)
    batch = list(old.exclude(key_id=ring.current).select_for_update().order_by("id")[:BATCH])
    for row in batch:
        bound_to = sealed.bound_to(row.town_id)
        plain = ring.unseal(bytes(row.sealed_key or b""), key_id=row.key_id or 0, bound_to=bound_to)
        row.sealed_key, row.key_id = ring.seal(plain, bound_to=bound_to), ring.current
        row.save(update_fields=["sealed_key", "key_id"])
    return len(batch)


def in_use() -> set[int]:
    """The generations of keys that some row still needs."""
    rows = Watch.objects.across_towns(why=WHY).filter(sealed_key__isnull=False)
    return {key_id for key_id in rows.values_list("key_id", flat=True) if key_id is not None}
