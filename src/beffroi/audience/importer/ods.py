"""OpenDocument spreadsheets, read as a stream: a repeated cell or row is never unrolled beyond reason."""

import zipfile
from collections.abc import Iterator
from typing import IO
from xml.etree import ElementTree as ET

from beffroi.audience.importer.faults import Bomb
from beffroi.audience.importer.kinds import MAX_COLUMNS

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
MAX_REPEATED = 1_000
"""Of a row with something on it; empty ones are counted and skipped."""


def sheet_names(file: IO[bytes]) -> tuple[str, ...]:
    names = []
    for event, element in _events(file):
        if event == "start" and element.tag == f"{_TABLE}table":
            names.append(element.get(f"{_TABLE}name", ""))
        elif event == "end" and element.tag == f"{_TABLE}table-row":
            element.clear()
    return tuple(names)


def rows(file: IO[bytes], sheet: str) -> Iterator[tuple[int, list[str]]]:
    """(line, cells); long runs of empty rows are left out. Raises: Bomb."""
    for line, repeated, row in _rows(file, sheet):
        cells = _cells(row)
        if cells and repeated > MAX_REPEATED:
            raise Bomb(repeated)
        for n in range(repeated if cells else 1):
            yield line + n, cells


def merged_down(file: IO[bytes], sheet: str) -> Iterator[tuple[int, int, int]]:
    """(column from 0, first line, last line) of cells that stand for several lines."""
    for line, _, row in _rows(file, sheet):
        column = 0
        for cell in _cells_of(row):
            spanned = int(cell.get(f"{_TABLE}number-rows-spanned", "1"))
            if spanned > 1 and column < MAX_COLUMNS:
                yield column, line, line + spanned - 1
            column += _repeated(cell)


def _rows(file: IO[bytes], sheet: str) -> Iterator[tuple[int, int, ET.Element]]:
    """(line, how often it stands there, row)."""
    line, inside = 1, False
    for event, element in _events(file):
        if element.tag == f"{_TABLE}table":
            inside = event == "start" and element.get(f"{_TABLE}name", "") == sheet
        elif event == "end" and element.tag == f"{_TABLE}table-row":
            if inside:
                repeated = int(element.get(f"{_TABLE}number-rows-repeated", "1"))
                yield line, repeated, element
                line += repeated
            element.clear()


def _events(file: IO[bytes]) -> Iterator[tuple[str, ET.Element]]:
    with zipfile.ZipFile(file) as archive, archive.open("content.xml") as content:
        # Expat limits the growth of nested entities by itself (2.4.1 and later).
        yield from ET.iterparse(content, events=("start", "end"))  # noqa: S314


def _cells(row: ET.Element) -> list[str]:
    found: list[str] = []
    for cell in _cells_of(row):
        found.extend([_text(cell)] * min(_repeated(cell), MAX_COLUMNS - len(found)))
    while found and not found[-1]:
        found.pop()
    return found


def _cells_of(row: ET.Element) -> Iterator[ET.Element]:
    """Those under a merged one too."""
    return (
        cell for cell in row if cell.tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
    )


def _repeated(cell: ET.Element) -> int:
    return int(cell.get(f"{_TABLE}number-columns-repeated", "1"))


def _text(cell: ET.Element) -> str:
    paragraphs = ["".join(part.itertext()) for part in cell.iter(f"{_TEXT}p")]
    if paragraphs:
        return "\n".join(paragraphs)
    return cell.get(f"{_OFFICE}value", cell.get(f"{_OFFICE}string-value", ""))
