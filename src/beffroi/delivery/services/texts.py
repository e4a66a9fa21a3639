"""Replies by SMS, once somebody has seen them."""

from collections.abc import Sequence
from datetime import datetime

from beffroi.delivery.models import InboundText
from beffroi.towns.models import Town


def mark_read(town: Town, reply_ids: Sequence[int], *, at: datetime) -> int:
    """How many were new. Saying it twice changes nothing."""
    rows = InboundText.objects.of(town).filter(id__in=list(reply_ids), read_at__isnull=True)
    return rows.update(read_at=at)
