"""From a CAP alert of somebody else to a message of the town: when an agent asks, then as long as the alert lives."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from beffroi.alerts import relayed
from beffroi.alerts.models import Alert, AlertMessage, ReceivedAlert
from beffroi.alerts.queries import settings as settled
from beffroi.alerts.queries.received import notice_of
from beffroi.alerts.services import drafting, rights
from beffroi.alerts.services.dropping import drop_prepared, was_told
from beffroi.alerts.services.facts import NoSuchThing, TooLate
from beffroi.alerts.services.leaving import note
from beffroi.alerts.services.ringing import ring
from beffroi.alerts.words import AlertKind, MessageKind, MessageState
from beffroi.kit import cap
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town
from beffroi.towns.permissions import Permission
from beffroi.towns.services import take_turn


@transaction.atomic
def prepare(town: Town, received_id: int, *, by: Agent, at: datetime) -> AlertMessage:
    """A ready draft; the one that waits already, if there is one.

    Raises: NotAllowed, NoSuchThing, TooLate (it is past, or another document took its place).
    """
    rights.require(town, by, Permission.ALERT_SEND, Permission.CAMPAIGN_WRITE)
    take_turn(town)
    received = ReceivedAlert.objects.of(town).filter(pk=received_id).first()
    if received is None:
        raise NoSuchThing(received_id)
    if received.superseded_at is not None or is_past(received, at=at):
        raise TooLate(received_id)
    alert = received.alert or _open(received, by=by, at=at)
    if alert.ended_at is not None:
        raise TooLate(received_id)
    waiting = AlertMessage.objects.of(town).filter(alert=alert, state=MessageState.PREPARED).first()
    if waiting is not None:
        return waiting
    kind = MessageKind.UPDATES if was_told(alert) else MessageKind.OPENS
    return _prepare(alert, received, kind, by=by, at=at)


def is_past(received: ReceivedAlert, *, at: datetime) -> bool:
    ends = received.message_type == cap.MessageType.CANCEL
    return ends or (received.expires is not None and received.expires <= at)


def go_on(received: ReceivedAlert, alert: Alert, *, ends: bool, at: datetime) -> bool:
    """A later document of what the town made an alert of: whether a message waits for a decision now.

    Called inside a transaction. Nobody is told of the end of what they were never told of.
    """
    drop_prepared(alert, at=at)
    told = was_told(alert)
    if ends:
        alert.ended_at = at
        alert.save(update_fields=["ended_at"])
        _note(alert, journal.Kind.ALERT_ENDED, by=None, at=at)
        if told:
            _prepare(alert, received, MessageKind.ENDS, by=None, at=at)
        return told
    alert.colour = received.colour
    alert.save(update_fields=["colour"])
    kind = MessageKind.UPDATES if told else MessageKind.OPENS
    _prepare(alert, received, kind, by=None, at=at)
    return True


def ring_for_decision(received: ReceivedAlert, alert: Alert, *, at: datetime) -> None:
    said = gettext("%s\N{NO-BREAK SPACE}: un message attend votre décision.") % received.headline
    ring(alert.town, alert, said, at=at)


def _open(received: ReceivedAlert, *, by: Agent, at: datetime) -> Alert:
    alert = Alert.objects.create_in(
        received.town,
        kind=AlertKind.RECEIVED,
        headline=received.headline[:200],
        phenomenon=received.phenomenon,
        colour=received.colour,
        opened_at=at,
    )
    received.alert = alert
    received.save(update_fields=["alert"])
    _note(alert, journal.Kind.ALERT_OPENED, by=by, at=at)
    return alert


def _prepare(
    alert: Alert, received: ReceivedAlert, kind: MessageKind, *, by: Agent | None, at: datetime
) -> AlertMessage:
    town = alert.town
    words = relayed.words(
        town,
        notice_of(town, received),
        kind,
        own_words=settled.watching(town).own_words if received.phenomenon else "",
        theme_ids=drafting.alert_themes(town),
    )
    message = AlertMessage.objects.create_in(
        town,
        alert=alert,
        kind=kind,
        state=MessageState.PREPARED,
        content=words.canonical(),
        content_hash=words.sha256(),
        campaign_id=drafting.telmail(town, words, by=by, at=at),
        prepared_at=at,
        valid_until=None if kind is MessageKind.ENDS else received.expires,
    )
    note(message, journal.Kind.ALERT_PREPARED, by=by, at=at, detail=words.subject)
    return message


def _note(alert: Alert, kind: journal.Kind, *, by: Agent | None, at: datetime) -> None:
    about = ("alert", alert.pk)
    journal.write(alert.town, kind, at=at, by=by, about=about, detail=alert.headline)
