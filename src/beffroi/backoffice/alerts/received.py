"""A CAP alert of somebody else: read, and made a message of the town."""

from typing import TYPE_CHECKING

from django.http import HttpResponse

from beffroi.alerts.queries import received as queries
from beffroi.alerts.services import relaying
from beffroi.alerts.words import ColourChoice
from beffroi.backoffice.alerts.board import TONES
from beffroi.backoffice.alerts.found import received_or_404
from beffroi.backoffice.alerts.sentences import attempt
from beffroi.backoffice.doors import AgentRequest, go, show

if TYPE_CHECKING:
    from beffroi.alerts.models import AlertMessage


def show_received(request: AgentRequest, received_alert_id: int) -> HttpResponse:
    one = received_or_404(request, received_alert_id)
    return show(
        request,
        "backoffice/alerts/received.html",
        one=one,
        tone=TONES[ColourChoice(one.colour)] if one.colour else "",
        told=queries.notice_of(request.town, one),
        already=queries.already_followed(request.town, one),
        is_past=one.superseded_at is not None or relaying.is_past(one, at=request.at),
    )


def prepare(request: AgentRequest, received_alert_id: int) -> HttpResponse:
    """The officer reads the ready draft, and may send it at once."""
    message = _prepared(request, received_alert_id)
    if message is None:
        return go(request, "received", received_alert_id)
    return go(request, "alert-send", message.pk)


def write(request: AgentRequest, received_alert_id: int) -> HttpResponse:
    """Whoever writes Télmails goes on in the usual chain."""
    message = _prepared(request, received_alert_id)
    if message is None or message.campaign_id is None:
        return go(request, "received", received_alert_id)
    return go(request, "campaign", message.campaign_id)


def _prepared(request: AgentRequest, received_id: int) -> "AlertMessage | None":
    received_or_404(request, received_id)
    return attempt(
        request,
        lambda: relaying.prepare(request.town, received_id, by=request.agent, at=request.at),
    )
