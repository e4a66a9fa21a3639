"""The parts of the house, as /sante tells them to machines."""

from pathlib import Path

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from beffroi.backoffice.doors import OperatorRequest, Say, show
from beffroi.delivery.queries.health import oldest_due_s
from beffroi.servers import supervision
from beffroi.servers.layout import Layout

_WORDS: dict[str, Say] = {
    "postgres": _("Base de données"),
    "web": _("Pages"),
    "engine-1": _("Envoi des e-mails"),
    "engine-2": _("Envoi des e-mails"),
    "engine-sms": _("Envoi des SMS"),
    "engine-push": _("Envoi des notifications"),
    "jobs": _("Tâches de fond"),
    "lookouts": _("Suivi de la vigilance et des flux d’alertes"),
    "returns": _("Réception des retours"),
    "outside": _("Monde extérieur de la démonstration"),
}
"""What each part does, for somebody who did not write it."""


def parts(request: OperatorRequest) -> HttpResponse:
    layout = Layout(dir=Path(settings.BEFFROI_DIR))
    try:
        states = supervision.states(layout.dir)
    except supervision.NotRunning:
        states = []
    states += supervision.published(layout.mail_half) or []
    return show(
        request,
        "operator/state.html",
        states=[(one, _WORDS.get(one.name, one.name)) for one in states],
        waiting_s=round(oldest_due_s(now=request.at)),
    )
