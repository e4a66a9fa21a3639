"""The official list of communes, from the extract shipped in data/ (see data/README.md)."""

import csv
import gzip
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from beffroi.kit.names import fold_words

EDITION, VINTAGE = "6.0.0", 2026
"""Of the package that the extract was made from (data/README.md). It does not say of which year its populations are."""
SLIPS_FROM = 4
"""Letters: a shorter word with a slip is any other."""
_SHORT = {"st": "saint", "ste": "sainte"}
_FILE = Path(__file__).parent / "data" / "communes.csv.gz"


@dataclass(frozen=True, kw_only=True, slots=True)
class Commune:
    insee_code: str
    name: str
    department_code: str
    postal_codes: tuple[str, ...]
    population: int


@cache
def everyone() -> dict[str, Commune]:
    """All communes by INSEE code, about 35,000."""
    with gzip.open(_FILE, "rt", encoding="utf-8", newline="") as lines:
        return {
            row["insee"]: Commune(
                insee_code=row["insee"],
                name=row["name"],
                department_code=row["department"],
                postal_codes=tuple(row["postal_codes"].split()),
                population=int(row["population"]),
            )
            for row in csv.DictReader(lines)
        }


@cache
def _index() -> list[tuple[str, Commune]]:
    return [(fold_words(commune.name), commune) for commune in everyone().values()]


def search(text: str, *, limit: int = 20) -> list[Commune]:
    """Communes whose name or postal code begins with, else contains, `text`; the most peopled first.

    « St Malo » is Saint-Malo; a name that nobody has is the nearest one, a slip in five letters away.
    """
    wanted = " ".join(_SHORT.get(word, word) for word in fold_words(text).split())
    if not wanted:
        return []
    if wanted.isdigit():
        found = [(0, c) for _, c in _index() if any(p.startswith(wanted) for p in c.postal_codes)]
    else:
        found = [(_rank(name, wanted), c) for name, c in _index() if wanted in name]
        found = found or _nearly(wanted)
    found.sort(key=lambda hit: (hit[0], -hit[1].population))
    return [commune for _, commune in found[:limit]]


def _nearly(wanted: str) -> list[tuple[int, Commune]]:
    if len(wanted) < SLIPS_FROM:
        return []
    index = _index()
    near = process.extract(
        wanted[:60],
        [name for name, _ in index],
        scorer=DamerauLevenshtein.distance,
        score_cutoff=max(1, len(wanted) // 5),
        limit=None,
    )
    return [(int(slips), index[n][1]) for _, slips, n in near]


def _rank(name: str, wanted: str) -> int:
    if name == wanted:
        return 0
    return 1 if name.startswith(wanted) else 2
