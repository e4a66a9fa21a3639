"""The emergency lane: a message written beforehand leaves in two taps; the cabinet approves it afterwards if it had not."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext

from beffroi.alerts.models import Alert, AlertMessage, Prewritten
from beffroi.alerts.queries import settings as settled
from beffroi.alerts.services import drafting, prewritten, rights
from beffroi.alerts.services.dropping import drop, drop_prepared
from beffroi.alerts.services.facts import (
    NeedsBulletin,
    NoSuchThing,
    TooLate,
    WordsChanged,
)
from beffroi.alerts.services.leaving import leave, note
from beffroi.alerts.texts import Words, read
from beffroi.alerts.words import AlertKind, Basis, MessageKind, MessageState
from beffroi.delivery.words import Lane
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town
from beffroi.towns.permissions import Permission
from beffroi.towns.services import take_turn

SAME_TAP = timedelta(seconds=60)
"""The same text by the same officer within this time is one tap that trembled."""


@transaction.atomic
def send_emergency(
    town: Town,
    prewritten_id: int,
    *,
    seen_hash: str,
    by: Agent,
    at: datetime,
    is_drill: bool,
    alert_id: int | None = None,
) -> AlertMessage:
    """Overtakes everything, at any hour. With `alert_id` it continues that alert instead of opening one.

    Raises: NotAllowed, NoSuchThing, WordsChanged, NeedsBulletin, TooLate, CannotLeave.
    """
    rights.require(town, by, Permission.ALERT_SEND)
    take_turn(town)
    text = prewritten.locked(town, prewritten_id)
    words = settled.words_of(text)
    if words.sha256() != seen_hash:
        raise WordsChanged(prewritten_id)
    if words.has_slots:
        raise NeedsBulletin(prewritten_id)
    trembled = _just_sent(town, text, by=by, at=at, is_drill=is_drill)
    if trembled is not None:
        return trembled
    alert = _continued(town, alert_id) if alert_id else _opened(town, text, is_drill, at=at, by=by)
    message = _prepared(alert, words, at=at)
    basis = Basis.BEFOREHAND if settled.is_approved(text) else Basis.AFTERWARDS
    leave(message, words, lane=Lane.EMERGENCY, basis=basis, by=by, at=at, prewritten=text)
    return message


@transaction.atomic
def send_prepared(
    town: Town, message_id: int, *, seen_hash: str, by: Agent, at: datetime
) -> AlertMessage:
    """A ready draft leaves without waiting for the usual chain; the cabinet approves it afterwards.

    Raises: NotAllowed, NoSuchThing, WordsChanged, TooLate, CannotLeave.
    """
    rights.require(town, by, Permission.ALERT_SEND)
    take_turn(town)
    message = _locked(town, message_id)
    if message.state != MessageState.PREPARED or drafting.is_gone(town, message.campaign_id):
        raise TooLate(message_id)
    if message.content_hash != seen_hash:
        raise WordsChanged(message_id)
    drafting.discard(town, message.campaign_id, at=at)
    words = read(message.content)
    leave(message, words, lane=Lane.ALERT, basis=Basis.AFTERWARDS, by=by, at=at)
    return message


@transaction.atomic
def dismiss(town: Town, message_id: int, *, by: Agent, at: datetime) -> None:
    """A ready draft that nobody needs. Raises: NotAllowed, NoSuchThing, TooLate."""
    rights.require(town, by, Permission.ALERT_SEND)
    message = _locked(town, message_id)
    if message.state != MessageState.PREPARED or drafting.is_gone(town, message.campaign_id):
        raise TooLate(message_id)
    drop(message, at=at)
    note(message, journal.Kind.ALERT_DISMISSED, by=by, at=at)


@transaction.atomic
def approve_afterwards(town: Town, message_id: int, *, by: Agent, at: datetime) -> None:
    """Raises: NotAllowed, NoSuchThing, TooLate (nothing waits for it), OwnWork."""
    rights.require(town, by, Permission.ALERT_APPROVE)
    message = _locked(town, message_id)
    if message.basis != Basis.AFTERWARDS or message.judged_at is not None:
        raise TooLate(message_id)
    if message.sent_by_id and rights.alone(town, by, author_id=message.sent_by_id):
        note(message, journal.Kind.ONE_PERSON_RULE, by=by, at=at)
    message.judged_at, message.judged_by = at, by
    message.save(update_fields=["judged_at", "judged_by"])
    note(message, journal.Kind.ALERT_APPROVED, by=by, at=at)


@transaction.atomic
def end(town: Town, alert_id: int, *, by: Agent, at: datetime) -> Alert:
    """The alert is over: its page says so. Residents are told by a last message, sent before.

    Raises: NotAllowed, NoSuchThing, TooLate.
    """
    rights.require(town, by, Permission.ALERT_SEND)
    alert = _continued(town, alert_id)
    alert.ended_at = at
    alert.save(update_fields=["ended_at"])
    drop_prepared(alert, at=at)
    about = ("alert", alert.pk)
    journal.write(town, journal.Kind.ALERT_ENDED, at=at, by=by, about=about, detail=alert.headline)
    return alert


def _just_sent(
    town: Town, text: Prewritten, *, by: Agent, at: datetime, is_drill: bool
) -> AlertMessage | None:
    return (
        AlertMessage.objects.of(town)
        .filter(prewritten=text, sent_by=by, sent_at__gt=at - SAME_TAP, alert__is_drill=is_drill)
        .first()
    )


def _opened(town: Town, text: Prewritten, is_drill: bool, *, by: Agent, at: datetime) -> Alert:
    alert = Alert.objects.create_in(
        town, kind=AlertKind.EMERGENCY, is_drill=is_drill, headline=text.title, opened_at=at
    )
    kind = journal.Kind.DRILL if is_drill else journal.Kind.ALERT_OPENED
    said = gettext("Urgence\N{NO-BREAK SPACE}: %s") % text.title
    journal.write(town, kind, at=at, by=by, about=("alert", alert.pk), detail=said)
    return alert


def _continued(town: Town, alert_id: int) -> Alert:
    alert = Alert.objects.of(town).select_for_update().filter(pk=alert_id).first()
    if alert is None:
        raise NoSuchThing(alert_id)
    if alert.ended_at is not None:
        raise TooLate(alert_id)
    return alert


def _prepared(alert: Alert, words: Words, *, at: datetime) -> AlertMessage:
    told = AlertMessage.objects.of(alert.town).filter(alert=alert, state=MessageState.SENT)
    return AlertMessage.objects.create_in(
        alert.town,
        alert=alert,
        kind=MessageKind.UPDATES if told.exists() else MessageKind.OPENS,
        state=MessageState.PREPARED,
        content=words.canonical(),
        content_hash=words.sha256(),
        prepared_at=at,
    )


def _locked(town: Town, message_id: int) -> AlertMessage:
    """Raises: NoSuchThing."""
    rows = AlertMessage.objects.of(town).select_for_update(of=("self",)).select_related("alert")
    message = rows.filter(pk=message_id).first()
    if message is None:
        raise NoSuchThing(message_id)
    return message
