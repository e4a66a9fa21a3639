"""Telephone numbers that can receive an SMS: how they are written down, compared and shown.

Source of the numbering plans: libphonenumber (its region FR knows the mainland only; overseas is tried after it).
"""

import enum
import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

MAINLAND = "FR"
# Those whose ten-digit numbers share no prefix with the mainland's or with each other's: no need to ask where one lives.
OVERSEAS = ("GP", "RE", "MQ", "GF", "YT", "BL", "MF")
# Those whose own numbers are short: read only with +687… or when the town is there; elsewhere it is a slip of the pen.
SHORT = ("NC", "PF", "WF", "PM")
FRENCH = frozenset({MAINLAND, *OVERSEAS, *SHORT})
MAINLAND_CODE = 33
OVERSEAS_CODES = frozenset({590, 262, 596, 594})

_LETTER = re.compile(r"[^\W\d_]")
_NOISE = re.compile(r"[\s.\-/_()\u00a0\u202f\u200b\u200e\u202a\u202c\ufeff]+")
_MACHINE = re.compile(r"(?:0|\+33|0033)700\d+")  # ARCEP: ten or fourteen digits, machine to machine
_FICTION = re.compile(r"(?:0|\+33|0033)?(63998\d{4})")
"""ARCEP keeps 06 39 98 xx xx for fiction, and libphonenumber refuses them: demonstrations and tests disturb nobody."""
_SHORT_CODE = re.compile(r"3\d{3,4}|1\d{1,2}|116\d{3}|118\d{3}")


class Kind(enum.Enum):
    """Why a true number receives no SMS."""

    LANDLINE = enum.auto()
    BOX = enum.auto()
    """09: the telephone of an internet box."""
    SERVICE = enum.auto()
    """08 and short numbers."""
    MACHINE = enum.auto()
    """07 00: alarms, lifts, meters."""


class NotAPhone(Exception):
    """No telephone can be reached by this text."""


class Landline(NotAPhone):
    """A number that exists and that no SMS reaches."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind.name)
        self.kind = kind


class Foreign(NotAPhone):
    """A mobile of another country: another price, and the way swindlers make a site send dear SMS."""


def canonical_phone(text: str, *, home: str = MAINLAND) -> str:
    """The number as +33612345678; `home` is where a number without its country is from.

    Raises: NotAPhone, Landline, Foreign.
    """
    if _LETTER.search(text):
        raise NotAPhone
    digits = _NOISE.sub("", text.replace("(0)", ""))
    if _MACHINE.fullmatch(digits):
        raise Landline(Kind.MACHINE)
    if _SHORT_CODE.fullmatch(digits) and home not in SHORT:
        raise Landline(Kind.SERVICE)
    if fiction := _FICTION.fullmatch(digits):
        return f"+{MAINLAND_CODE}{fiction[1]}"
    number = _number(digits, home)
    _check_mobile(number)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def mask_phone(canonical: str) -> str:
    """What is shown on screen: 06 •• •• •• 78, or +687 •• •• 34; no line ends inside."""
    number = phonenumbers.parse(canonical)
    if _has_trunk_zero(number):
        masked = f"0{str(number.national_number)[:1]} •• •• •• {canonical[-2:]}"
    else:
        masked = f"+{number.country_code} •• •• {canonical[-2:]}"
    return masked.replace(" ", "\N{NO-BREAK SPACE}")


def readable_phone(canonical: str) -> str:
    """As people write it: 06 12 34 56 78, or +687 75.12.34."""
    number = phonenumbers.parse(canonical)
    if _has_trunk_zero(number):
        national = f"0{number.national_number}"
        return " ".join(national[start : start + 2] for start in range(0, len(national), 2))
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


def callable_phone(text: str, *, home: str = MAINLAND) -> str:
    """Any number that can be called, landlines and short numbers too, as people write it: 05 56 22 00 00, 3237.

    Raises: NotAPhone.
    """
    if _LETTER.search(text):
        raise NotAPhone
    digits = _NOISE.sub("", text.replace("(0)", ""))
    if _SHORT_CODE.fullmatch(digits) and home not in SHORT:
        return digits
    if fiction := _FICTION.fullmatch(digits):
        return readable_phone(f"+{MAINLAND_CODE}{fiction[1]}")
    return readable_phone(phonenumbers.format_number(_number(digits, home), PhoneNumberFormat.E164))


def _has_trunk_zero(number: PhoneNumber) -> bool:
    return number.country_code in {MAINLAND_CODE, *OVERSEAS_CODES}


def _number(digits: str, home: str) -> PhoneNumber:
    """The first reading that the numbering plans know."""
    for region in dict.fromkeys((home, MAINLAND, *OVERSEAS)):
        number = _read(digits, region)
        if number is not None:
            return number
    raise NotAPhone


def _read(digits: str, region: str) -> PhoneNumber | None:
    try:
        number = phonenumbers.parse(digits, region)
    except NumberParseException:
        return None
    if phonenumbers.is_valid_number(number):
        return number
    if digits.startswith(("+33", "0033")):  # +33 690…: an overseas number with the mainland's code
        return _read(f"0{number.national_number}", region) if region in OVERSEAS else None
    return None


def _check_mobile(number: PhoneNumber) -> None:
    kind = phonenumbers.number_type(number)
    if phonenumbers.region_code_for_number(number) not in FRENCH:
        raise Foreign
    if kind == PhoneNumberType.MOBILE:
        return
    if kind == PhoneNumberType.FIXED_LINE:
        raise Landline(Kind.LANDLINE)
    raise Landline(Kind.BOX if kind == PhoneNumberType.VOIP else Kind.SERVICE)
