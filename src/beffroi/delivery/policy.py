"""How long the engine tries, how patiently, and what it does when in doubt: one line per lane."""

import enum
from dataclasses import dataclass

from beffroi.delivery.words import Lane

MINUTE_S, HOUR_S, DAY_S = 60, 3_600, 86_400


class Doubt(enum.Enum):
    """What to do with a message of which nobody knows whether the next hop took it."""

    SEND_AGAIN = enum.auto()
    """A double is better than silence."""
    SHOW = enum.auto()
    """Shown as unknown, with a button."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    lease_s: int
    """After this long without a sign from its worker, a chunk is given to another (notify.md 2.8)."""
    retry_after_s: tuple[int, ...]
    """Waits after a 4xx; the last one repeats until the message expires."""
    expires_after_s: int
    doubt: Doubt


POLICIES = {
    Lane.EMERGENCY: Policy(
        lease_s=30,
        retry_after_s=(10, 20, 30, MINUTE_S, 2 * MINUTE_S, 5 * MINUTE_S),
        expires_after_s=12 * HOUR_S,
        doubt=Doubt.SEND_AGAIN,
    ),
    Lane.ALERT: Policy(
        lease_s=60,
        retry_after_s=(30, MINUTE_S, 2 * MINUTE_S, 5 * MINUTE_S, 10 * MINUTE_S),
        expires_after_s=DAY_S,
        doubt=Doubt.SEND_AGAIN,
    ),
    Lane.TRANSACTIONAL: Policy(
        lease_s=2 * MINUTE_S,
        retry_after_s=(15, MINUTE_S, 5 * MINUTE_S, 15 * MINUTE_S, HOUR_S),
        expires_after_s=DAY_S,
        doubt=Doubt.SEND_AGAIN,
    ),
    Lane.CAMPAIGN: Policy(
        lease_s=10 * MINUTE_S,
        retry_after_s=(5 * MINUTE_S, 15 * MINUTE_S, HOUR_S, 2 * HOUR_S, 4 * HOUR_S),
        expires_after_s=3 * DAY_S,
        doubt=Doubt.SHOW,
    ),
}

LEASES_S = [POLICIES[lane].lease_s for lane in Lane]


def retry_after_s(lane: Lane, attempts: int) -> int:
    """How long to wait after try number `attempts` (from 0)."""
    waits = POLICIES[lane].retry_after_s
    return waits[min(attempts, len(waits) - 1)]
