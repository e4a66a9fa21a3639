"""This room's part in the rotation of the keys: names, scans, files and their lines. Names no town."""

from typing import Any

from django.db import connection, transaction

from beffroi.audience import sealed
from beffroi.audience.models import ImportPart, ImportRow, PaperForm, Subscriber
from beffroi.kit.sealing import Keyring

BATCH = 500
WHY = "rotation of the keys"


def reseal(ring: Keyring) -> int:
    """The next rows under older keys; 0 when there are none left."""
    return (
        _names(ring)
        or reseal_rows(ring, PaperForm, "sealed_scan", sealed.SCAN)
        or reseal_rows(ring, ImportRow, "sealed", sealed.LINE)
        or reseal_rows(ring, ImportPart, "sealed", sealed.FILE)
    )


def in_use() -> set[int]:
    """The generations of keys that some row still needs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key_id FROM audience_subscriber WHERE sealed_name IS NOT NULL"
            " UNION SELECT key_id FROM audience_paperform WHERE sealed_scan IS NOT NULL"
            " UNION SELECT key_id FROM audience_importrow UNION SELECT key_id FROM audience_importpart"
        )
        return {row[0] for row in cursor.fetchall()}


@transaction.atomic
def _names(ring: Keyring) -> int:
    """The keyed hash by which a family name is found changes with the key."""
    old = Subscriber.objects.across_towns(why=WHY).filter(sealed_name__isnull=False)
    batch = list(old.exclude(key_id=ring.current).select_for_update().order_by("id")[:BATCH])
    for row in batch:
        bound_to = sealed.bound_to(row.town_id, sealed.NAME)
        plain = ring.unseal(
            bytes(row.sealed_name or b""), key_id=row.key_id or 0, bound_to=bound_to
        )
        family = sealed.family_plain(sealed.unpack_name(plain))
        row.sealed_name, row.key_id = ring.seal(plain, bound_to=bound_to), ring.current
        row.family_hash = ring.fingerprint(family, bound_to=bound_to) if family else None
        row.save(update_fields=["sealed_name", "key_id", "family_hash"])
    return len(batch)


@transaction.atomic
def reseal_rows(ring: Keyring, model: Any, column: str, use: bytes) -> int:  # noqa: ANN401 - any model with `key_id`
    """The next rows of a model that `sealed` has sealed for this use."""
    old = model.objects.across_towns(why=WHY).filter(**{f"{column}__isnull": False})
    batch = list(old.exclude(key_id=ring.current).select_for_update().order_by("id")[:BATCH])
    for row in batch:
        bound_to = sealed.bound_to(row.town_id, use)
        plain = ring.unseal(bytes(getattr(row, column)), key_id=row.key_id, bound_to=bound_to)
        setattr(row, column, ring.seal(plain, bound_to=bound_to))
        row.key_id = ring.current
        row.save(update_fields=[column, "key_id"])
    return len(batch)
