"""Names under .fr that suit a commune, best first; and what a name may look like.

Sources: CPCE, article L45-2 (a commune's name is its own); AFNIC: names of communes are protected in canonical form (letters and
digits only, with and without the article), two communes of one name are told apart by the number of their department;
RFC 1035, RFC 5891 (hyphens).
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from beffroi.kit.names import fold, fold_words

_ENDING = ".fr"
_LABEL_CHARS = 63
_NAME_CHARS = 253
_READABLE_JOINED = 14  # lesulis is read at a glance, saintremyenbouzemont is not
_WORTH_SHORTENING = 20
_ARTICLES = ("Les ", "Le ", "La ", "L’", "Aux ", "Las ", "Los ")
_CANTON = re.compile(r"Canton d(?:e |’)")
_SAINT = re.compile(r"(^|-)saint(e?)(?=-)")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_TLD = re.compile(r"[a-z]{2,}|xn--[a-z0-9-]+")

REGISTRY_OWN = frozenset(
    {
        *("aeroport", "asso", "avocat", "avoues", "cci", "chambagri", "chirurgiens-dentistes"),
        *("com", "experts-comptables", "geometre-expert", "gouv", "greta", "huissier-justice"),
        *("medecin", "nom", "notaires", "pharmacien", "port", "prd", "presse", "tm", "veterinaire"),
    }
)
"""Second levels that the registry keeps for professions and the State: the commune of Port cannot have port.fr."""


class Form(StrEnum):
    BARE = "bare"
    JOINED = "joined"
    TOWN_HALL = "town_hall"
    CITY = "city"
    SHORT = "short"


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    name: str
    form: Form
    numbered: bool
    """Carries the number of the department."""
    shared: bool
    """Other communes could ask for it as well: the first one gets it."""


class Fault(StrEnum):
    EMPTY = "empty"
    ADDRESS = "address"
    ACCENTS = "accents"
    CHARACTERS = "characters"
    HYPHENS = "hyphens"
    ONE_PART = "one_part"
    TOO_LONG = "too_long"


class NotADomain(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def proposals(name: str, *, department: str, bearers: Callable[[str], int]) -> tuple[Proposal, ...]:
    """`bearers`: how many communes bear a canonical name, this one included (see `canonical`)."""
    own = canonical(name)
    shared = max(bearers(form) for form in own) > 1
    number = f"-{department.lower()}"
    offered: dict[str, Proposal] = {}
    for numbered in (True, False) if shared else (False,):
        for form, label in _labels(_slug(name)):
            if numbered and form is Form.JOINED:
                continue
            whole = label + number if numbered else label
            if _is_open(whole, own, bearers):
                offered.setdefault(
                    whole,
                    Proposal(
                        name=whole + _ENDING,
                        form=form,
                        numbered=numbered,
                        shared=shared and not numbered,
                    ),
                )
    return tuple(offered.values())


def canonical(name: str) -> frozenset[str]:
    """The forms that are the commune's own: letters and digits only, with and without the article."""
    plain = _without_brackets(name)
    return frozenset({fold(plain), fold(_without_article(plain))})


def count_bearers(names: Iterable[str]) -> dict[str, int]:
    """How many communes bear each canonical form."""
    counts: dict[str, int] = {}
    for name in names:
        for form in canonical(name):
            counts[form] = counts.get(form, 0) + 1
    return counts


def clean(typed: str) -> str:
    """The domain that a person meant by what they typed or pasted. Raises: NotADomain."""
    text = typed.strip().lower()
    text = re.sub(r"^https?://", "", text).split("/", 1)[0].removesuffix(".")
    text = text.removeprefix("www.")
    if fault := _fault(text):
        raise NotADomain(fault)
    return text


def _fault(text: str) -> Fault | None:
    labels = text.split(".")
    if not text:
        return Fault.EMPTY
    if "@" in text:
        return Fault.ADDRESS
    if not text.isascii():
        return Fault.ACCENTS
    if len(labels) < 2 or not _TLD.fullmatch(labels[-1]):
        return Fault.ONE_PART
    if len(text) > _NAME_CHARS or max(map(len, labels)) > _LABEL_CHARS:
        return Fault.TOO_LONG
    if re.search(r"[^a-z0-9.-]", text) or not all(labels):
        return Fault.CHARACTERS
    return None if all(map(_is_label, labels)) else Fault.HYPHENS


def _is_label(label: str) -> bool:
    """RFC 5891 keeps hyphens in places 3 and 4 for encoded names."""
    return bool(_LABEL.fullmatch(label)) and (label[2:4] != "--" or label.startswith("xn--"))


def _labels(slug: str) -> Iterator[tuple[Form, str]]:
    joined, short = slug.replace("-", ""), _SAINT.sub(r"\1st\2", slug)
    if len(slug) > 2:  # y.fr and eu.fr say nothing to a reader, and registrars ask more for them
        yield Form.BARE, slug
    if joined != slug and len(joined) <= _READABLE_JOINED:
        yield Form.JOINED, joined
    yield Form.TOWN_HALL, f"mairie-{slug}"
    yield Form.CITY, f"ville-{slug}"
    if short != slug and len(slug) > _WORTH_SHORTENING:
        yield Form.SHORT, short
    if len(slug) <= 2:
        yield Form.BARE, slug


def _is_open(label: str, own: frozenset[str], bearers: Callable[[str], int]) -> bool:
    """Neither the registry's own, nor by chance the name of another commune (ville-neuve is Villeneuve's)."""
    if label in REGISTRY_OWN or len(label) > _LABEL_CHARS:
        return False
    form = label.replace("-", "")
    return form in own or not bearers(form)


def _slug(name: str) -> str:
    """« L’Haÿ-les-Roses » gives lhay-les-roses, « Bors (Canton de Charente-Sud) » gives bors-charente-sud."""
    text = _CANTON.sub("", name).replace("’", "").replace("'", "")
    return fold_words(unicodedata.normalize("NFC", text)).replace(" ", "-")


def _without_article(name: str) -> str:
    for article in _ARTICLES:
        if name.startswith(article):
            return name.removeprefix(article)
    return name


def _without_brackets(name: str) -> str:
    return name.partition(" (")[0]
