"""Text files cut into rows: any encoding, any separator, quotes that never close."""

import codecs
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import IO, AnyStr

from beffroi.audience.importer.kinds import MAX_COLUMNS, utf16_of

DELIMITERS = (";", ",", "\t", "|")
_BLOCK = 64 * 1024
MAX_LINE = 100_000
"""Characters; more is no line of a list of people."""
MAX_JOINED = 12
"""Physical lines that one quoted cell may span."""
_SAMPLE_LINES = 300
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")

Row = tuple[int, list[str]]
"""The number of its first physical line, from 1, and its cells."""


def encoding_of(head: bytes) -> str:
    """A name for the screen. Each line is decoded on its own, so that a mixed file is read all the same."""
    if flavour := utf16_of(head):
        return flavour
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"


def physical_lines(file: IO[bytes], encoding: str) -> Iterator[str]:
    """The lines without their ends, whatever these are; over-long ones are cut short."""
    file.seek(0)
    if encoding.startswith("utf-16"):
        yield from _cut(_decoded(file, encoding), _text_lines, "\r\n")
        return
    first = True
    for raw in _cut(iter(lambda: file.read(_BLOCK), b""), _bytes_lines, b"\r\n"):
        if first:
            raw, first = raw.removeprefix(codecs.BOM_UTF8), False
        yield _decode(raw)


def _decode(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _decoded(file: IO[bytes], encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    while block := file.read(_BLOCK):
        yield decoder.decode(block)
    yield decoder.decode(b"", final=True)


def _cut(
    blocks: Iterable[AnyStr], split: Callable[[AnyStr], list[AnyStr]], ends: AnyStr
) -> Iterator[AnyStr]:
    """Lines across blocks. A line end may itself be cut in two, so the last piece always waits."""
    rest = ends[:0]
    for block in blocks:
        pieces = split(rest + block)
        rest = pieces.pop() if pieces else ends[:0]
        for piece in pieces:
            yield piece.rstrip(ends)[:MAX_LINE]
        if len(rest) > MAX_LINE + _BLOCK:
            rest = rest[:MAX_LINE]
    if rest:
        yield rest.rstrip(ends)[:MAX_LINE]


def _bytes_lines(block: bytes) -> list[bytes]:
    return block.splitlines(keepends=True)


def _text_lines(text: str) -> list[str]:
    """As bytes.splitlines: str.splitlines would also cut at form feeds and paragraph separators."""
    return _LINE.findall(text)


def rows(lines: Iterable[str], delimiter: str, *, width: int | None) -> Iterator[Row]:
    """`width`: the usual number of cells, by which a quote gone astray is told from a cell of several lines; None: not known yet."""
    source = _Pushback(lines)
    for number, line in source:
        if '"' not in line:
            yield number, line.split(delimiter)[:MAX_COLUMNS]
            continue
        cells, is_open = split_quoted(line, delimiter)
        if is_open:
            cells = _join(source, line, delimiter, width) or _literal(line, delimiter)
        yield number, cells[:MAX_COLUMNS]


class _Pushback:
    """Numbered lines, of which some may be given back."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._back: list[str] = []
        self._number = 0

    def __iter__(self) -> Iterator[tuple[int, str]]:
        while (line := self.next()) is not None:
            yield self._number, line

    def next(self) -> str | None:
        line = self._back.pop() if self._back else next(self._lines, None)
        if line is not None:
            self._number += 1
        return line

    def give_back(self, lines: list[str]) -> None:
        self._back.extend(reversed(lines))
        self._number -= len(lines)


def _join(source: _Pushback, line: str, delimiter: str, width: int | None) -> list[str] | None:
    """The row that goes on over the next lines, if it ends as a row of this file should."""
    taken: list[str] = []
    whole = line
    while len(taken) < MAX_JOINED and (following := source.next()) is not None:
        taken.append(following)
        whole += "\n" + following
        if '"' not in following:
            continue
        cells, is_open = split_quoted(whole, delimiter)
        if not is_open:
            if width in (None, len(cells)) and not _are_rows((line, *taken), delimiter, len(cells)):
                return cells
            break
    source.give_back(taken)
    return None


def _are_rows(lines: Iterable[str], delimiter: str, width: int) -> bool:
    """Each is a row of its own already: the quote that binds them is a slip."""
    return width > 1 and all(len(line.split(delimiter)) == width for line in lines)


def _literal(line: str, delimiter: str) -> list[str]:
    return [cell.strip('"') for cell in line.split(delimiter)]


def split_quoted(line: str, delimiter: str) -> tuple[list[str], bool]:
    """The cells, and whether a quote is still open at the end. A quote counts at the start of a cell only."""
    cells: list[str] = []
    position, end = 0, len(line)
    while True:
        start = position
        while start < end and line[start] == " ":
            start += 1
        if start < end and line[start] == '"':
            cell, position, is_open = _quoted(line, start + 1, delimiter)
        else:
            stop = line.find(delimiter, position)
            stop = end if stop < 0 else stop
            cell, position, is_open = line[position:stop], stop, False
        cells.append(cell)
        if is_open or position >= end:
            return cells, is_open
        position += 1


def _quoted(line: str, position: int, delimiter: str) -> tuple[str, int, bool]:
    parts: list[str] = []
    while True:
        close = line.find('"', position)
        if close < 0:
            return "".join([*parts, line[position:]]), len(line), True
        parts.append(line[position:close])
        if line.startswith('"', close + 1):
            parts.append('"')
            position = close + 2
            continue
        stop = line.find(delimiter, close + 1)
        stop = len(line) if stop < 0 else stop
        parts.append(line[close + 1 : stop].rstrip())
        return "".join(parts), stop, False


def delimiter_of(sample: Iterable[str]) -> str:
    """The separator that cuts most lines into the same number of cells; ";" when the file has one column."""
    lines = [line for line in list(sample)[:_SAMPLE_LINES] if line.strip()]
    best, best_score = ";", 0.0
    for delimiter in DELIMITERS:
        widths = Counter(len(split_quoted(line, delimiter)[0]) for line in lines)
        width, count = max(
            ((w, c) for w, c in widths.items() if w > 1), key=lambda wc: wc[1], default=(1, 0)
        )
        score = count + width / 100
        if width > 1 and score > best_score:
            best, best_score = delimiter, score
    return best


def width_of(sample: Iterable[str], delimiter: str) -> int:
    """The usual number of cells of a row, which may be several lines."""
    told = [line for line in list(sample)[:_SAMPLE_LINES] if line.strip()]
    widths = Counter(len(cells) for _, cells in rows(told, delimiter, width=None))
    return widths.most_common(1)[0][0] if widths else 1
