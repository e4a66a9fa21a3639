"""Addresses whose domain is one slip of the finger away from a frequent one: gmial.com, orange.ft."""

FREQUENT = [
    "gmail.com",
    "orange.fr",
    "hotmail.fr",
    "hotmail.com",
    "free.fr",
    "sfr.fr",
    "wanadoo.fr",
    "laposte.net",
    "yahoo.fr",
    "yahoo.com",
    "outlook.fr",
    "outlook.com",
    "live.fr",
    "icloud.com",
    "bbox.fr",
    "neuf.fr",
    "aol.com",
    "msn.com",
    "numericable.fr",
    "club-internet.fr",
    "protonmail.com",
    "proton.me",
]
"""Most used by residents of France; order settles ties."""

_REAL_NEIGHBOURS = frozenset(
    [
        "mail.com",
        "ymail.com",
        "email.com",
        "gmx.fr",
        "gmx.com",
        "gmx.net",
        "live.com",
        "live.be",
        "me.com",
        "mac.com",
        "hotmail.be",
        "hotmail.it",
        "hotmail.es",
        "hotmail.ch",
        "hotmail.de",
        "outlook.be",
        "outlook.es",
        "outlook.de",
        "yahoo.be",
        "yahoo.es",
        "yahoo.de",
        "yahoo.it",
        "yahoo.ca",
        "aol.fr",
        "proton.ch",
        "free.com",
        "msn.fr",
        "pm.me",
        "fre.fr",
        "sfr.net",
        "orange.com",
        "orange.be",
        "orange.ch",
        "laposte.fr",
        "cfr.fr",
    ]
)


def suggestion(address: str) -> str | None:
    """The address its owner probably meant, or None when nothing looks wrong."""
    local, at_sign, domain = address.strip().rpartition("@")
    domain = domain.lower().rstrip(".")
    if not local or not at_sign or domain in FREQUENT or domain in _REAL_NEIGHBOURS:
        return None
    for known in FREQUENT:
        if _one_slip_away(domain, known):
            return f"{local}@{known}"
    return None


def _one_slip_away(typed: str, meant: str) -> bool:
    """One letter too many, too few, wrong, or two letters swapped; or the dot forgotten."""
    if abs(len(typed) - len(meant)) > 1:
        return False
    start = 0
    while start < min(len(typed), len(meant)) and typed[start] == meant[start]:
        start += 1
    rest, target = typed[start:], meant[start:]
    if len(typed) == len(meant):
        swapped = len(rest) > 1 and rest[1] + rest[0] == target[:2] and rest[2:] == target[2:]
        return rest[1:] == target[1:] or swapped
    return rest == target[1:] or rest[1:] == target
