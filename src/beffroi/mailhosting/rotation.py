"""This room's part in the rotation of the house's keys. Names no town."""

from django.db import transaction

from beffroi.kit.sealing import Keyring
from beffroi.mailhosting import sealed
from beffroi.mailhosting.models import DkimKey

BATCH = 500
WHY = "rotation of the keys"


@transaction.atomic
def reseal(ring: Keyring) -> int:
    """The next rows under older keys; 0 when there are none left."""
    old = DkimKey.objects.across_towns(why=WHY).exclude(key_id=ring.current)
    batch = list(old.select_for_update().order_by("id")[:BATCH])
    for row in batch:
        bound_to = sealed.bound_to(row.town_id, row.domain_id)
        plain = ring.unseal(bytes(row.sealed_private_key), key_id=row.key_id, bound_to=bound_to)
        row.sealed_private_key = ring.seal(plain, bound_to=bound_to)
        row.key_id = ring.current
        row.save(update_fields=["sealed_private_key", "key_id"])
    return len(batch)


def in_use() -> set[int]:
    """The generations of keys that some row still needs."""
    return set(DkimKey.objects.across_towns(why=WHY).values_list("key_id", flat=True))
