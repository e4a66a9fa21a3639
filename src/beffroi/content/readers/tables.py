"""A town’s sheet opened: its lines, where its header stands, and what each of its columns holds."""

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from beffroi.audience.importer import sheets
from beffroi.audience.importer.kinds import Kind as FileKind
from beffroi.content.facts import Layout
from beffroi.content.readers import columns
from beffroi.content.readers.columns import Field
from beffroi.content.words import Kind

MAX_ROWS = 20_000
SAMPLES = 3
MAX_FILLED = 100_000
"""Cells under merged ones; a file may claim any number of them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    rows: list[tuple[int, list[str]]]
    """From the first line of the file on."""
    header_line: int
    """0: none."""
    headers: tuple[str, ...]
    """A name for each column (`columns.names`)."""
    fields: tuple[Field, ...]
    kind: Kind
    is_cut: bool
    is_text: bool
    encoding: str
    delimiter: str
    sheet: str
    sheets: tuple[str, ...]

    @property
    def missing(self) -> tuple[Field, ...]:
        return tuple(field for field in columns.NEEDED[self.kind] if field not in self.fields)

    def below(self) -> Iterator[tuple[int, list[str]]]:
        """The lines under the header that say anything."""
        return (
            (line, cells) for line, cells in self.rows if line > self.header_line and any(cells)
        )

    @property
    def mapping(self) -> dict[str, Field]:
        """What each column holds, by its name; not of those that hold nothing at all."""
        named = enumerate(zip(self.headers, self.fields, strict=True))
        return {
            name: field for n, (name, field) in named if columns.is_told(name) or self.samples(n)
        }

    def samples(self, column: int) -> tuple[str, ...]:
        """The first values of a column, each once."""
        found: dict[str, None] = {}
        for _, cells in self.below():
            if column < len(cells) and (said := " ".join(cells[column].split())):
                found[said] = None
            if len(found) == SAMPLES:
                break
        return tuple(found)


def twice(headers: tuple[str, ...], mapping: Mapping[str, Field]) -> dict[Field, list[str]]:
    """What a person said of more columns than can hold it."""
    found: dict[Field, list[str]] = {}
    for header in headers:
        if (field := mapping.get(header)) and field not in columns.SEVERAL:
            found.setdefault(field, []).append(header)
    return {field: several for field, several in found.items() if len(several) > 1}


def opened(
    document: bytes,
    *,
    kind: Kind | None = None,
    mapping: Mapping[str, Field] | None = None,
    layout: Layout | None = None,
) -> Table:
    """`kind`: None to tell it by the headers. Raises: importer.faults.BadFile."""
    file, chosen = io.BytesIO(document), layout or Layout()
    reading = sheets.guess(file)
    if chosen.sheet or chosen.delimiter:
        reading = sheets.with_choice(file, reading, delimiter=chosen.delimiter, sheet=chosen.sheet)
    rows = list(islice(sheets.rows(file, reading), MAX_ROWS + 1))
    if kind is None:
        _, headers = columns.header_line(rows, Kind.EVENT)
        kind = columns.kind_of(headers)
    line = _header_line(rows, kind, mapping or {}, chosen)
    _fill_merged(rows, sheets.merged_down(file, reading), after=line)
    width = max((len(cells) for _, cells in rows), default=0)
    header = next((cells for number, cells in rows if number == line), [])
    names = columns.names(header, width)
    return Table(
        rows=rows[:MAX_ROWS],
        header_line=line,
        headers=names,
        fields=columns.guess(names, kind, mapping=mapping),
        kind=kind,
        is_cut=len(rows) > MAX_ROWS,
        is_text=reading.kind == FileKind.TEXT,
        encoding=reading.encoding,
        delimiter=reading.delimiter,
        sheet=reading.sheet,
        sheets=reading.sheets,
    )


def _fill_merged(
    rows: list[tuple[int, list[str]]], merged: Iterable[tuple[int, int, int]], *, after: int
) -> None:
    """A title that stands for several lines is the title of each; the file itself says so."""
    by_line = dict(rows)
    covered = (
        (column, first, line)
        for column, first, last in merged
        if first > after
        for line in range(first + 1, min(last, MAX_ROWS) + 1)
    )
    for column, first, line in islice(covered, MAX_FILLED):
        top, cells = by_line.get(first, []), by_line.get(line)
        if cells is not None and column < len(top):
            cells.extend([""] * (column + 1 - len(cells)))
            cells[column] = cells[column] or top[column]


def _header_line(
    rows: list[tuple[int, list[str]]], kind: Kind, mapping: Mapping[str, Field], layout: Layout
) -> int:
    if layout.header_line is not None:
        return layout.header_line
    if columns.are_numbers(mapping):
        return 0
    line, _ = columns.header_line(rows, kind, mapping=mapping)
    return line or columns.unknown_header_line(rows)
