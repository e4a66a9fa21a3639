"""What an agent may put right of a file: as the selects of its page show it, and as they are posted."""

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_lazy as _

from beffroi.backoffice.content import cards
from beffroi.backoffice.doors import AgentRequest, Say
from beffroi.backoffice.messages.posted import number, words
from beffroi.content.facts import Layout
from beffroi.content.queries.uploads import Column, Preview
from beffroi.content.readers.columns import Field
from beffroi.content.services.uploads import Settled
from beffroi.content.words import DIRECTORIES, Category, Kind, Mode

KINDS: dict[Kind, Say] = {
    Kind.EVENT: _("Des événements"),
    Kind.PLACE: _("Des fiches d’annuaire"),
    Kind.FILM: _("Des films et leurs séances"),
}
Option = tuple[str, Say, bool]
"""Value, words, whether it is chosen."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnChoice:
    column: Column
    options: list[Option]
    is_twice: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    kinds: list[Option]
    categories: list[Option]
    """Empty: it is no directory."""
    columns: list[ColumnChoice]
    sheets: list[Option]
    delimiters: list[Option]
    lines: list[Option]
    """Which is the header."""
    manner: str
    """How the file is read on this page; posted back to see what has changed."""
    missing: list[str]
    twice: list[tuple[str, str]]
    """What two columns hold, and their headers."""
    modes: list[Option]
    is_as_before: bool
    """Nothing to put right: each column is known from the file before."""


def shown(found: Preview) -> Shown:
    row, table = found.row, found.table
    twice = {name for names in found.twice.values() for name in names}
    return Shown(
        kinds=_options([(kind.value, words) for kind, words in KINDS.items()], row.kind),
        categories=_categories(row.category) if row.kind == Kind.PLACE else [],
        columns=[
            ColumnChoice(
                column=one,
                options=_fields(one, found.offered),
                is_twice=one.name in twice,
            )
            for one in found.columns
        ],
        sheets=_options([(name, name) for name in table.sheets], table.sheet) if table else [],
        delimiters=_delimiters(table.delimiter) if table and table.is_text else [],
        lines=_lines(found),
        manner=_manner(
            row.kind,
            table.delimiter.replace("\t", "tab") if table else "",
            str(found.header_line),
            table.sheet if table else "",
        ),
        missing=[str(field.label) for field in found.missing],
        twice=[
            (str(field.label), ", ".join(map(column_name, names)))
            for field, names in found.twice.items()
        ],
        modes=_options([(mode.value, mode.label) for mode in Mode], row.mode),
        is_as_before=found.is_settled
        and row.source is not None
        and row.columns == row.source.columns,
    )


def settled(request: AgentRequest) -> Settled:
    said = request.POST
    kind, sheet = said.get("kind", ""), words(said.get("sheet", ""))
    delimiter, header = said.get("delimiter", ""), said.get("header", "")
    before = said.get("manner", "")
    layout = None
    if before and _manner(kind, delimiter, header, sheet) != before:
        _kind, old_delimiter, _header, old_sheet = (*before.split("|", 3), "", "", "")[:4]
        is_same_table = (old_delimiter, old_sheet) == (delimiter.replace("|", "bar"), sheet)
        layout = Layout(
            sheet=sheet,
            delimiter=delimiter.replace("tab", "\t"),
            header_line=number(header) if is_same_table else None,
        )
    return Settled(
        name=words(said.get("name", "")),
        mode=Mode.AUTOMATIC if said.get("mode") == Mode.AUTOMATIC else Mode.MODERATED,
        kind=Kind(kind) if kind in KINDS else None,
        category=_category(said.get("category", "")),
        source_id=number(said.get("source", "")),
        layout=layout,
        columns=_columns(request),
        labels=cards.posted_uses(request),
    )


def column_name(name: str) -> str:
    """As people say it: « Colonne 3 » has no header."""
    if name.startswith("#"):
        return gettext("Colonne {n}").format(n=name[1:])
    return name


def _columns(request: AgentRequest) -> dict[str, Field]:
    found = {}
    for field, said in request.POST.items():
        kind, _dash, n = field.rpartition("-")
        name = words(request.POST.get(f"column-name-{n}", ""))
        if kind == "column" and name and said in set(Field):
            found[name] = Field(said)
    return found


def _category(said: str) -> Category | None:
    return Category(said) if said in DIRECTORIES else None


def _categories(chosen: str) -> list[Option]:
    offered: list[tuple[str, Say]] = [("", _("Comme le dit le fichier"))]
    offered += [(one.value, one.label) for one in DIRECTORIES]
    return _options(offered, chosen)


def _fields(column: Column, offered: tuple[Field, ...]) -> list[Option]:
    choices: list[tuple[str, Say]] = [(Field.IGNORED.value, _("Ne pas reprendre"))]
    fields = offered if column.field in (*offered, Field.IGNORED) else (*offered, column.field)
    choices += [(one.value, one.label) for one in fields]
    return _options(choices, column.field.value)


def _delimiters(chosen: str) -> list[Option]:
    names: list[tuple[str, Say]] = [
        (";", _("point-virgule")),
        (",", _("virgule")),
        ("tab", _("tabulation")),
        ("|", _("barre verticale")),
    ]
    return _options(names, chosen.replace("\t", "tab"))


def _lines(found: Preview) -> list[Option]:
    if found.table is None:
        return []
    choices: list[tuple[str, Say]] = [
        ("0", _("Aucune\N{NO-BREAK SPACE}: le tableau commence tout de suite"))
    ]
    for line, first in found.lines:
        told = gettext("Ligne {n} : {words}").format(n=line, words=first)
        choices.append((str(line), told))
    return _options(choices, str(found.header_line))


def _manner(kind: str, delimiter: str, header: str, sheet: str) -> str:
    return "|".join((kind, delimiter.replace("|", "bar"), header, sheet))


def _options(choices: list[tuple[str, Say]], chosen: str) -> list[Option]:
    return [(value, words, value == chosen) for value, words in choices]
