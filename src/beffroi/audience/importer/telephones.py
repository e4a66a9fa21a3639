"""Mobile numbers as people write them in files: found in a cell, landlines told apart."""

import re
from dataclasses import dataclass

from beffroi.audience.words import RowReason
from beffroi.kit.phones import Landline, NotAPhone, canonical_phone

_BETWEEN = re.compile(r"[/;,|\n]+|\b(?:ou|et)\b", re.IGNORECASE)
_LABEL = re.compile(r"[^\W\d_][^\d+]*", re.UNICODE)
"""« Portable : », « (fixe) », « Mme »."""
_EATEN_ZERO = re.compile(r"[67]\d{8}(?:\.0)?")
"""What a spreadsheet makes of 06…: 612345678, or 612345678.0."""
_SHORTEST = 6
"""Digits; fewer are a floor, a house number, a remark."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What a cell holds."""

    numbers: tuple[str, ...] = ()
    """Canonical, each once."""
    bad: tuple[RowReason, ...] = ()


def find(cell: str) -> Found:
    """Every number of the cell, and why others receive no SMS."""
    numbers: dict[str, None] = {}
    bad: list[RowReason] = []
    for part in _BETWEEN.split(cell):
        text = _LABEL.sub(" ", part).strip(" .:()-")
        if _EATEN_ZERO.fullmatch(text):
            text = "0" + text.removesuffix(".0")
        if sum(map(str.isdigit, text)) < _SHORTEST:
            continue
        try:
            numbers[canonical_phone(text)] = None
        except Landline:
            bad.append(RowReason.LANDLINE)
        except NotAPhone:
            bad.append(RowReason.BAD_PHONE)
    return Found(numbers=tuple(numbers), bad=tuple(bad))
