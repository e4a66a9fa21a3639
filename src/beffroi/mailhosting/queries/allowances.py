"""What the operator lends a town, and what it uses of it."""

from dataclasses import dataclass

from django.db.models import Sum

from beffroi.mailhosting.models import Allowance, Mailbox
from beffroi.towns.models import Town

USUAL_BOXES = 100
USUAL_MIB = 500 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    boxes: int
    mib: int
    max_boxes: int
    max_mib: int


def use_of(town: Town) -> Use:
    """What the town's boxes take of what it was lent; archived ones count for their room."""
    row = Allowance.objects.of(town).first()
    boxes = Mailbox.objects.of(town).exclude(state=Mailbox.State.DESTROYED)
    return Use(
        boxes=boxes.exclude(state=Mailbox.State.ARCHIVED).count(),
        mib=boxes.aggregate(sum=Sum("quota_mib"))["sum"] or 0,
        max_boxes=row.max_boxes if row else USUAL_BOXES,
        max_mib=row.max_mib if row else USUAL_MIB,
    )
