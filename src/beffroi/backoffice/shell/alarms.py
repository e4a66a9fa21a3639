"""What alerts ask of an agent today: alarms first, then what waits for a decision."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext

from beffroi.alerts.queries import alerts, settings
from beffroi.backoffice.alerts.troubles import weather_trouble
from beffroi.backoffice.doors import AgentRequest, address
from beffroi.backoffice.shell.tasks import Task
from beffroi.backoffice.words import moment
from beffroi.towns.permissions import Permission

PATIENCE = timedelta(minutes=15)
"""A question or two without an answer is no news."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Alarm:
    """Nothing proves that an alert arrived: in red, above everything."""

    words: str
    address: str


def alarms(request: AgentRequest) -> list[Alarm]:
    if not request.rights.may(Permission.ALERT_READ):
        return []
    sentence = gettext(
        "%(alert)s\N{NO-BREAK SPACE}: rien ne prouve que le message est arrivé (%(by)s)."
    )
    return [
        Alarm(
            words=sentence % {"alert": one.alert.headline, "by": one.unproved},
            address=address(request, "alert", one.alert_id),
        )
        for one in alerts.unproved(request.town)
    ]


def alert_tasks(request: AgentRequest) -> Iterator[Task]:
    if request.rights.may(Permission.ALERT_SEND):
        for one in alerts.waiting(request.town):
            yield Task(
                icon="warning",
                words=one.alert.headline,
                detail=gettext("Message d’alerte prêt, %s") % moment(one.prepared_at),
                address=address(request, "alert-send", one.pk),
                action=gettext("Relire et envoyer"),
                is_urgent=True,
            )
    if request.rights.may(Permission.ALERT_WRITE):
        yield from _blind(request)
    if request.rights.may(Permission.ALERT_APPROVE):
        for one in alerts.to_judge(request.town):
            yield Task(
                icon="check",
                words=one.alert.headline,
                detail=gettext("Alerte envoyée %s, à valider après coup") % moment(one.sent_at),
                address=address(request, "alert-judge", one.pk),
                action=gettext("Relire et valider"),
            )


def _blind(request: AgentRequest) -> Iterator[Task]:
    """The vigilance is not followed any more, and somebody can mend it."""
    watching = settings.watching(request.town)
    since = watching.failing_since
    if since is None or request.at - since < PATIENCE:
        return
    yield Task(
        icon="warning",
        words=gettext("La vigilance n’est plus suivie"),
        detail=weather_trouble(watching),
        address=address(request, "alert-watch"),
        action=gettext("Régler le suivi"),
        is_urgent=True,
    )
