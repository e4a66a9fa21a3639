"""People's names: how they are compared and told apart."""

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ł": "l"})
_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """Lower case, without accents, punctuation or spaces: « Le Gœff-Évrard » gives `legoeffevrard`."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    return _NOT_A_LETTER.sub("", plain)


def fold_words(text: str) -> str:
    """The same with single spaces between the words: « Adresse e-mail » gives `adresse e mail`."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return _NOT_A_LETTER.sub(" ", letters).strip()


def split_full_name(text: str) -> tuple[str, str]:
    """(first name, family name) of « Jeanne DUPONT », « DUPONT Jeanne » or « Jeanne Dupont »."""
    words = text.replace("\N{NO-BREAK SPACE}", " ").split()
    if len(words) < 2:
        return "", " ".join(words)
    capitals = [word for word in words if len(word) > 1 and word == word.upper()]
    if capitals and len(capitals) < len(words):
        return " ".join(word for word in words if word not in capitals), " ".join(capitals)
    return words[0], " ".join(words[1:])
