"""CAP alerts of others, as they came and as they are read."""

from datetime import datetime

from django.db.models import Q, QuerySet

from beffroi.alerts import relayed
from beffroi.alerts.models import Alert, ReceivedAlert
from beffroi.alerts.relayed import Notice
from beffroi.kit import cap
from beffroi.towns.models import Town


def received(town: Town, *, at: datetime) -> QuerySet[ReceivedAlert]:
    """What feeds of others say that still holds."""
    rows = ReceivedAlert.objects.of(town).filter(Q(expires=None) | Q(expires__gt=at))
    return rows.filter(superseded_at=None).exclude(message_type=cap.MessageType.CANCEL)


def one_received(town: Town, received_id: int) -> ReceivedAlert | None:
    rows = ReceivedAlert.objects.of(town).select_related("feed", "alert")
    return rows.filter(pk=received_id).first()


def notice_of(town: Town, received: ReceivedAlert) -> Notice:
    """Read from its document."""
    alert = cap.read_alert(received.document.encode())
    return relayed.notice(alert, received.feed.place, otherwise=received.headline)


def already_followed(town: Town, received: ReceivedAlert) -> Alert | None:
    """An open alert of the town about the same phenomenon, made of something else."""
    if received.phenomenon is None:
        return None
    rows = Alert.objects.of(town).filter(
        phenomenon=received.phenomenon, ended_at=None, is_drill=False
    )
    return rows.exclude(received=received).first()


def of_alert(town: Town, alert: Alert) -> QuerySet[ReceivedAlert]:
    """The documents that it was made of."""
    return ReceivedAlert.objects.of(town).filter(alert=alert)
