"""Small turns of French that a sentence needs around a name."""

import gettext
import unicodedata

_CONTRACTED = {"Le ": "du ", "Les ": "des ", "Aux ": "des "}
_VOWELS = frozenset("aeiouyœæ")
_MUTE_H = frozenset("eiy")
"""Hyères and Hendaye lose the e of « de »; Houilles, Hagetmau and Huningue keep it. A few names differ."""


def of(name: str) -> str:
    """« de » before the name of a place: d’Arcachon, du Havre, des Ulis, de La Teste-de-Buch, de Brest."""
    for article, contracted in _CONTRACTED.items():
        if name.startswith(article):
            return contracted + name.removeprefix(article)
    plain = unicodedata.normalize("NFD", name.lower())
    letters = [letter for letter in plain if letter.isalpha()]
    first, second = (letters + ["", ""])[:2]
    silent = first == "h" and second in _MUTE_H
    return f"d’{name}" if first in _VOWELS and not _glides(plain) or silent else f"de {name}"


def _glides(plain: str) -> bool:
    """Yutz, Yerville: a y before a vowel is a consonant."""
    return plain[:1] == "y" and plain[1:2] in _VOWELS


class Sources(gettext.NullTranslations):
    """Our own sentences are French already and have no catalogue; gettext would count them the English way, « 0 messages »."""

    def ngettext(self, one: str, many: str, n: int) -> str:
        return one if abs(n) < 2 else many
