"""What residents answered by SMS, opened for those who may read it."""

from dataclasses import dataclass
from datetime import datetime

from beffroi.delivery import keys
from beffroi.delivery.models import InboundText
from beffroi.delivery.words import Channel
from beffroi.towns.models import Town

SHOWN = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    reply_id: int
    contact_point_id: int
    message_id: int
    at: datetime
    text: str
    read_at: datetime | None


def replies(town: Town, *, unread_only: bool = False) -> list[Reply]:
    """The newest 200, newest first."""
    rows = InboundText.objects.of(town).order_by("-at", "-id")
    if unread_only:
        rows = rows.filter(read_at__isnull=True)
    bound_to = keys.bound_to(town.pk, Channel.SMS)
    return [
        Reply(
            reply_id=row.pk,
            contact_point_id=row.contact_point_id,
            message_id=row.message_id,
            at=row.at,
            text=keys.ring_with(row.key_id)
            .unseal(bytes(row.raw), key_id=row.key_id, bound_to=bound_to)
            .decode("utf-8", "replace"),
            read_at=row.read_at,
        )
        for row in rows[:SHOWN]
    ]


def unread(town: Town) -> int:
    return InboundText.objects.of(town).filter(read_at__isnull=True).count()
