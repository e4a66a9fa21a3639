"""Where something is and how it is reached, as sources write it."""

import re

from beffroi.content.facts import Place
from beffroi.content.readers import gathering, pages, texts
from beffroi.content.words import Flaw
from beffroi.kit.contacts import NotAnAddress, canonical_email
from beffroi.kit.phones import NotAPhone, callable_phone

_BETWEEN = re.compile(r"[/;,|\n]+|\b(?:ou|et)\b", re.IGNORECASE)
_LABEL = re.compile(r"[^\W\d_][^\d+]*")
_EATEN_ZERO = re.compile(r"[1-9]\d{8}(?:\.0)?")
"""What a spreadsheet makes of 05…: 556220000."""
_BARE_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?:[/?#]\S*)?", re.IGNORECASE)
_POSTAL = re.compile(
    r"(?P<street>.*?)[\s,]*\b(?P<code>\d{5})\b\s*(?P<city>[^,\d]{2,60})?", re.DOTALL
)
_INSEE = re.compile(r"(?:\d{5}|2[ab]\d{3})", re.IGNORECASE)
_FRANCE = re.compile(r"[\s,(]*\bfrance\b\)?\s*$", re.IGNORECASE)

_CITIES = {
    str(code): city
    for city, codes in {
        "75056": range(75101, 75121),
        "69123": range(69381, 69390),
        "13055": range(13201, 13217),
    }.items()
    for code in codes
}
"""Municipal arrondissements of Paris, Lyon and Marseille (INSEE, Code officiel géographique)."""


def phones(text: str, into: gathering.Gathering, where: str) -> tuple[str, ...]:
    """Every number of a cell, each once; what is none is remarked."""
    found: dict[str, None] = {}
    for part in _BETWEEN.split(text):
        number = _LABEL.sub(" ", part).strip(" .:()-")
        if not any(map(str.isdigit, number)):
            continue
        if _EATEN_ZERO.fullmatch(number):
            number = "0" + number.removesuffix(".0")
        try:
            found[callable_phone(number)] = None
        except NotAPhone:
            into.remark(Flaw.BAD_PHONE, f"{where} : {part.strip()}")
    return tuple(found)


def website(text: str, into: gathering.Gathering, where: str) -> str:
    """With its scheme, that directories often leave out."""
    words = texts.line(text)
    if not words:
        return ""
    if _BARE_HOST.fullmatch(words):
        words = f"https://{words}"
    found = pages.absolute(words)
    if not found:
        into.remark(Flaw.BAD_LINK, f"{where} : {words}")
    return found


def email(text: str) -> str:
    """Empty unless it is one."""
    try:
        return canonical_email(text.strip().removeprefix("mailto:"))
    except NotAnAddress:
        return ""


def point(
    latitude: float | None, longitude: float | None, into: gathering.Gathering, where: str
) -> tuple[float | None, float | None]:
    """Both or none; 0, 0 is a field that nobody filled."""
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        return None, None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        into.remark(Flaw.BAD_PLACE, where)
        return None, None
    return latitude, longitude


def commune(code: str) -> str:
    """Its code in the official list: municipal arrondissements belong to their city."""
    return _CITIES.get(code, code)


def insee(text: str, into: gathering.Gathering, where: str) -> str:
    code = text.strip().upper()
    if not code or _INSEE.fullmatch(code):
        return code
    into.remark(Flaw.BAD_PLACE, f"{where} : {code}")
    return ""


def from_line(text: str) -> tuple[str, Place | None]:
    """(name of the place, where it is) out of « Salle des fêtes, 12 rue Haute, 33120 Arcachon, France »."""
    words = _FRANCE.sub("", texts.line(text)).strip(" ,")
    found = _POSTAL.search(words)
    if found is None:
        return texts.shorten(words, 200), None
    name, _, street = found["street"].strip(" ,").partition(",")
    if name[:1].isdigit() and not street:
        name, street = "", name
    place = Place(
        street=texts.shorten(street.strip(" ,"), 200),
        postal_code=found["code"],
        city=(found["city"] or "").strip(),
    )
    return texts.shorten(name, 200), place
