"""The usual words of automatic answers, and how the blanks of a town's own are filled."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from beffroi.mailhosting.words import Reply


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    subject: str
    text: str


BLANKS: Mapping[str, Promise] = {
    "[nom]": _("la personne ou la boîte"),
    "[date]": _("le jour du changement"),
    "[successeur]": _("le nom de qui prend la suite"),
    "[adresse]": _("l’adresse où écrire désormais"),
    "[commune]": _("le nom de la commune"),
}

USUAL: Mapping[str, tuple[Promise, Promise]] = {
    Reply.DEPARTURE: (
        _("[nom] a quitté ses fonctions"),
        _(
            "Bonjour,\n\n"
            "[nom] n’exerce plus ses fonctions à [commune] depuis le [date].\n"
            "Pour la suite de votre demande, écrivez à [successeur]\N{NO-BREAK SPACE}: [adresse].\n\n"
            "Ceci est une réponse automatique.\n"
            "[commune]"
        ),
    ),
    Reply.HAND_OVER: (
        _("Changement d’équipe municipale"),
        _(
            "Bonjour,\n\n"
            "À la suite des élections, [nom] n’exerce plus de mandat à [commune] depuis le [date].\n"
            "Pour la suite de votre demande, écrivez à [adresse].\n\n"
            "Ceci est une réponse automatique.\n"
            "[commune]"
        ),
    ),
    Reply.OLD_ADDRESS: (
        _("Notre adresse a changé"),
        _(
            "Bonjour,\n\n"
            "Votre message est bien arrivé. Notre adresse a changé\N{NO-BREAK SPACE}: écrivez-nous désormais à [adresse].\n"
            "L’ancienne adresse est encore relevée jusqu’au [date].\n\n"
            "Merci de la remplacer dans votre carnet d’adresses.\n"
            "[commune]"
        ),
    ),
}


def usual(kind: Reply) -> Text:
    subject, text = USUAL[kind]
    return Text(subject=str(subject), text=str(text))


def filled(text: Text, blanks: Mapping[str, str]) -> Text:
    """The words with their blanks filled; one that is not known stays as it stands."""
    subject, body = text.subject, text.text
    for blank, value in blanks.items():
        subject, body = subject.replace(blank, value), body.replace(blank, value)
    return Text(subject=" ".join(subject.split()), text=body)
