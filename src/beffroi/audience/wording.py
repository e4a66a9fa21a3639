"""The consent wording that every town begins with. A town may write its own; older versions are kept."""

from beffroi.delivery.words import Channel
from beffroi.kit.french import of

DEFAULT = """\
J’accepte que la mairie {of_town} utilise les coordonnées que je lui donne (adresse électronique, numéro de mobile \
pour les SMS, notifications de mon navigateur) pour m’envoyer, par les moyens que j’ai choisis, les informations des \
thèmes que j’ai choisis, et rien d’autre.

Mes coordonnées ne sont ni vendues, ni louées, ni transmises à qui que ce soit, sauf à l’opérateur qui achemine le \
message. Elles ne sont rapprochées d’aucun autre fichier de la commune.

Je peux à tout moment changer mes choix, faire une pause, me désinscrire ou faire effacer mes données : un lien \
figure au bas de chaque e-mail, il suffit de répondre STOP à un SMS ou de couper les notifications, et la mairie peut \
le faire pour moi. Mes données sont conservées tant que je suis abonné, puis effacées. Une inscription qui n’est pas \
confirmée est effacée au bout de 30 jours.

Je peux demander à voir, corriger ou emporter les données qui me concernent auprès de la mairie, responsable de ce \
fichier, ou de son délégué à la protection des données, et adresser une réclamation à la CNIL (www.cnil.fr).

Ce service complète FR-Alert, le système d’alerte de l’État, et ne le remplace jamais : en cas de danger, je suis \
les consignes des autorités."""
_SAYS = {
    Channel.EMAIL: ("mail", "électronique"),
    Channel.SMS: ("SMS",),
    Channel.PUSH: ("notification",),
}


def default(town_name: str) -> str:
    """The first version, in the town's name."""
    return DEFAULT.format(of_town=of(town_name))


def covers(wording: str, channel: Channel) -> bool:
    """Whether these words tell people that they will be reached this way: without it their consent is none."""
    return any(word.casefold() in wording.casefold() for word in _SAYS[channel])
