"""The plan of an import: how the file is read and what its columns hold. Guessed, then corrected by the agent."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

from beffroi.audience.importer import columns, sheets
from beffroi.audience.importer.columns import Column, NamedTheme, Role
from beffroi.audience.importer.kinds import Kind
from beffroi.audience.importer.sheets import Reading

SAMPLE_ROWS = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    reading: Reading
    header_line: int
    """0: the file has no header."""
    header: tuple[str, ...]
    columns: tuple[Column, ...]


def guess(file: IO[bytes], themes: Sequence[NamedTheme]) -> Plan:
    """Raises: faults.BadFile."""
    return guess_from(file, sheets.guess(file), themes)


def guess_from(file: IO[bytes], reading: Reading, themes: Sequence[NamedTheme]) -> Plan:
    """The same for a reading that the agent has corrected. Raises: faults.BadFile."""
    sample = list(islice(sheets.rows(file, reading), SAMPLE_ROWS))
    line, roles = columns.find_header(sample, themes)
    header = next((cells for number, cells in sample if number == line), [])
    width = max(len(roles), *(len(cells) for _, cells in sample), 1)
    padded = [*roles, *[Column(role=Role.IGNORED)] * (width - len(roles))]
    return Plan(
        reading=reading,
        header_line=line,
        header=tuple(cell.strip() for cell in header),
        columns=tuple(padded),
    )


def to_json(plan: Plan) -> dict[str, Any]:
    """For the database's JSON column only."""
    return {
        "kind": plan.reading.kind.value,
        "encoding": plan.reading.encoding,
        "delimiter": plan.reading.delimiter,
        "width": plan.reading.width,
        "sheet": plan.reading.sheet,
        "sheets": list(plan.reading.sheets),
        "header_line": plan.header_line,
        "header": list(plan.header),
        "columns": [[column.role.value, column.theme_id] for column in plan.columns],
    }


def from_json(stored: dict[str, Any]) -> Plan:
    return Plan(
        reading=Reading(
            kind=Kind(stored["kind"]),
            encoding=stored["encoding"],
            delimiter=stored["delimiter"],
            width=stored["width"],
            sheet=stored["sheet"],
            sheets=tuple(stored["sheets"]),
        ),
        header_line=stored["header_line"],
        header=tuple(stored["header"]),
        columns=tuple(Column(role=Role(role), theme_id=theme) for role, theme in stored["columns"]),
    )
