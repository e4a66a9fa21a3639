"""How an e-mail address is written down, compared and shown."""

import re
import unicodedata

_DOT_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\Z")
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}\Z")
MAX_LOCAL, MAX_ADDRESS = 64, 254  # RFC 5321, 4.5.3.1


class NotAnAddress(Exception):
    """This text cannot be the address of a mailbox that SMTP can reach."""


def canonical_email(address: str) -> str:
    """The address as it goes into an envelope: ASCII, domain in lower case.

    Raises: NotAnAddress.
    """
    local, at_sign, domain = unicodedata.normalize("NFC", address.strip()).rpartition("@")
    try:
        domain = (
            domain.rstrip(".").lower().encode("idna" if not domain.isascii() else "ascii").decode()
        )
    except UnicodeError as bad:
        raise NotAnAddress from bad
    if (
        not at_sign
        or len(local) > MAX_LOCAL
        or len(local) + 1 + len(domain) > MAX_ADDRESS
        or not _DOT_ATOM.match(local)
        or not _DOMAIN.match(domain)
    ):
        raise NotAnAddress
    return f"{local}@{domain}"


def comparable(canonical: str) -> bytes:
    """Two canonical addresses that no mail host tells apart give the same bytes."""
    return canonical.lower().encode("ascii")


def mask(address: str) -> str:
    """What is shown on screen: c••••e@orange.fr."""
    local, _, domain = address.rpartition("@")
    last = local[-1] if len(local) > 2 else ""
    return f"{local[:1]}••••{last}@{domain}"
