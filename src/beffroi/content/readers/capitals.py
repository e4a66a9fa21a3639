"""Names that a register keeps in capitals, as people read them: « 62 avenue de Jasseron »."""

import re

_SMALL = frozenset(
    ["de", "du", "des", "la", "le", "les", "et", "en", "sur", "sous", "aux", "au", "lès", "lez", "d", "l", "à"]
)  # fmt: skip
_ACRONYMS = frozenset(
    ["CH", "CHU", "CHR", "EHPAD", "SMUR", "PMI", "CMS", "SSR", "HAD", "MSP", "CMP", "CMPP", "CSAPA", "SSIAD", "SAAD",
     "UAD", "ASDR", "ADMR", "CCAS", "CIAS", "SELARL", "SARL", "SAS", "SELAS", "LBM", "ESAT", "BP", "CS", "ZA", "ZAC",
     "ZI", "RN", "RD", "II", "III", "IV", "VI", "XIV", "XV"]
)  # fmt: skip
_WAYS = {
    "R": "rue", "AV": "avenue", "BD": "boulevard", "RTE": "route", "PL": "place", "CHE": "chemin", "ALL": "allée",
    "IMP": "impasse", "SQ": "square", "QU": "quai", "QUAI": "quai", "CRS": "cours", "FG": "faubourg", "PAS": "passage",
    "RPT": "rond-point", "RES": "résidence", "LOT": "lotissement", "ZAC": "ZAC", "ZA": "ZA", "ZI": "ZI",
    "VLA": "villa", "MTE": "montée", "PROM": "promenade", "ESP": "esplanade", "CTRE": "centre", "DOM": "domaine",
    "HAM": "hameau", "LD": "lieu-dit", "SEN": "sente", "VC": "voie communale", "TRA": "traverse", "MAIL": "mail",
    "ROC": "rocade", "PARV": "parvis", "GR": "grande rue", "COR": "corniche", "CAR": "carrefour", "CITE": "cité",
}  # fmt: skip
_PIECE = re.compile(r"[^\s'’\-/()]+|[\s'’\-/()]+")


def lowered(text: str) -> str:
    """As it is unless all of it is in capitals."""
    words = " ".join(text.split())
    if words != words.upper():
        return words
    pieces = _PIECE.findall(words)
    made = "".join(_piece(piece, is_first=number == 0) for number, piece in enumerate(pieces))
    return made.replace("'", "’")


def _piece(piece: str, *, is_first: bool) -> str:
    if piece in _ACRONYMS or "." in piece or any(map(str.isdigit, piece)):
        return piece
    small = piece.lower()
    return small if small in _SMALL and not is_first else small[:1].upper() + small[1:]


def way(number: str, kind: str, name: str) -> str:
    """A line of an address out of its parts."""
    sort = kind.strip().upper()
    named = lowered(name)
    first, _, rest = named.partition(" ")
    if sort and first.lower() in _SMALL:
        named = f"{first.lower()} {rest}" if rest else named
    return " ".join(filter(None, (number.strip(), _WAYS.get(sort, sort.lower()), named)))
