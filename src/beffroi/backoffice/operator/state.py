"""The parts of the house, as /sante tells them to machines."""

from pathlib import Path

from django.conf import settings
from django.http import HttpResponse

from beffroi.backoffice.doors import OperatorRequest, show
from beffroi.delivery.queries.health import oldest_due_s
from beffroi.servers import supervision


def parts(request: OperatorRequest) -> HttpResponse:
    try:
        states = supervision.states(Path(settings.BEFFROI_DIR))
    except supervision.NotRunning:
        states = []
    return show(
        request, "operator/state.html", states=states, waiting_s=round(oldest_due_s(now=request.at))
    )
