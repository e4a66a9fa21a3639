"""Replies by SMS, once somebody has seen them."""

from datetime import datetime

from beffroi.delivery.models import InboundText
from beffroi.towns.models import Town


def mark_read(town: Town, reply_id: int, *, at: datetime) -> None:
    """Saying it twice changes nothing."""
    InboundText.objects.of(town).filter(id=reply_id, read_at__isnull=True).update(read_at=at)
