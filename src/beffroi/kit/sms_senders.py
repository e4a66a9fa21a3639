"""The name that telephones show as the sender of an SMS."""

import re
import unicodedata

MAX_LENGTH = 11
"""3GPP TS 23.040, 9.1.2.5: eleven characters of the default alphabet."""
FALLBACK = "MAIRIE"


def sender_from(name: str) -> str:
    """A sender made from the name of a town, as long as it fits: « Saint-Ouen » gives SaintOuen.

    Letters and digits only: some networks drop a message over a space or an accent.
    """
    plain = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "Oe"))
    kept = re.sub(r"[^A-Za-z0-9]", "", plain)[:MAX_LENGTH]
    return kept if kept and not kept.isdigit() else FALLBACK
