"""What happens now, and one alert from its beginning to its end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.http import HttpResponse

from beffroi.alerts.queries import alerts, received, settings
from beffroi.alerts.queries.alerts import Reached
from beffroi.alerts.texts import Words
from beffroi.alerts.words import ColourChoice
from beffroi.backoffice.alerts.found import alert_or_404, message_or_404
from beffroi.backoffice.alerts.troubles import weather_trouble
from beffroi.backoffice.doors import AgentRequest, show

if TYPE_CHECKING:
    from beffroi.alerts.models import AlertMessage, Followed

PAST_SHOWN, RECEIVED_SHOWN = 20, 10
LIVE = timedelta(minutes=15)
"""For so long the figures of a message that left move by themselves."""
TONES = {
    ColourChoice.GREEN: "ok",
    ColourChoice.YELLOW: "wait",
    ColourChoice.ORANGE: "wait",
    ColourChoice.RED: "bad",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One message of an alert, with what became of it."""

    message: "AlertMessage"
    words: Words
    reached: list[Reached]
    is_live: bool


def board(request: AgentRequest) -> HttpResponse:
    town, watching = request.town, settings.watching(request.town)
    return show(
        request,
        "backoffice/alerts/board.html",
        watching=watching,
        trouble=weather_trouble(watching),
        followed=toned(alerts.followed(town)),
        received=received.received(town, at=request.at)[:RECEIVED_SHOWN],
        waiting=alerts.waiting(town),
        to_judge=alerts.to_judge(town),
        unproved=alerts.unproved(town),
        running=alerts.open_alerts(town),
        past=alerts.past(town)[:PAST_SHOWN],
        duties=settings.on_duty(town, at=request.at),
    )


def toned(rows: "Iterable[Followed]") -> "list[tuple[Followed, str]]":
    return [(one, TONES[ColourChoice(one.colour)]) for one in rows]


def thread(request: AgentRequest, alert_id: int) -> HttpResponse:
    alert = alert_or_404(request, alert_id)
    told = [
        Told(
            message=one,
            words=alerts.words_of(one),
            reached=alerts.reached(request.town, one.pk),
            is_live=is_live(request, one),
        )
        for one in alerts.messages(request.town, alert_id)
    ]
    return show(
        request,
        "backoffice/alerts/thread.html",
        alert=alert,
        told=told,
        received=received.of_alert(request.town, alert),
        has_cap=any(one.message.cap for one in told),
        at=request.at,
    )


def figures(request: AgentRequest, alert_message_id: int) -> HttpResponse:
    """The moving part of the page."""
    message = message_or_404(request, alert_message_id)
    return show(
        request,
        "backoffice/alerts/parts/figures.html",
        message=message,
        reached=alerts.reached(request.town, message.pk),
        is_live=is_live(request, message),
    )


def is_live(request: AgentRequest, message: "AlertMessage") -> bool:
    return message.sent_at is not None and request.at - message.sent_at < LIVE
