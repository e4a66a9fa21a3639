"""What residents call one and the same thing, a line for each: a search for one word of a line finds the others.

Written as people write them, in the singular where they have one. No word of two meanings, no word so short that it begins others.
"""

from collections.abc import Iterator

from beffroi.kit.names import fold_words

TABLE = """
médecin, docteur, dr, généraliste
infirmier, infirmière
kiné, kinésithérapeute
dentiste, chirurgien-dentiste
poubelle, ordure, déchet, éboueur, tri sélectif
déchèterie, déchetterie, encombrant, recyclerie
crèche, petite enfance, halte-garderie, assistante maternelle, nounou
école, groupe scolaire
cantine, restaurant scolaire, restauration scolaire
garderie, périscolaire, centre de loisirs, accueil de loisirs, centre aéré
piscine, centre aquatique, centre nautique
gymnase, stade, complexe sportif, salle de sport
bibliothèque, médiathèque
salle des fêtes, salle polyvalente, foyer municipal
cinéma, film, séance
brocante, vide-grenier, vide-greniers, braderie
mairie, hôtel de ville
police, gendarmerie, commissariat
bus, autobus, navette, transport en commun, transports en commun
parking, stationnement, parcmètre
vélo, bicyclette, piste cyclable
travaux, chantier
carte d’identité, passeport, pièce d’identité, cni
permis de construire, urbanisme, plu
logement social, logements sociaux, hlm
maison de retraite, ehpad, résidence autonomie
aide sociale, action sociale, ccas
emploi, recrutement, offre d’emploi, job
cimetière, obsèques, funérailles, pompes funèbres
"""


def _lines() -> Iterator[tuple[str, ...]]:
    for line in TABLE.strip().splitlines():
        yield tuple(fold_words(name) for name in line.split(","))


LINES = tuple(_lines())
WORDS = frozenset(word for line in LINES for name in line for word in name.split())


def forms(name: str) -> tuple[str, ...]:
    """A single word in both numbers; several as they stand."""
    return (name,) if " " in name else (name, f"{name}s", f"{name}x")
