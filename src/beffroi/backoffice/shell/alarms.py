"""What alerts ask of an agent today: alarms first, then what waits for a decision."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from beffroi.alerts.queries import alerts, settings
from beffroi.alerts.queries.alerts import Unproved
from beffroi.backoffice.alerts.troubles import weather_trouble
from beffroi.backoffice.doors import AgentRequest, address
from beffroi.backoffice.shell.tasks import Task
from beffroi.backoffice.words import moment
from beffroi.towns.permissions import Permission

if TYPE_CHECKING:
    from beffroi.alerts.models import Alert

PATIENCE = timedelta(minutes=15)
"""A question or two without an answer is no news."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Alarm:
    """Above everything."""

    words: str
    address: str
    is_bad: bool


def alarms(request: AgentRequest) -> list[Alarm]:
    """Alerts that nothing proves arrived, in red; then the others that are running."""
    if not request.rights.may(Permission.ALERT_READ):
        return []
    unproved = alerts.unproved(request.town)
    silent = {one.alert_id for one in unproved}
    running = [one for one in alerts.running(request.town) if one.pk not in silent]
    return [*_unproved(request, unproved), *_running(request, running)]


def _unproved(request: AgentRequest, rows: Iterable[Unproved]) -> Iterator[Alarm]:
    sentence = gettext(
        "%(alert)s\N{NO-BREAK SPACE}: rien ne prouve que le message est arrivé (%(by)s)."
    )
    for one in rows:
        yield Alarm(
            words=sentence % {"alert": one.headline, "by": one.channels},
            address=address(request, "alert", one.alert_id),
            is_bad=True,
        )


def _running(request: AgentRequest, rows: "Iterable[Alert]") -> Iterator[Alarm]:
    sentence = gettext("Alerte en cours, %(since)s\N{NO-BREAK SPACE}: %(alert)s")
    for one in rows:
        yield Alarm(
            words=sentence % {"since": moment(one.opened_at), "alert": one.headline},
            address=address(request, "alert", one.pk),
            is_bad=False,
        )


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
