"""E-mail addresses as people write them in files: found in a cell, and mended by a suggestion, never silently."""

import enum
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from beffroi.kit.contacts import NotAnAddress, canonical_email
from beffroi.kit.names import fold_words


class Fault(enum.Enum):
    INVALID = "invalid"
    MISTYPED = "mistyped"
    """An address that could exist, at a host that almost certainly does not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BadAddress:
    text: str
    fault: Fault
    suggestion: str = ""
    """What was probably meant; empty when nothing is likely."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What a cell holds."""

    addresses: tuple[str, ...] = ()
    bad: tuple[BadAddress, ...] = ()


# Mail hosts of French households, most common first: what people mean when they mistype.
HOSTS = (
    "gmail.com", "orange.fr", "wanadoo.fr", "hotmail.fr", "hotmail.com", "free.fr", "sfr.fr", "laposte.net",
    "yahoo.fr", "yahoo.com", "outlook.fr", "outlook.com", "live.fr", "bbox.fr", "icloud.com", "neuf.fr",
    "club-internet.fr", "numericable.fr", "protonmail.com",
)  # fmt: skip
# Real hosts that stand one letter from another real one.
_REAL = frozenset(
    {*HOSTS, "mail.com", "ymail.com", "live.com", "orange.com", "free.com", "yahoo.co", "proton.me"}
)
_SLIPS = {
    "gmail.fr": "gmail.com",
    "gmail.co": "gmail.com",
    "gmail.cm": "gmail.com",
    "gmail": "gmail.com",
    "gmal.com": "gmail.com",
    "gamil.com": "gmail.com",
    "gmial.com": "gmail.com",
    "orange": "orange.fr",
    "wanadoo": "wanadoo.fr",
    "wanadoo.com": "wanadoo.fr",
    "laposte.fr": "laposte.net",
    "laposte.com": "laposte.net",
    "la-poste.net": "laposte.net",
    "free": "free.fr",
    "sfr": "sfr.fr",
    "icloud.fr": "icloud.com",
}
_TOP_SLIPS = {
    "con": "com",
    "cmo": "com",
    "ocm": "com",
    "comm": "com",
    "vom": "com",
    "frr": "fr",
    "rf": "fr",
    "ft": "fr",
    "nte": "net",
}
_LONG_ENOUGH = 5
"""Shorter first labels are one letter from too many real hosts."""

_NOTHING = frozenset(
    {
        "",
        "neant",
        "aucun",
        "aucune",
        "sans",
        "non",
        "pas d adresse",
        "pas de mail",
        "n a",
        "na",
        "nc",
        "vide",
        "inconnu",
        "ne sait pas",
    }
)
_AROUND_AT = re.compile(r"\s*@\s*")
_COMMA_FOR_DOT = re.compile(r"(?i)^[^\s@;,<>]+@[^\s@;,<>]+,(fr|com|net|org|eu)$")
_WRITTEN_AT = re.compile(r"(?i)\s*[\(\[\{]?\s*\b(?:at|arobase|arobas|chez)\b\s*[\)\]\}]?\s*")
_SEPARATORS = re.compile(r"[\s;,/|<>()\"«»\[\]]+")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"), None)


def find(cell: str) -> Found:
    """Every address of a cell: « a@x.fr ; b@y.fr », « Jean <jean@x.fr> », « mailto:a@x.fr »."""
    text = cell.translate(_INVISIBLE).replace("\N{NO-BREAK SPACE}", " ").strip()
    if "@" not in text:
        if fold_words(text) in _NOTHING:
            return Found()
        return Found(bad=(_bad(text),))
    if _COMMA_FOR_DOT.match(text):
        return Found(bad=(_bad(text, meant=text.replace(",", ".")),))
    good: dict[str, str] = {}
    bad: list[BadAddress] = []
    for token in _SEPARATORS.split(_AROUND_AT.sub("@", text)):
        if "@" in token:
            _sort(token, good, bad)
    return Found(addresses=tuple(good.values()), bad=tuple(bad))


def _sort(token: str, good: dict[str, str], bad: list[BadAddress]) -> None:
    word = token.strip("'’`.:").removeprefix("mailto:").removeprefix("MAILTO:")
    try:
        address = canonical_email(word)
    except NotAnAddress:
        bad.append(_bad(word))
        return
    meant = suggest(address)
    if meant:
        bad.append(BadAddress(text=word, fault=Fault.MISTYPED, suggestion=meant))
    else:
        good.setdefault(address.lower(), address)


def suggest(address: str) -> str:
    """What the owner of this address probably meant; empty when the host is as good as any."""
    local, _, host = address.rpartition("@")
    meant = _meant_host(host.lower())
    return f"{local}@{meant}" if meant and local else ""


@lru_cache(maxsize=4096)
def _meant_host(host: str) -> str:
    if host in _REAL:
        return ""
    return _SLIPS.get(host) or _one_slip_away(host) or _other_top(host)


def _other_top(host: str) -> str:
    name, _, top = host.rpartition(".")
    right = _TOP_SLIPS.get(top)
    return f"{name}.{right}" if name and right else ""


def _one_slip_away(host: str) -> str:
    return next(
        (
            real
            for real in HOSTS
            if len(real.partition(".")[0]) >= _LONG_ENOUGH
            and abs(len(real) - len(host)) <= 1
            and _is_one_slip(host, real)
        ),
        "",
    )


def _is_one_slip(typed: str, meant: str) -> bool:
    """One letter missing, too many or wrong, or two neighbours swapped."""
    start = 0
    while start < min(len(typed), len(meant)) and typed[start] == meant[start]:
        start += 1
    rest, wanted = typed[start:], meant[start:]
    if len(typed) == len(meant):
        swapped = rest[:2] == wanted[:2][::-1] and rest[2:] == wanted[2:]
        return swapped or rest[1:] == wanted[1:]
    return rest[1:] == wanted if len(typed) > len(meant) else rest == wanted[1:]


def _bad(text: str, *, meant: str = "") -> BadAddress:
    return BadAddress(text=text, fault=Fault.INVALID, suggestion=_valid(meant) or _mend(text))


def _mend(text: str) -> str:
    """Plain repairs, tried in turn; only one that gives a true address is offered."""
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)
    ).strip()
    for attempt in (
        plain,
        _WRITTEN_AT.sub("@", plain, count=1) if "@" not in plain else "",
        plain.replace(" ", ""),
        re.sub(r"\.{2,}", ".", plain).replace(".@", "@").replace("@.", "@").strip("."),
        re.sub(r"@{2,}", "@", plain),
        plain + ".com" if plain.lower().endswith("@gmail") else "",
        plain + ".fr" if plain.lower().endswith(("@orange", "@wanadoo", "@free", "@sfr")) else "",
        plain.replace(",", "."),
    ):
        if meant := _valid(attempt):
            return suggest(meant) or meant
    return ""


def _valid(text: str) -> str:
    if " " in text or not text:
        return ""
    try:
        return canonical_email(text)
    except NotAnAddress:
        return ""
