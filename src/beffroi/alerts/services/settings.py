"""How the town follows the vigilance: its key, its coast, its rules."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from beffroi.alerts import sealed
from beffroi.alerts.models import Rule, Watch
from beffroi.alerts.queries import settings as queries
from beffroi.alerts.words import Action, ColourChoice, PhenomenonChoice
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town


@transaction.atomic
def set_watch(
    town: Town,
    *,
    with_coast: bool,
    own_words: str,
    proof_within_s: int,
    by: Agent | None,
    at: datetime,
) -> None:
    watch = _watch(town)
    watch.with_coast, watch.proof_within_s = with_coast, proof_within_s
    watch.own_words = own_words.replace("\x00", "").strip()
    watch.save(update_fields=["with_coast", "proof_within_s", "own_words"])
    journal.write(town, journal.Kind.ALERT_SETTINGS, at=at, by=by)


@transaction.atomic
def set_key(town: Town, key: str, *, by: Agent | None, at: datetime) -> None:
    """An empty key stops the questions to Météo-France."""
    watch = _watch(town)
    watch.sealed_key, watch.key_id = sealed.seal(town, key) if key else (None, None)
    watch.failure, watch.failing_since = "", None
    watch.save(update_fields=["sealed_key", "key_id", "failure", "failing_since"])
    said = (
        gettext("Clé de Météo-France remplacée") if key else gettext("Clé de Météo-France retirée")
    )
    journal.write(town, journal.Kind.ALERT_SETTINGS, at=at, by=by, detail=said)


@transaction.atomic
def set_rule(
    town: Town,
    phenomenon: PhenomenonChoice,
    colour: ColourChoice,
    action: Action,
    *,
    by: Agent | None,
    at: datetime,
) -> None:
    if queries.action(town, phenomenon, colour) == action:
        return
    Rule.objects.of(town).update_or_create(
        phenomenon=phenomenon,
        colour=colour,
        defaults={"action": action},
        create_defaults={"town": town, "action": action},
    )
    said = gettext("%(phenomenon)s, %(colour)s\N{NO-BREAK SPACE}: %(action)s") % {
        "phenomenon": phenomenon.label,
        "colour": str(colour.label).lower(),
        "action": str(action.label).lower(),
    }
    journal.write(town, journal.Kind.ALERT_SETTINGS, at=at, by=by, detail=said)


def _watch(town: Town) -> Watch:
    return Watch.objects.of(town).first() or Watch.objects.create_in(town)
