"""This room's part in the rotation of the keys: files that wait. Names no town."""

from beffroi.audience import rotation
from beffroi.content import brought
from beffroi.content.models import UploadPart
from beffroi.kit.sealing import Keyring


def reseal(ring: Keyring) -> int:
    """The next rows under older keys; 0 when there are none left."""
    return rotation.reseal_rows(ring, UploadPart, "sealed", brought.USE)


def in_use() -> set[int]:
    """The generations of keys that some row still needs."""
    rows = UploadPart.objects.across_towns(why=rotation.WHY).order_by()
    return set(rows.values_list("key_id", flat=True).distinct())
