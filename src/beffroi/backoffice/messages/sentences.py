"""The facts of `campaigns` as sentences for agents: what happened, what was kept, what to do."""

from collections.abc import Callable
from typing import TypeVar

from django.utils.translation import gettext, gettext_lazy as _

from beffroi.backoffice.doors import AgentRequest, warn
from beffroi.campaigns.services import facts

T = TypeVar("T")

_SENTENCES: dict[type[Exception], object] = {
    facts.NoSuchCampaign: _(
        "Ce Télmail n’existe plus. Il a peut-être été supprimé par un collègue."
    ),
    facts.NoSuchProposal: _("Cette proposition n’existe plus."),
    facts.NoSuchVersion: _("Cette version n’existe plus. Le texte actuel n’a pas changé."),
    facts.WrongStage: _(
        "Ce n’est plus possible : ce Télmail a changé d’étape entre-temps. Rien n’a été modifié."
    ),
    facts.ForeignTheme: _("Un des thèmes choisis n’existe plus. Choisissez à nouveau les thèmes."),
    facts.ForeignImage: _("Une image du texte n’existe plus. Retirez-la ou ajoutez-la à nouveau."),
    facts.OwnWork: _(
        "Vous avez préparé ce texte : une autre personne doit le valider. Il reste soumis à la validation."
    ),
    facts.NotAllowed: _("Votre rôle ne le permet pas. Rien n’a été modifié."),
    facts.ReasonMissing: _("Dites pourquoi : la personne concernée en a besoin pour corriger."),
    facts.NotReady: _("Il reste des points à corriger avant de soumettre ce Télmail."),
    facts.ContentChanged: _(
        "Le texte a changé pendant votre lecture. Il n’est pas validé : relisez-le ci-dessous."
    ),
    facts.NotApproved: _(
        "Ce texte n’est pas validé tel qu’il est : rien n’est parti. Soumettez-le à la validation."
    ),
    facts.NotYet: _(
        "L’heure d’envoi validée n’est pas encore venue : rien n’est parti. Il partira à l’heure prévue."
    ),
    facts.NobodyToReach: _(
        "Plus personne n’est abonné aux thèmes choisis : rien n’est parti. Choisissez d’autres thèmes, puis "
        "soumettez à nouveau ce Télmail."
    ),
    facts.CannotLeave: _(
        "Un des messages ne peut pas partir tel qu’il est\N{NO-BREAK SPACE}: rien n’est parti. Vérifiez la longueur des "
        "textes et les expéditeurs (La commune)."
    ),
    facts.TooManyTests: _(
        "Vous avez envoyé 20 essais en une heure : celui-ci n’est pas parti. L’aperçu montre la même lettre ; "
        "réessayez dans une heure."
    ),
    facts.NoTestDevice: _(
        "L’essai n’est pas parti\N{NO-BREAK SPACE}: cet appareil ne reçoit pas les messages de la commune. Confirmez un "
        "mobile, ou abonnez ce navigateur aux notifications."
    ),
    facts.NotAnImage: _(
        "Ce fichier n’est pas une image lisible. Choisissez un fichier JPEG, PNG, GIF ou WebP de moins de 15 Mo."
    ),
    facts.AltMissing: _("Dites ce que montre l’image, pour les personnes qui ne la voient pas."),
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


def kept_aside(fact: facts.SomebodySaved | facts.TextLocked) -> str:
    """Why what was typed did not take its place, and where it is."""
    if isinstance(fact, facts.SomebodySaved):
        return gettext(
            "%(name)s a enregistré ce Télmail pendant que vous écriviez. Les deux textes sont gardés : le sien est "
            "en place, le vôtre est mis de côté ci-dessous."
        ) % {"name": fact.by}
    return gettext(
        "Ce texte ne peut plus être modifié à cette étape. Ce que vous avez écrit est mis de côté ci-dessous."
    )
