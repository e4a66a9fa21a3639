"""What was prepared and will not be sent: overtaken, ended or put aside by an officer."""

from datetime import datetime

from beffroi.alerts.models import Alert, AlertMessage
from beffroi.alerts.services import drafting
from beffroi.alerts.words import MessageState


def drop(message: AlertMessage, *, at: datetime) -> None:
    """Its Télmail goes too, unless somebody has worked on it. Called inside a transaction."""
    message.state = MessageState.DROPPED
    message.save(update_fields=["state"])
    drafting.discard(message.town, message.campaign_id, at=at)


def drop_prepared(alert: Alert, *, at: datetime) -> None:
    waiting = AlertMessage.objects.of(alert.town).filter(alert=alert, state=MessageState.PREPARED)
    for message in waiting:
        if not drafting.is_gone(alert.town, message.campaign_id):
            drop(message, at=at)
