"""Words that French spam filters and readers take for advertising. Whole words, without accents or case.

Chosen from the public rule sets of SpamAssassin's French pack and the advice of French mail services; a hint,
never a verdict.
"""

import re
import unicodedata

_WORDS = (
    "100 % gratuit",
    "argent facile",
    "cadeau gratuit",
    "ce n’est pas un spam",
    "cliquez ici",
    "cliquez vite",
    "crédit immédiat",
    "dernière chance",
    "félicitations vous avez gagné",
    "gagnez",
    "gratuit !",
    "gratuitement !",
    "jackpot",
    "offre exceptionnelle",
    "offre limitée",
    "prix cassés",
    "profitez-en vite",
    "promotion exceptionnelle",
    "sans engagement",
    "satisfait ou remboursé",
    "urgent !",
    "vous avez gagné",
)


def spam_words(text: str) -> list[str]:
    """The suspicious phrases found, in the order of the alphabet, and « !!! » when there is shouting."""
    folded = _fold(text)
    found = [
        phrase for phrase in _WORDS if re.search(rf"(?<!\w){re.escape(_fold(phrase))}", folded)
    ]
    if re.search(r"!\s*!", text):
        found.append("!!!")
    return found


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"\s+", " ", kept.replace("’", "'"))
