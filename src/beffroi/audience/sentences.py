"""What residents and agents are told, in the same words at every door."""

from django.utils.translation import gettext

from beffroi.kit.phones import Foreign, Kind, Landline, NotAPhone


def not_a_mobile(why: NotAPhone) -> str:
    """Why no SMS reaches what was typed, and what to type instead."""
    if isinstance(why, Foreign):
        return gettext(
            "Ce numéro est celui d’un autre pays\N{NO-BREAK SPACE}: les SMS de la mairie ne partent que vers des mobiles français."
        )
    if not isinstance(why, Landline):
        return gettext(
            "Écrivez un numéro de mobile complet, comme 06\N{NO-BREAK SPACE}12\N{NO-BREAK SPACE}34\N{NO-BREAK SPACE}56\N{NO-BREAK SPACE}78."
        )
    return {
        Kind.LANDLINE: gettext(
            "Ce numéro est un téléphone fixe\N{NO-BREAK SPACE}: il ne reçoit pas de SMS. Donnez un mobile, en 06 ou 07."
        ),
        Kind.BOX: gettext(
            "Ce numéro en 09 est celui d’une box\N{NO-BREAK SPACE}: il ne reçoit pas de SMS. Donnez un mobile, en 06 ou 07."
        ),
        Kind.SERVICE: gettext(
            "Ce numéro est celui d’un service\N{NO-BREAK SPACE}: il ne reçoit pas de SMS. Donnez un mobile, en 06 ou 07."
        ),
        Kind.MACHINE: gettext(
            "Ce numéro est celui d’un appareil (alarme, compteur)\N{NO-BREAK SPACE}: donnez le mobile d’une personne."
        ),
    }[why.kind]
