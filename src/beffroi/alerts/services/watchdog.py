"""Outside the engine: did it arrive? If a channel proves nothing in time, a human is rung by the others."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from beffroi.alerts.models import AlertMessage
from beffroi.alerts.queries.alerts import silent
from beffroi.alerts.services.leaving import note
from beffroi.alerts.services.ringing import ring
from beffroi.towns import journal
from beffroi.towns.models import Town

log = logging.getLogger(__name__)


def look(*, at: datetime) -> int:
    """Looks at every message whose time has come; says how many rang. Running late or twice does no harm."""
    due = AlertMessage.objects.across_towns(why="the watchdog serves every town")
    waiting = due.filter(proof_due_at__lte=at).select_related("town").order_by("proof_due_at")
    return sum(_safely_look_at(message.town, message.pk, at=at) for message in waiting)


def _safely_look_at(town: Town, message_id: int, *, at: datetime) -> bool:
    """What goes wrong with one message keeps no other from being looked at."""
    try:
        return _look_at(town, message_id, at=at)
    except Exception:
        log.exception("watchdog.failed", extra={"town_id": town.pk, "message_id": message_id})
        return False


@transaction.atomic
def _look_at(town: Town, message_id: int, *, at: datetime) -> bool:
    rows = AlertMessage.objects.of(town).select_for_update(of=("self",)).select_related("alert")
    message = rows.filter(pk=message_id, proof_due_at__lte=at).first()
    if message is None:
        return False  # another watchdog was faster
    channels = silent(message)
    message.proof_due_at, message.unproved = None, ", ".join(channels)[:100]
    message.save(update_fields=["proof_due_at", "unproved"])
    if not channels:
        return False
    log.error("alert.unproved", extra={"town_id": town.pk, "alert_id": message.alert_id})
    said = gettext("%(alert)s\N{NO-BREAK SPACE}: aucune preuve d’arrivée (%(channels)s).") % {
        "alert": message.alert.headline,
        "channels": message.unproved,
    }
    note(message, journal.Kind.ALERT_UNPROVED, by=None, at=at, detail=said)
    ring(town, message.alert, said, at=at)
    return True
