"""The CAP 1.2 document of each message that an alert sends."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings

from beffroi.alerts import relayed
from beffroi.alerts.models import Alert, AlertMessage, ReceivedAlert
from beffroi.alerts.texts import Words
from beffroi.alerts.words import AlertKind, ColourChoice, MessageKind, MessageState
from beffroi.kit import cap
from beffroi.kit.paths import ALERT, town_url
from beffroi.kit.vigilance import Colour, Phenomenon
from beffroi.towns.models import Town

USUAL_LIFE = timedelta(hours=24)
"""Of a message that does not say until when it holds."""
_SEVERITY = {
    ColourChoice.GREEN: cap.Severity.MINOR,
    ColourChoice.YELLOW: cap.Severity.MODERATE,
    ColourChoice.ORANGE: cap.Severity.SEVERE,
    ColourChoice.RED: cap.Severity.EXTREME,
}
_TYPES = {
    MessageKind.OPENS: cap.MessageType.ALERT,
    MessageKind.UPDATES: cap.MessageType.UPDATE,
    MessageKind.ENDS: cap.MessageType.CANCEL,
}
_AWARENESS = {
    Phenomenon.WIND: "1; Wind",
    Phenomenon.SNOW: "2; snow-ice",
    Phenomenon.STORMS: "3; Thunderstorm",
    Phenomenon.HEAT: "5; high-temperature",
    Phenomenon.COLD: "6; low-temperature",
    Phenomenon.WAVES: "7; coastalevent",
    Phenomenon.AVALANCHES: "9; avalanches",
    Phenomenon.RAIN: "10; Rain",
    Phenomenon.FLOODS: "12; flooding",
}
_COLOUR_WORDS = {
    Colour.GREEN: "green",
    Colour.YELLOW: "yellow",
    Colour.ORANGE: "orange",
    Colour.RED: "red",
}


def identifier(message: AlertMessage) -> str:
    """Unique in the world: CAP wants no space, comma or mark-up in it."""
    return f"beffroi.{message.town.slug}.{message.alert_id}.{message.pk}"


def document(message: AlertMessage, words: Words, *, at: datetime) -> str:
    """The document of a message that leaves now. Raises: kit.cap.BadAlert."""
    alert, town = message.alert, message.town
    written = cap.Alert(
        identifier=identifier(message),
        sender=_sender(town),
        sent=_whole(at),
        status=cap.Status.EXERCISE if alert.is_drill else cap.Status.ACTUAL,
        message_type=_TYPES[MessageKind(message.kind)],
        references=tuple(_references(message)),
        infos=(_relayed(alert, _info(alert, message, words, at=at)),),
    )
    return cap.write_alert(written).decode()


def _sender(town: Town) -> str:
    """A name that CAP allows whatever the town's address is."""
    return f"{town.slug}@{urlsplit(settings.BEFFROI_URL).hostname}"


def _whole(at: datetime) -> datetime:
    """Seconds of UTC: a reference must repeat the very text of what it refers to."""
    return at.astimezone(UTC).replace(microsecond=0)


def _references(message: AlertMessage) -> Iterable[cap.Reference]:
    earlier = AlertMessage.objects.of(message.town).filter(
        alert=message.alert, state=MessageState.SENT
    )
    for one in earlier.exclude(pk=message.pk).order_by("pk"):
        if one.sent_at is not None:
            yield cap.Reference(
                sender=_sender(message.town),
                identifier=identifier(one),
                sent=_whole(one.sent_at),
            )


def _info(alert: Alert, message: AlertMessage, words: Words, *, at: datetime) -> cap.Info:
    is_weather = alert.kind == AlertKind.VIGILANCE
    ends = message.kind == MessageKind.ENDS
    colour = ColourChoice(alert.colour) if alert.colour else ColourChoice.RED
    return cap.Info(
        event=Phenomenon(alert.phenomenon).french if alert.phenomenon else alert.headline,
        categories=(cap.Category.MET if is_weather else cap.Category.SAFETY,),
        responses=(cap.Response.ALL_CLEAR,) if ends else (cap.Response.PREPARE,),
        urgency=_urgency(is_weather=is_weather, ends=ends),
        severity=cap.Severity.MINOR if ends else _SEVERITY[colour],
        certainty=cap.Certainty.LIKELY if is_weather else cap.Certainty.OBSERVED,
        effective=_whole(at),
        expires=_whole(message.valid_until or at + USUAL_LIFE),
        sender_name=alert.town.sender_name,
        headline=words.subject,
        description=words.body,
        web=town_url(settings.BEFFROI_URL, alert.town.slug) + ALERT,
        contact=alert.town.telephone,
        parameters=tuple(_parameters(alert)),
        areas=(_area(alert.town),),
    )


def _relayed(alert: Alert, ours: cap.Info) -> cap.Info:
    """What came from somebody else keeps what they say of it; the words are the town's."""
    if alert.kind != AlertKind.RECEIVED or cap.Response.ALL_CLEAR in ours.responses:
        return ours
    rows = ReceivedAlert.objects.of(alert.town).filter(alert=alert).select_related("feed")
    for row in rows.order_by("-sent", "-pk"):
        theirs = relayed.concerning(cap.read_alert(row.document.encode()), row.feed.place)
        if theirs is not None:
            return replace(
                ours,
                event=theirs.event,
                categories=theirs.categories,
                responses=theirs.responses,
                urgency=theirs.urgency,
                severity=theirs.severity,
                certainty=theirs.certainty,
            )
    return ours


def _urgency(*, is_weather: bool, ends: bool) -> cap.Urgency:
    if ends:
        return cap.Urgency.PAST
    return cap.Urgency.EXPECTED if is_weather else cap.Urgency.IMMEDIATE


def _parameters(alert: Alert) -> Iterable[cap.Pair]:
    """As MeteoAlarm's profile names them."""
    if alert.phenomenon is None or alert.colour is None:
        return
    colour = Colour(alert.colour)
    level = f"{int(colour)}; {_COLOUR_WORDS[colour]}; {_SEVERITY[ColourChoice(alert.colour)]}"
    yield cap.Pair(name="awareness_level", value=level)
    yield cap.Pair(name="awareness_type", value=_AWARENESS[Phenomenon(alert.phenomenon)])


def _area(town: Town) -> cap.Area:
    codes = (cap.Pair(name="INSEE", value=town.insee_code),) if town.insee_code else ()
    return cap.Area(description=town.name, geocodes=codes)
