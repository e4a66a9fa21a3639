"""Why nothing usable comes from outside, as sentences: since when, and what to do."""

from datetime import datetime

from django.utils.translation import gettext, gettext_lazy as _

from beffroi.alerts.queries.settings import Watching
from beffroi.alerts.words import Trouble
from beffroi.backoffice.words import moment

_WEATHER = {
    Trouble.KEY_REFUSED: _(
        "La clé de Météo-France est refusée depuis %s. Vérifiez-la sur leur portail, puis donnez-la à nouveau."
    ),
    Trouble.KEY_UNREADABLE: _(
        "La clé de Météo-France n’est plus lisible ici depuis %s. Donnez-la à nouveau."
    ),
    Trouble.NO_ANSWER: _(
        "Météo-France ne répond pas depuis %s. Le suivi réessaie toutes les trois minutes."
    ),
    Trouble.UNUSABLE: _(
        "La réponse de Météo-France est illisible depuis %s. Le suivi réessaie toutes les trois minutes."
    ),
    Trouble.FAULT: _(
        "Le suivi de la vigilance est en panne depuis %s. Prévenez la personne qui exploite Beffroi."
    ),
}
_FEED = {
    Trouble.NO_ANSWER: _("ne répond pas depuis %s"),
    Trouble.UNUSABLE: _("illisible depuis %s"),
}


def weather_trouble(watching: Watching) -> str:
    """Empty when all is well."""
    if not watching.failure or not watching.has_key:
        return ""
    said = str(_WEATHER[Trouble(watching.failure)]) % moment(watching.failing_since)
    return gettext("%s En attendant, suivez la vigilance sur vigilance.meteofrance.fr.") % said


def feed_trouble(failure: str, since: datetime | None) -> str:
    if not failure:
        return ""
    return str(_FEED.get(Trouble(failure), _FEED[Trouble.UNUSABLE])) % moment(since)
