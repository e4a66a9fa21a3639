"""What an SMTP refusal says about the address. Source: RFC 3463, 3.2 to 3.8, and RFC 5321, 4.2.2."""

import enum
import re

STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")

_DEAD = frozenset({"1.0", "1.1", "1.2", "1.3", "1.6", "1.10", "2.1", "4.4"})
"""No such mailbox, no such host, bad syntax, moved, null MX, mailbox disabled, no route."""
_DEAD_CODES = frozenset({550, 551, 553})


class Severity(enum.Enum):
    HARD = enum.auto()
    """The address is of no use."""
    SOFT = enum.auto()
    """Full, busy, or disliked: it may pass another day."""


def severity(code: int, status: str) -> Severity:
    """The enhanced status decides where there is one; the bare code otherwise."""
    found = STATUS.search(status)
    if found is None:
        return Severity.HARD if code in _DEAD_CODES else Severity.SOFT
    if found[1] != "5":
        return Severity.SOFT
    return Severity.HARD if f"{found[2]}.{found[3]}" in _DEAD else Severity.SOFT
