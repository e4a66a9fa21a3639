"""CSV as French spreadsheets open it, and harmless there.

Semicolons, a byte order mark, and no cell that a spreadsheet would run as a formula
(Source: OWASP, CSV Injection).
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

BOM = "\ufeff"
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")


def rows(lines: Iterable[Sequence[object]]) -> Iterator[str]:
    """One piece of text per line; the first begins with the mark."""
    mark = BOM
    for line in lines:
        out = io.StringIO()
        csv.writer(out, delimiter=";", lineterminator="\r\n").writerow([cell(v) for v in line])
        yield mark + out.getvalue()
        mark = ""


def cell(value: object) -> object:
    """Numbers stay numbers; text that begins like a formula begins with an apostrophe."""
    if isinstance(value, str) and value.lstrip(" \N{NO-BREAK SPACE}").startswith(_RUNS):
        return "'" + value
    return value
