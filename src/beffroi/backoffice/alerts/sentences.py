"""The facts of `alerts` as sentences for agents: what happened, what was kept, what to do."""

from collections.abc import Callable
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from beffroi.alerts.services import facts
from beffroi.backoffice.doors import AgentRequest, warn

T = TypeVar("T")

_SENTENCES: dict[type[Exception], object] = {
    facts.NoSuchThing: _(
        "Cela n’existe plus\N{NO-BREAK SPACE}: un collègue l’a peut-être retiré. Rien n’est parti."
    ),
    facts.NotAllowed: _("Votre rôle ne le permet pas. Rien n’a été modifié."),
    facts.OwnWork: _(
        "C’est votre propre travail\N{NO-BREAK SPACE}: une autre personne doit le valider."
    ),
    facts.WordsChanged: _(
        "Le texte a changé pendant votre lecture\N{NO-BREAK SPACE}: rien n’est parti. Relisez-le, puis recommencez."
    ),
    facts.WordsMissing: _("Un message a un titre, un objet et un texte. Complétez-les."),
    facts.ForeignTheme: _("Un des thèmes choisis n’existe plus. Choisissez à nouveau les thèmes."),
    facts.NobodyChosen: _(
        "Choisissez au moins un thème\N{NO-BREAK SPACE}: il dit qui recevra le message."
    ),
    facts.NeedsBulletin: _(
        "Ce texte attend les heures d’un bulletin de Météo-France\N{NO-BREAK SPACE}: il ne peut pas partir en urgence."
    ),
    facts.TooLate: _("C’est déjà fait, dépassé ou terminé. Rien de plus n’est parti."),
    facts.BadTimes: _("Ces dates ne vont pas ensemble, ou sont trop lointaines. Corrigez-les."),
    facts.NobodyToRing: _("Donnez au moins une adresse ou un mobile pour prévenir cette personne."),
    facts.CannotLeave: _(
        "Ce texte ne peut pas partir tel qu’il est\N{NO-BREAK SPACE}: un SMS est trop long ou un caractère est illisible. "
        "Rien n’est parti. Choisissez un autre message."
    ),
}
KNOWN = tuple(_SENTENCES)


def sentence(fact: Exception) -> str:
    return str(_SENTENCES[type(fact)])


def attempt(request: AgentRequest, verb: Callable[[], T]) -> T | None:
    """Does it, or tells the agent why not and gives None."""
    try:
        return verb()
    except KNOWN as fact:
        warn(request, sentence(fact))
        return None
