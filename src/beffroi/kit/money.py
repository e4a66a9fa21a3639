"""Money as whole tenths of a cent, and taxes and shares as whole hundredths of a percent: never a float.

The rounding rule of the house: a line is an exact number of tenths of a cent before tax; its VAT is rounded once,
to the tenth of a cent, half up; a total is the sum of its lines, and nothing is rounded again. So what is estimated
line by line and what is billed line by line add up to the same figure.
"""

import re

EURO = 1_000
CENT = 10
WHOLE = 10_000
"""100 %, in hundredths of a percent."""

_SPACE = "\N{NO-BREAK SPACE}"
_WRITTEN = re.compile(r"(\d{1,3}(?: \d{3})+|\d+)(?:[.,](\d{1,3}))?")
MAX_EUROS = 10**9


class NotAnAmount(Exception):
    """This text says no sum of money, or one finer than a tenth of a cent."""


def french(tenths_of_cent: int) -> str:
    """« 25,68 € »; the tenth of a cent is shown where there is one: « 0,045 € »."""
    sign = "−" if tenths_of_cent < 0 else ""
    return f"{sign}{_decimals(abs(tenths_of_cent))}{_SPACE}€"


def plain(tenths_of_cent: int) -> str:
    """For a field to type in and for spreadsheets: « 25,68 », without group marks or sign of currency."""
    sign = "-" if tenths_of_cent < 0 else ""
    return sign + _decimals(abs(tenths_of_cent)).replace(_SPACE, "")


def parse(text: str) -> int:
    """What an agent types: « 0,10 », « 0.10 € », « 1 200 ». Raises: NotAnAmount."""
    spoken = re.sub(r"\s+", " ", text).strip().removesuffix("€").strip()
    written = _WRITTEN.fullmatch(spoken)
    if written is None:
        raise NotAnAmount(text)
    euros, decimals = int(written[1].replace(" ", "")), (written[2] or "").ljust(3, "0")
    if euros > MAX_EUROS:
        raise NotAnAmount(text)
    return euros * EURO + int(decimals)


def vat(before_tax: int, rate: int) -> int:
    """The tax on one line, in tenths of a cent, half up. `rate` in hundredths of a percent: 2000 is 20 %."""
    return (before_tax * rate + WHOLE // 2) // WHOLE


def share(part: int, whole: int) -> int:
    """Hundredths of a percent, half up; of nothing, nothing."""
    return (part * WHOLE * 2 + whole) // (whole * 2) if whole > 0 else 0


def percent(hundredths: int) -> str:
    """« 20 % », « 5,5 % », « 2,08 % »."""
    return f"{_rate(hundredths)}{_SPACE}%"


def plain_percent(hundredths: int) -> str:
    """For a field to type in: « 5,5 »."""
    return _rate(hundredths)


def parse_percent(text: str) -> int:
    """« 20 », « 5,5 % ». Raises: NotAnAmount."""
    tenths = parse(text.replace("%", ""))
    if tenths % CENT:
        raise NotAnAmount(text)
    return tenths // CENT


def _decimals(tenths: int) -> str:
    euros, rest = divmod(tenths, EURO)
    fraction = f"{rest:03}" if rest % CENT else f"{rest // CENT:02}"
    return f"{euros:,}".replace(",", _SPACE) + f",{fraction}"


def _rate(hundredths: int) -> str:
    units, rest = divmod(hundredths, 100)
    return f"{units},{rest:02}".rstrip("0").rstrip(",")
