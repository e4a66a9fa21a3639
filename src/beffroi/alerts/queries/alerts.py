"""Alerts as the back office and the residents see them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from beffroi.alerts.models import Alert, AlertMessage, Dispatch, Drill, Followed
from beffroi.alerts.texts import Words, read
from beffroi.alerts.words import Basis, MessageState
from beffroi.audience import reach
from beffroi.delivery.outgoing import Outcomes
from beffroi.delivery.queries import messages as told
from beffroi.delivery.words import Channel
from beffroi.towns.models import Town

STILL_SHOWN = timedelta(hours=6)
"""An alert that ended stays on the residents' page this long, with its end."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reached:
    """What became of one channel of a message."""

    channel: Channel
    recipients: int
    outcomes: Outcomes
    sent_again: int
    """People who may have it twice."""
    is_proved: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Unproved:
    alert_id: int
    headline: str
    channels: str
    """Those that are silent."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicAlert:
    """One alert on the residents' page."""

    alert_id: int
    headline: str
    is_drill: bool
    colour: int | None
    ended_at: datetime | None
    messages: "tuple[PublicMessage, ...]"


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicMessage:
    subject: str
    body: str
    sent_at: datetime | None


def followed(town: Town, *, drill: Drill | None = None) -> QuerySet[Followed]:
    """What is above green now, the gravest first."""
    return Followed.objects.of(town).filter(drill=drill)


def open_alerts(town: Town) -> QuerySet[Alert]:
    return Alert.objects.of(town).filter(ended_at=None)


def past(town: Town) -> QuerySet[Alert]:
    return Alert.objects.of(town).exclude(ended_at=None)


def alert(town: Town, alert_id: int) -> Alert | None:
    return Alert.objects.of(town).filter(pk=alert_id).first()


def messages(town: Town, alert_id: int) -> QuerySet[AlertMessage]:
    """The newest first."""
    rows = AlertMessage.objects.of(town).filter(alert_id=alert_id)
    return rows.select_related("alert", "sent_by", "judged_by", "prewritten")


def message(town: Town, message_id: int) -> AlertMessage | None:
    rows = AlertMessage.objects.of(town).filter(pk=message_id)
    return rows.select_related("alert", "sent_by", "judged_by", "prewritten").first()


def words_of(one: AlertMessage) -> Words:
    return read(one.content)


def waiting(town: Town) -> QuerySet[AlertMessage]:
    """Prepared and not sent."""
    rows = AlertMessage.objects.of(town).filter(state=MessageState.PREPARED)
    return rows.select_related("alert")


def to_judge(town: Town) -> QuerySet[AlertMessage]:
    """Sent, and the cabinet has not approved them yet: « à valider après coup »."""
    rows = AlertMessage.objects.of(town).filter(basis=Basis.AFTERWARDS, judged_at=None)
    return rows.filter(state=MessageState.SENT).select_related("alert", "sent_by")


def unproved(town: Town) -> list[Unproved]:
    """Of alerts still open: nothing proved in time that they arrived, and nothing does yet."""
    rows = AlertMessage.objects.of(town).filter(alert__ended_at=None).exclude(unproved="")
    found = [(one, silent(one)) for one in rows.select_related("alert")]
    return [
        Unproved(alert_id=one.alert_id, headline=one.alert.headline, channels=", ".join(channels))
        for one, channels in found
        if channels
    ]


def silent(message: AlertMessage) -> list[str]:
    """The channels that should have reached somebody and prove nothing; or the words for nobody at all."""
    dispatches = Dispatch.objects.of(message.town).filter(message=message, recipients__gt=0)
    if not dispatches:
        return [gettext("aucun destinataire")]
    return [str(Channel(one.channel).label) for one in dispatches if not proved(message.town, one)]


def reached(town: Town, message_id: int) -> list[Reached]:
    """How many were reached, by channel."""
    return [
        Reached(
            channel=Channel(row.channel),
            recipients=row.recipients,
            outcomes=told.outcomes(town, row.message_number),
            sent_again=told.sent_again(town, row.message_number),
            is_proved=proved(town, row),
        )
        for row in Dispatch.objects.of(town).filter(message_id=message_id)
    ]


def proved(town: Town, dispatch: Dispatch) -> bool:
    """An SMS is proved by a receipt; an e-mail or a notification, which have none, by the next hop's acceptance."""
    outcomes = told.outcomes(town, dispatch.message_number)
    if dispatch.channel == Channel.SMS:
        return outcomes.delivered > 0
    return outcomes.accepted + outcomes.delivered > 0


def volunteers(town: Town, *, at: datetime) -> tuple[tuple[Channel, int], ...]:
    """How many take part in exercises, by channel."""
    return tuple(
        (channel, reach.drill_recipients(town, channel=channel, at=at).count())
        for channel in Channel
    )


def drill(town: Town, drill_id: int) -> Drill | None:
    return Drill.objects.of(town).filter(pk=drill_id).first()


def last_drill(town: Town) -> Drill | None:
    return Drill.objects.of(town).first()


def alerts_of_drill(town: Town, one: Drill) -> QuerySet[Alert]:
    return Alert.objects.of(town).filter(drill=one)


def published(town: Town, *, at: datetime) -> tuple[PublicAlert, ...]:
    """What the residents' page shows: alerts of which a message left, open or ended a moment ago."""
    rows = Alert.objects.of(town).filter(Q(ended_at=None) | Q(ended_at__gt=at - STILL_SHOWN))
    shown = rows.filter(messages__state=MessageState.SENT).distinct()
    return tuple(_public(town, row) for row in shown)


def running(town: Town) -> QuerySet[Alert]:
    """What residents are being warned of now, and is real."""
    sent = open_alerts(town).filter(is_drill=False, messages__state=MessageState.SENT)
    return sent.distinct()


def is_alarmed(town: Town) -> bool:
    return running(town).exists()


def _public(town: Town, row: Alert) -> PublicAlert:
    sent = messages(town, row.pk).filter(state=MessageState.SENT)
    return PublicAlert(
        alert_id=row.pk,
        headline=row.headline,
        is_drill=row.is_drill,
        colour=row.colour,
        ended_at=row.ended_at,
        messages=tuple(_public_message(one) for one in sent),
    )


def _public_message(one: AlertMessage) -> PublicMessage:
    words = read(one.content)
    return PublicMessage(subject=words.subject, body=words.body, sent_at=one.sent_at)


def cap(town: Town, alert_id: int) -> str:
    """The CAP document of the newest message of this alert that left; empty when none did."""
    sent = AlertMessage.objects.of(town).filter(alert_id=alert_id, state=MessageState.SENT)
    newest = sent.order_by("-sent_at", "-pk").first()
    return newest.cap if newest else ""
