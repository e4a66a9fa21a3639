"""The three orange alerts of the demonstration's past year, each a thread of messages that really left."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from beffroi.alerts.models import Alert, AlertMessage
from beffroi.alerts.queries.alerts import messages
from beffroi.alerts.services.drafting import alert_themes
from beffroi.alerts.services.leaving import leave
from beffroi.alerts.texts import Words
from beffroi.alerts.words import (
    AlertKind,
    Basis,
    ColourChoice,
    MessageKind,
    MessageState,
    PhenomenonChoice,
)
from beffroi.config.demo import history
from beffroi.config.demo.telmails import Office, days_ago, morning
from beffroi.delivery.words import Lane

_STORMS = Path(__file__).with_name("storms.toml")


def break_out(office: Office, *, today: datetime) -> None:
    for storm in tomllib.loads(_STORMS.read_text(encoding="utf-8"))["storm"]:
        at = morning(today - timedelta(days=days_ago(storm, today)), hour=6)
        alert = Alert.objects.create_in(
            office.town,
            kind=AlertKind.VIGILANCE,
            headline=storm["headline"],
            phenomenon=PhenomenonChoice[storm["phenomenon"]],
            colour=ColourChoice.ORANGE,
            opened_at=at,
        )
        for text in storm["message"]:
            _send(office, alert, text, at=at + timedelta(hours=text["hour"]))


def _send(office: Office, alert: Alert, text: dict[str, Any], *, at: datetime) -> None:
    """On the cabinet's word, as soon as the bulletin was there."""
    words = Words(
        subject=text["subject"],
        body=text["body"],
        sms=text["sms"],
        theme_ids=alert_themes(office.town),
    )
    kind = MessageKind[text["kind"]]
    message = AlertMessage.objects.create_in(
        office.town,
        alert=alert,
        kind=kind,
        state=MessageState.PREPARED,
        content=words.canonical(),
        content_hash=words.sha256(),
        prepared_at=at - timedelta(minutes=10),
    )
    leave(message, words, lane=Lane.ALERT, basis=Basis.CHAIN, by=office.agents["cabinet"], at=at)
    for sent in message.dispatches.all():
        history.deliver(office.town, sent.message_number, at=at)
    _prove(office, message)
    if kind is MessageKind.ENDS:
        alert.ended_at = at
        alert.save(update_fields=["ended_at"])


def _prove(office: Office, message: AlertMessage) -> None:
    """The watchdog looked at the time, and was content."""
    messages(office.town, message.alert_id).filter(pk=message.pk).update(proof_due_at=None)
