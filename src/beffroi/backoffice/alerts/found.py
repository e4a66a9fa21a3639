"""A row of this town, or 404."""

from typing import TYPE_CHECKING

from django.http import Http404

from beffroi.alerts.queries import alerts, received, settings
from beffroi.backoffice.doors import AgentRequest

if TYPE_CHECKING:
    from beffroi.alerts.models import Alert, AlertMessage, Prewritten, ReceivedAlert


def alert_or_404(request: AgentRequest, alert_id: int) -> "Alert":
    found = alerts.alert(request.town, alert_id)
    if found is None:
        raise Http404
    return found


def message_or_404(request: AgentRequest, message_id: int) -> "AlertMessage":
    found = alerts.message(request.town, message_id)
    if found is None:
        raise Http404
    return found


def text_or_404(request: AgentRequest, prewritten_id: int) -> "Prewritten":
    found = settings.one_prewritten(request.town, prewritten_id)
    if found is None:
        raise Http404
    return found


def received_or_404(request: AgentRequest, received_id: int) -> "ReceivedAlert":
    found = received.one_received(request.town, received_id)
    if found is None:
        raise Http404
    return found
