"""A file opened for reading: the rows of its text, or of one of its sheets, one after the other."""

import datetime
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from typing import IO
from xml.etree.ElementTree import ParseError

import openpyxl
import python_calamine
from openpyxl.utils.exceptions import InvalidFileException

from beffroi.audience.importer import lines, ods
from beffroi.audience.importer.faults import Damaged, EmptyFile, TooManyRows
from beffroi.audience.importer.kinds import MAX_COLUMNS, MAX_ROWS, Kind, kind_of, unpacked_bytes
from beffroi.audience.importer.lines import Row

_HEAD = 256 * 1024
_MAX_SHEETS = 50
_MERGED_WITHIN = 30 * 1024 * 1024
"""Bytes, unpacked: to be told of merged cells, a whole sheet is held in memory."""
_BROKEN = (
    zipfile.BadZipFile,
    InvalidFileException,
    ParseError,
    python_calamine.CalamineError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
    EOFError,
    zlib.error,
)
"""What the readers of workbooks raise when one is damaged; they promise nothing narrower."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """How the file is to be read."""

    kind: Kind
    encoding: str = ""
    delimiter: str = ""
    width: int = 1
    sheet: str = ""
    sheets: tuple[str, ...] = ()


def guess(file: IO[bytes]) -> Reading:
    """Looks at the beginning only. Raises: faults.BadFile."""
    kind = kind_of(file)
    if kind == Kind.TEXT:
        return _guess_text(file)
    names = _sheet_names(file, kind)
    for name in names:
        reading = Reading(kind=kind, sheet=name, sheets=names)
        if any(any(cells) for _, cells in islice(rows(file, reading), 50)):
            return reading
    raise EmptyFile


def rows(file: IO[bytes], reading: Reading) -> Iterator[Row]:
    """Every row, empty ones too, with its line number. Raises: Damaged, TooManyRows."""
    found = _text_rows(file, reading) if reading.kind == Kind.TEXT else _sheet_rows(file, reading)
    for row in found:
        if row[0] > MAX_ROWS:
            raise TooManyRows(row[0])
        yield row


def with_choice(file: IO[bytes], reading: Reading, *, delimiter: str, sheet: str) -> Reading:
    """The same reading with what the agent chose, where that is possible."""
    if sheet in reading.sheets:
        return replace(reading, sheet=sheet)
    if reading.kind != Kind.TEXT or delimiter not in lines.DELIMITERS:
        return reading
    sample = list(islice(lines.physical_lines(file, reading.encoding), 300))
    return replace(reading, delimiter=delimiter, width=lines.width_of(sample, delimiter))


def lines_in(file: IO[bytes], reading: Reading) -> int:
    """About how many lines there are, for a progress bar; 0 when that cannot be told quickly."""
    file.seek(0)
    if reading.kind == Kind.TEXT:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(_HEAD), b"")) + 1
    try:
        if reading.kind == Kind.XLSX:
            with closing(openpyxl.load_workbook(file, read_only=True, data_only=True)) as book:
                return book[reading.sheet].max_row or 0
        if reading.kind == Kind.ODS:
            return sum(1 for _ in ods.rows(file, reading.sheet))
        with closing(python_calamine.CalamineWorkbook.from_filelike(file)) as old_book:
            return old_book.get_sheet_by_name(reading.sheet).total_height
    except _BROKEN as broken:
        raise Damaged from broken


def merged_down(file: IO[bytes], reading: Reading) -> Iterator[tuple[int, int, int]]:
    """(column from 0, first line, last line) of cells that stand for several lines; told of workbooks of moderate size."""
    if reading.kind == Kind.TEXT or unpacked_bytes(file) > _MERGED_WITHIN:
        return
    file.seek(0)
    try:
        if reading.kind == Kind.ODS:
            yield from ods.merged_down(file, reading.sheet)
            return
        with closing(python_calamine.CalamineWorkbook.from_filelike(file)) as book:
            ranges = book.get_sheet_by_name(reading.sheet).merged_cell_ranges or ()
    except _BROKEN as broken:
        raise Damaged from broken
    for (first, column), (last, _) in ranges:
        if last > first and column < MAX_COLUMNS:
            yield column, first + 1, last + 1


def _guess_text(file: IO[bytes]) -> Reading:
    file.seek(0)
    encoding = lines.encoding_of(file.read(_HEAD))
    sample = list(islice(lines.physical_lines(file, encoding), 300))
    if not any(line.strip() for line in sample) and not any(
        line.strip() for line in lines.physical_lines(file, encoding)
    ):
        raise EmptyFile
    delimiter = lines.delimiter_of(sample)
    return Reading(
        kind=Kind.TEXT,
        encoding=encoding,
        delimiter=delimiter,
        width=lines.width_of(sample, delimiter),
    )


def _text_rows(file: IO[bytes], reading: Reading) -> Iterator[Row]:
    physical = lines.physical_lines(file, reading.encoding)
    return lines.rows(physical, reading.delimiter, width=reading.width)


def _sheet_names(file: IO[bytes], kind: Kind) -> tuple[str, ...]:
    file.seek(0)
    try:
        if kind == Kind.XLSX:
            with closing(openpyxl.load_workbook(file, read_only=True, data_only=True)) as book:
                names = [sheet.title for sheet in book.worksheets]
        elif kind == Kind.ODS:
            names = list(ods.sheet_names(file))
        else:
            with closing(python_calamine.CalamineWorkbook.from_filelike(file)) as old_book:
                names = list(old_book.sheet_names)
    except _BROKEN as broken:
        raise Damaged from broken
    if not names:
        raise EmptyFile
    return tuple(names[:_MAX_SHEETS])


def _sheet_rows(file: IO[bytes], reading: Reading) -> Iterator[Row]:
    file.seek(0)
    readers = {Kind.XLSX: _xlsx_rows, Kind.XLS: _xls_rows, Kind.ODS: ods.rows}
    found = readers[reading.kind](file, reading.sheet)
    while True:
        try:
            row = next(found, None)
        except _BROKEN as broken:
            raise Damaged from broken
        if row is None:
            return
        yield row


def _xlsx_rows(file: IO[bytes], sheet: str) -> Iterator[Row]:
    with closing(openpyxl.load_workbook(file, read_only=True, data_only=True)) as book:
        found = book[sheet].iter_rows(max_col=MAX_COLUMNS, values_only=True)
        for number, cells in enumerate(found, start=1):
            yield number, _trimmed(cells)


def _xls_rows(file: IO[bytes], sheet: str) -> Iterator[Row]:
    with closing(python_calamine.CalamineWorkbook.from_filelike(file)) as book:
        for number, cells in enumerate(book.get_sheet_by_name(sheet).iter_rows(), start=1):
            yield number, _trimmed(cells[:MAX_COLUMNS])


def _trimmed(cells: Sequence[object]) -> list[str]:
    texts = [_text(cell) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _text(cell: object) -> str:
    match cell:
        case None:
            return ""
        case str():
            return cell
        case bool():
            return "1" if cell else "0"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime.datetime() if cell.time() != datetime.time():
            return cell.strftime("%d/%m/%Y %H:%M")
        case datetime.datetime() | datetime.date():
            return cell.strftime("%d/%m/%Y")
        case _:
            return str(cell)
