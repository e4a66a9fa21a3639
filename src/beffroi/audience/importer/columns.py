"""What each column holds: guessed from its header, or from what stands in it."""

import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from beffroi.kit.names import fold_words

HEADER_WITHIN = 30
"""Titles, dates and empty lines may stand above the header."""


class Role(enum.StrEnum):
    IGNORED = "ignored"
    EMAIL = "email"
    PHONE = "phone"
    FIRST_NAME = "first"
    FAMILY_NAME = "family"
    FULL_NAME = "full"
    THEMES = "themes"
    """Names of themes, separated by commas or the like."""
    CONSENT = "consent"
    """Yes or no: those who said no are left out."""
    THEME = "theme"
    """A mark (x, oui, 1) in each row that wants this theme."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    role: Role
    theme_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedTheme:
    id: int
    name: str


YES = frozenset(
    [
        "x",
        "xx",
        "o",
        "oui",
        "1",
        "vrai",
        "true",
        "yes",
        "y",
        "ok",
        "v",
        "abonne",
        "abonnee",
        "inscrit",
        "inscrite",
        "coche",
        "accord",
    ]
) | {"d accord"}
NO = frozenset(
    [
        "n",
        "non",
        "0",
        "faux",
        "false",
        "no",
        "refus",
        "refuse",
        "desinscrit",
        "desinscrite",
        "desabonne",
        "stop",
    ]
)
_TICKS = frozenset("✓✔☑☒✗✘•")

_EMAIL = re.compile(
    r"\b(e ?mails?|mails?|mel|courriels?|adresses? electroniques?|adresses? internet|adel)\b"
)
_NOT_EMAIL = re.compile(r"\b(postale?|date|envoi|mailing|oui|accord|accepte)\b")
_PHONE = re.compile(r"\b(mobiles?|portables?|tel|tels|telephones?|gsm|sms|cellulaires?)\b")
_NOT_PHONE = re.compile(r"\b(fixes?|domicile|bureau|accord|accepte|oui|date)\b")
_FIRST = frozenset({"prenom", "prenoms", "first name", "firstname", "given name"})
_FAMILY = frozenset(
    {"nom", "noms", "nom de famille", "nom usage", "nom d usage", "last name", "lastname", "surname", "patronyme"}
)  # fmt: skip
_FULL = frozenset(
    {"nom prenom", "nom et prenom", "prenom nom", "prenom et nom", "nom complet", "name", "contact", "habitant", "abonne", "destinataire", "noms prenoms", "nom prenoms"}
)  # fmt: skip
_THEMES = re.compile(
    r"\b(themes?|thematiques?|rubriques?|abonnements?|listes?|centres? d interets?)\b"
)
_CONSENT = re.compile(
    r"\b(consentement|consent|optin|opt in|accord|accepte|autorise|autorisation|rgpd)\b"
)
_NOTHING = re.compile(r"(?!)")
_COMMON = frozenset({"infos", "info", "informations", "alertes", "alerte"})


def role_of(header: str, themes: Sequence[NamedTheme]) -> Column:
    """What a header announces; IGNORED when it says nothing known."""
    words = fold_words(header)
    if not words:
        return Column(role=Role.IGNORED)
    for role, known in (
        (Role.FIRST_NAME, _FIRST),
        (Role.FAMILY_NAME, _FAMILY),
        (Role.FULL_NAME, _FULL),
    ):
        if words in known:
            return Column(role=role)
    for role, said, unsaid in (
        (Role.EMAIL, _EMAIL, _NOT_EMAIL),
        (Role.CONSENT, _CONSENT, _NOTHING),
        (Role.PHONE, _PHONE, _NOT_PHONE),
    ):
        if said.search(words) and not unsaid.search(words):
            return Column(role=role)
    theme = theme_named(header, themes)
    if theme is not None:
        return Column(role=Role.THEME, theme_id=theme)
    if _THEMES.search(words):
        return Column(role=Role.THEMES)
    return Column(role=Role.IGNORED)


def theme_named(text: str, themes: Sequence[NamedTheme]) -> int | None:
    """The theme that these words mean: « Météo », « infos pratiques », « CULTURE »."""
    words = fold_words(text).split()
    said = {word for word in words if len(word) > 3}
    if not said:
        return None
    best, best_score = None, 0.0
    for theme in themes:
        names = {word for word in fold_words(theme.name).split() if len(word) > 3}
        if names == said:
            return theme.id
        shared = sum(any(_alike(one, other) for other in names) for one in said)
        telling = [word for word in said if word not in _COMMON]
        if shared == len(said) and (telling or len(said) == len(names)):
            score = shared / max(len(names), 1)
            if score > best_score:
                best, best_score = theme.id, score
    return best


def _alike(one: str, other: str) -> bool:
    """« infos » and « informations », « culturel » and « culture »."""
    return one[:4] == other[:4]


@lru_cache(maxsize=1024)
def is_yes(cell: str) -> bool:
    text = cell.strip()
    return fold_words(text) in YES or text[:1] in _TICKS if text else False


def is_no(cell: str) -> bool:
    return fold_words(cell) in NO


def find_header(
    rows: Sequence[tuple[int, list[str]]], themes: Sequence[NamedTheme]
) -> tuple[int, list[Column]]:
    """(line of the header or 0, roles of the columns) from the first rows of a file."""
    best_line, best_columns, best_score = 0, [], 0
    for line, cells in rows[:HEADER_WITHIN]:
        if any("@" in cell for cell in cells):
            break
        columns = _once([role_of(cell, themes) for cell in cells])
        known = [column.role for column in columns if column.role != Role.IGNORED]
        reaches = Role.EMAIL in known or Role.PHONE in known
        score = len(known) + (10 if reaches else 0)
        filled = sum(1 for cell in cells if cell.strip())
        if known and score > best_score and (reaches or filled > 1):
            best_line, best_columns, best_score = line, columns, score
    if best_line and any(column.role == Role.EMAIL for column in best_columns):
        return best_line, best_columns
    return best_line, _by_content(rows, best_columns, after=best_line)


def _by_content(
    rows: Sequence[tuple[int, list[str]]], columns: list[Column], *, after: int
) -> list[Column]:
    width = max((len(cells) for _, cells in rows), default=0)
    roles = [*columns, *[Column(role=Role.IGNORED)] * (width - len(columns))]
    counts = [0] * width
    for line, cells in rows:
        if line > after:
            for index, cell in enumerate(cells):
                counts[index] += "@" in cell
    most = max(counts, default=0)
    return [
        Column(role=Role.EMAIL) if count and count * 4 >= most else role
        for count, role in zip(counts, roles, strict=True)
    ]


def _once(columns: list[Column]) -> list[Column]:
    """A name stands in one column; addresses and marks may stand in several."""
    seen: set[Role] = set()
    found = []
    for column in columns:
        single = column.role in (Role.FIRST_NAME, Role.FAMILY_NAME, Role.FULL_NAME)
        if single and column.role in seen:
            column = Column(role=Role.IGNORED)
        seen.add(column.role)
        found.append(column)
    return found
