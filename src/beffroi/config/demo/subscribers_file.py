"""The demonstration town's old list: 1,214 rows of invented people, as a town hall kept them for years.

The same bytes at each call. Local parts such as `inconnue.` make the demonstration's mail server refuse.
"""

import random
import re
from itertools import islice

from beffroi.kit.names import fold

FILENAME = "Liste infolettre - à jour.csv"
ROWS = 1_214
_SEED = 1884
_PREAMBLE = [
    "COMMUNE D'ARCACHON;;;;;;;;",
    "Liste des abonnés à la lettre d'information;;;;;;;;",
    "Mise à jour : accueil mairie (fichier partagé);;;;;;;;",
    "",
]
_HEADER = "N°;NOM;Prénom ;Rue;Adresse mail;Culture;Infos pratiques;Météo;Remarques"
_FIRST = [
    "Jeanne",
    "Émile",
    "Zoé",
    "Loïc",
    "Anaïs",
    "François",
    "Noëlle",
    "Gaëtan",
    "Maëlys",
    "Benoît",
    "Hélène",
    "Raphaël",
    "Inès",
    "Théo",
    "Chloé",
    "Jérôme",
    "Agnès",
    "Cédric",
    "Léa",
    "Michèle",
    "André",
    "Françoise",
    "Gérard",
    "Mélanie",
    "Stéphane",
    "Élodie",
    "Jocelyne",
    "René",
    "Solène",
    "Grégory",
    "Colette",
    "Mathéo",
    "Thérèse",
    "Kévin",
    "Aïcha",
    "Désiré",
    "Océane",
    "Rémi",
    "Josiane",
    "Léopold",
]
_FAMILY = [
    "Dupouy",
    "Lacaze",
    "Dubernet",
    "Lafitte",
    "Castaing",
    "Duprat",
    "Labarthe",
    "Darrieux",
    "Lestrade",
    "Cazenave",
    "Etcheverry",
    "Ducos",
    "Lamothe",
    "Saint-Martin",
    "Pédelaborde",
    "Garcia",
    "Nuñez",
    "Le Goff",
    "Lefèvre",
    "Müller",
    "Bœuf",
    "Çelik",
    "D'Aubigné",
    "Évrard",
    "Laborde",
    "Tauzin",
    "Moreau",
    "Fernandes",
    "Desqueyroux",
    "Peyrelongue",
    "Hérault",
    "Ferreira",
    "Mazères",
    "Cœuret",
    "Larrieu",
    "Bédère",
    "Dupin",
    "Ruiz",
    "Bernède",
    "Gaüzère",
]
_STREETS = [
    "rue du Casino",
    "allée des Dunes",
    "avenue Lamartine",
    "boulevard de la Plage",
    "cours Desbiey",
    "place Thiers",
]
_REMARKS = ["", "", "", "", "", "", "vu au forum", "par téléphone", "ancien adhérent", "à rappeler"]
_FAULTS = (
    ("{a}@gmial.com", 4),
    ("{a}@orange.frr", 2),
    ("{a}@hotmial.fr", 2),
    ("{a}", 4),
    ("{a}@", 2),
    ("{a}(at)exemple.fr", 2),
    ("{a}@exemple,fr", 2),
    ("néant", 2),
    ("pas d'adresse", 2),
    ("", 4),
    ("{a}@@exemple.fr", 1),
    ("{a} chez exemple", 1),
)
_PLAIN = re.compile(r"[a-z.-]+\d+@(exemple\.fr|boite\.example)")
_MISBEHAVING = (("inconnue", 7), ("pleine", 3), ("rebond", 5), ("plainte", 2))


def make() -> tuple[str, bytes]:
    """(file name, the file): Windows-1252, semicolons, a title above the header."""
    dice = random.Random(_SEED)  # noqa: S311 - a story, not a secret
    rows = [_row(number, dice) for number in range(1, ROWS + 1)]
    places = iter(
        dice.sample(range(40, ROWS), sum(count for _, count in (*_FAULTS, *_MISBEHAVING)))
    )
    for pattern, count in _FAULTS:
        for _ in range(count):
            row = rows[next(places)]
            row[4] = pattern.format(a=f"{fold(row[2])}.{fold(row[1])}")
    for manner, count in _MISBEHAVING:
        for n in range(count):
            rows[next(places)][4] = f"{manner}.{n + 1}@boite.example"
    _double(rows, dice)
    lines = [*_PREAMBLE, _HEADER]
    for number, row in enumerate(rows):
        if number in (212, 640, 641, 1107):
            lines.append(";" * 8)
        lines.append(";".join(row))
    return FILENAME, ("\r\n".join([*lines, ""])).encode("cp1252")


def addresses(count: int) -> list[str]:
    """The first so many of the list that are written without a fault."""
    _filename, content = make()
    cells = [line.split(";") for line in content.decode("cp1252").splitlines()]
    plain = (row[4] for row in cells if len(row) == 9 and _PLAIN.fullmatch(row[4]))
    return list(islice(dict.fromkeys(plain), count))


def _row(number: int, dice: random.Random) -> list[str]:
    first, family = dice.choice(_FIRST), dice.choice(_FAMILY)
    address = f"{fold(first)}.{fold(family)}{number}@{dice.choice(('exemple.fr', 'boite.example'))}"
    throw = dice.random()
    if throw < 0.03:
        address = f'"{address} ; {fold(dice.choice(_FIRST))}.{fold(family)}{number}@boite.example"'
    elif throw < 0.05:
        address = f"{first} {family} <{address}>".replace("'", "")
    elif throw < 0.08:
        address = f" {address.upper()} "
    culture, practical, weather = (_mark(chance, dice) for chance in (0.95, 0.6, 0.98))
    street = f"{dice.randint(1, 90)} {dice.choice(_STREETS)}"
    return [
        str(number), family.upper(), first, street, address,
        culture, practical, weather, dice.choice(_REMARKS),
    ]  # fmt: skip


def _mark(chance: float, dice: random.Random) -> str:
    return dice.choice(("x", "X", "oui", "1")) if dice.random() < chance else ""


def _double(rows: list[list[str]], dice: random.Random) -> None:
    """People whom two colleagues typed in."""
    for place in dice.sample(range(700, ROWS), 12):
        if "@exemple.fr" in rows[place - 650][4] and "@" in rows[place][4]:
            rows[place][1:5] = rows[place - 650][1:5]
