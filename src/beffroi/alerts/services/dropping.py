"""What residents were told, and what was prepared and they will not be: overtaken, ended or put aside by an officer."""

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


def was_told(alert: Alert) -> bool:
    """Whether a message of this alert left, by either way."""
    messages = AlertMessage.objects.of(alert.town).filter(alert=alert)
    return messages.filter(state=MessageState.SENT).exists() or any(
        drafting.is_gone(alert.town, message.campaign_id) for message in messages
    )
