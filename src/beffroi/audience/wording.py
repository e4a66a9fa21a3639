"""The consent wording that every town begins with. A town may write its own; older versions are kept."""

from beffroi.kit.french import of

DEFAULT = """\
J’accepte que la mairie {of_town} utilise mon adresse électronique pour m’envoyer les informations des thèmes \
que j’ai choisis, et rien d’autre.

Mon adresse n’est ni vendue, ni louée, ni transmise à qui que ce soit. Elle n’est rapprochée d’aucun autre fichier \
de la commune.

Je peux à tout moment changer mes choix, faire une pause, me désinscrire ou faire effacer mes données : un lien \
figure au bas de chaque message, et la mairie peut le faire pour moi. Mes données sont conservées tant que je suis \
abonné, puis effacées. Une inscription qui n’est pas confirmée est effacée au bout de 30 jours.

Je peux demander à voir, corriger ou emporter les données qui me concernent auprès de la mairie, responsable de ce \
fichier, ou de son délégué à la protection des données, et adresser une réclamation à la CNIL (www.cnil.fr).

Ce service complète FR-Alert, le système d’alerte de l’État, et ne le remplace jamais : en cas de danger, je suis \
les consignes des autorités."""


def default(town_name: str) -> str:
    """The first version, in the town's name."""
    return DEFAULT.format(of_town=of(town_name))
