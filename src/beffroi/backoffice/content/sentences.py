"""The facts of `content` as sentences for agents: what happened, what was kept, what to do."""

from collections.abc import Callable
from typing import TypeVar

from django.utils.translation import gettext, gettext_lazy as _

from beffroi.backoffice.doors import AgentRequest, Say, warn
from beffroi.content import facts
from beffroi.content.facts import Lack
from beffroi.content.words import Flaw, Setback

T = TypeVar("T")

_SENTENCES: dict[type[Exception], Say] = {
    facts.NoSuchEntry: _("Ce contenu n’existe pas, ou n’existe plus."),
    facts.NoSuchRun: _("Ce relevé n’existe pas, ou n’existe plus."),
    facts.NoSuchSource: _("Cette source n’est plus suivie."),
    facts.NoSuchContributor: _("Cette association n’est plus dans la liste."),
    facts.AddressTaken: _(
        "La commune suit déjà cette adresse. Ouvrez la source qui porte ce nom dans la liste."
    ),
    facts.NotYours: _(
        "Vous modifiez ce que vous avez écrit, jusqu’à sa publication. Pour ce contenu, demandez à la communication."
    ),
    facts.WrongStage: _(
        "Ce n’est plus possible\N{NO-BREAK SPACE}: ce contenu a changé d’étape entre-temps. Rien n’a été modifié."
    ),
    facts.Undone: _("Ce relevé a déjà été annulé."),
    facts.OtherFormat: _(
        "Ce fichier n’est pas de la même sorte que ceux de cette source. Rien n’a été gardé\N{NO-BREAK SPACE}: apportez-le comme un nouveau fichier."
    ),
    facts.NotSettled: _(
        "Rien n’est encore repris\N{NO-BREAK SPACE}: dites ce que contiennent les colonnes, comme l’indique le haut de la page."
    ),
    facts.NothingFound: _(
        "Rien n’est repris\N{NO-BREAK SPACE}: aucun contenu n’a été trouvé dans ce fichier. Voyez ce que contient chaque colonne."
    ),
}
_LACKS: dict[Lack, Say] = {
    Lack.TITLE: _("Donnez un titre."),
    Lack.ALT: _("Dites ce que montre la photo, pour les personnes qui ne la voient pas."),
    Lack.DATE: _("Donnez au moins une date."),
    Lack.CATEGORY: _("Choisissez la rubrique."),
    Lack.EXPIRED: _("La dernière journée en ligne vient avant la publication. Corrigez l’une ou l’autre."),
}  # fmt: skip
FIELD_OF: dict[Lack, str] = {
    Lack.TITLE: "title",
    Lack.ALT: "picture_alt",
    Lack.CATEGORY: "category",
    Lack.EXPIRED: "until",
}
"""Where in the form each is mended; a date has its own lines."""
_FLAWS: dict[Flaw, Say] = {
    Flaw.UNREADABLE: _("Rien n’a pu être lu. Vérifiez l’adresse ou le fichier."),
    Flaw.NOTHING_INSIDE: _("La source est lisible, mais vide."),
    Flaw.TOO_LARGE: _("La source est trop grosse pour être lue."),
    Flaw.NO_TITLE: _("Sans titre\N{NO-BREAK SPACE}: laissé de côté."),
    Flaw.NO_DATE: _("Événement sans date\N{NO-BREAK SPACE}: laissé de côté."),
    Flaw.BAD_DATE: _("Date illisible\N{NO-BREAK SPACE}: elle n’a pas été reprise."),
    Flaw.UNKNOWN_ZONE: _(
        "Fuseau horaire inconnu\N{NO-BREAK SPACE}: heures lues comme celles de la commune."
    ),
    Flaw.TOO_MANY_DATES: _("Trop de dates\N{NO-BREAK SPACE}: seules les premières sont gardées."),
    Flaw.NO_ALT: _(
        "Photo sans description\N{NO-BREAK SPACE}: elle ne sera montrée qu’une fois décrite."
    ),
    Flaw.HTML_CUT: _(
        "Une partie de la mise en forme ne peut pas paraître\N{NO-BREAK SPACE}: elle a été retirée."
    ),
    Flaw.DUPLICATE_KEY: _("Présent deux fois dans la source\N{NO-BREAK SPACE}: le dernier compte."),
    Flaw.BAD_PHONE: _("Numéro de téléphone illisible\N{NO-BREAK SPACE}: il n’a pas été repris."),
    Flaw.BAD_EMAIL: _("Adresse e-mail illisible\N{NO-BREAK SPACE}: elle n’a pas été reprise."),
    Flaw.BAD_LINK: _("Adresse de page illisible\N{NO-BREAK SPACE}: elle n’a pas été reprise."),
    Flaw.BAD_PLACE: _(
        "Position ou code de commune impossible\N{NO-BREAK SPACE}: il n’a pas été repris."
    ),
    Flaw.CLOSED: _("Fermé d’après la source\N{NO-BREAK SPACE}: laissé de côté."),
    Flaw.MISSING_COLUMN: _("Une colonne attendue manque dans le tableau."),
    Flaw.ONLY_HEADERS: _(
        "Ce tableau n’a que ses titres de colonnes\N{NO-BREAK SPACE}: aucune ligne à reprendre. Rien n’a été gardé."
    ),
    Flaw.NOT_HERE: _(
        "Ce fichier ne contient rien de votre commune. Rien n’a été gardé\N{NO-BREAK SPACE}: choisissez celui de votre département ou de tout le pays."
    ),
    Flaw.CUT: _(
        "La source est très longue\N{NO-BREAK SPACE}: seules les 5 000 premières fiches sont lues."
    ),
}
_OUTCOMES: dict[str, Say] = {
    "not_found": _("Cette page n’existe pas, ou n’existe plus. Vérifiez l’adresse."),
    "refused": _("Le site refuse d’être lu par un programme. Demandez à son auteur l’adresse d’un flux."),
    "busy": _("Le site est trop occupé pour répondre. Beffroi réessaie tout seul."),
    "site_fails": _("Le site répond par une erreur. Beffroi réessaie tout seul."),
    "unreachable": _("Aucun site ne répond à cette adresse. Vérifiez-la, puis recommencez."),
    "too_slow": _("Le site met trop de temps à répondre. Beffroi réessaie tout seul."),
    "too_large": _("Ce que donne cette adresse est trop gros pour être lu."),
    "not_safe": _("Cette adresse ne commence pas par https://, ou mène dans un réseau privé\N{NO-BREAK SPACE}: elle n’est pas lue."),
    "sent_round": _("Le site renvoie d’adresse en adresse sans fin. Donnez celle où il s’arrête."),
    "bad_certificate": _("Le certificat du site n’est pas bon\N{NO-BREAK SPACE}: ce qu’il dit pourrait venir d’un autre. Prévenez son auteur."),
}  # fmt: skip
"""By `gateways.sources.Outcome`, which no door may import."""
KNOWN: tuple[type[Exception], ...] = (*_SENTENCES, facts.Incomplete)


