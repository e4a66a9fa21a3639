"""How names of domains and boxes are written down. Pure."""

import re
import unicodedata

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\Z")
_LOCAL = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?\Z")
MAX_LOCAL, MAX_DOMAIN = 64, 253  # RFC 5321, 4.5.3.1; RFC 1035, 2.3.4
POSTMASTERS = frozenset({"postmaster", "abuse"})
"""RFC 2142 and RFC 5321, 4.5.1: every domain that receives mail has them."""


LOOP = "essai-beffroi"
"""The alias that leads our test letters back (services/loops.py)."""


class NotADomain(Exception):
    """This text cannot be the name of a domain."""


class NotALocalPart(Exception):
    """This text cannot stand before the @ of an official address."""


def canonical_domain(text: str) -> str:
    """Lower case, ASCII: « Saint-Étienne.fr » is xn--saint-tienne-geb.fr. Raises: NotADomain."""
    name = unicodedata.normalize("NFC", text.strip()).rstrip(".").lower()
    try:
        name = name.encode("ascii" if name.isascii() else "idna").decode("ascii")
    except UnicodeError as bad:
        raise NotADomain from bad
    labels = name.split(".")
    if len(name) > MAX_DOMAIN or len(labels) < 2 or not all(map(_LABEL.match, labels)):
        raise NotADomain(name)
    if labels[-1].isdigit():
        raise NotADomain(name)
    return name


def canonical_local_part(text: str) -> str:
    """Lower case, no accent, no « + ». Raises: NotALocalPart."""
    name = text.strip().lower()
    if len(name) > MAX_LOCAL or not _LOCAL.match(name) or ".." in name:
        raise NotALocalPart(name)
    return name


_ARTICLES = frozenset(
    {"commission", "service", "de", "du", "des", "la", "le", "les", "l", "d", "et", "aux", "au"}
)


def suggested(name: str, *, of_person: bool) -> str:
    """« Camille Dubourg » is camille.dubourg, « Commission de l’urbanisme » is urbanisme; empty when nothing is left."""
    words = re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)*", plain(name))
    if not of_person:
        words = [word for word in words if word not in _ARTICLES] or words
    return (".".join(words) if of_person else "-".join(words))[:MAX_LOCAL].strip(".-")


def plain(text: str) -> str:
    """Lower case, without accents; apostrophes part words. To sort and to make addresses of names."""
    apart = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe"))
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return bare.replace("\u2019", " ").replace("'", " ").lower()