_SETBACKS: dict[Setback, Say] = {
    Setback.SOURCE_GONE: _(
        "La source que ce fichier devait mettre à jour a été retirée entre-temps. Rien n’a été repris\N{NO-BREAK SPACE}: il en fera une nouvelle, ou une autre que vous choisissez plus bas."
    ),
    Setback.READ_OTHERWISE: _(
        "Rien de ce fichier ne peut être repris tel qu’il est lu. Revoyez ce que contient chaque colonne, puis reprenez."
    ),
    Setback.STOPPED: _(
        "La reprise s’est arrêtée trois fois avant sa fin. Rien n’a été repris et le fichier est toujours là\N{NO-BREAK SPACE}: réessayez plus tard, ou signalez-le à l’exploitant."
    ),
}


def sentence(fact: Exception) -> str:
    if isinstance(fact, facts.Incomplete):
        return lacking(lack_of(fact))
    return str(_SENTENCES[type(fact)])


def lack_of(fact: facts.Incomplete) -> Lack:
    return Lack(fact.args[0])


def lacking(lack: Lack) -> str:
    return str(_LACKS[lack])


def flaw(found: Flaw) -> str:
    return str(_FLAWS[found])


def setback(kept: str) -> str:
    """Why a file waits for its agent again."""
    return str(_SETBACKS[Setback(kept)])


def failure(kept: str) -> str:
    """Why a source could not be read the last time; what no flaw names is a server that does not answer."""
    if kept in set(Flaw):
        return flaw(Flaw(kept))
    if kept in _OUTCOMES:
        return str(_OUTCOMES[kept])
    return gettext("Le site ne répond pas. Beffroi réessaie tout seul.")


def attempt(request: AgentRequest, verb: Callable[[], T]) -> T | None:
    """Does it, or tells the agent why not and gives None."""
    try:
        return verb()
    except KNOWN as fact:
        warn(request, sentence(fact))
        return None
