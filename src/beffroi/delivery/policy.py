"""How long the engine tries, how patiently, and what it does when in doubt: by lane, and by channel where it differs."""

import enum
from dataclasses import dataclass, replace

from beffroi.delivery.words import Channel, Lane
from beffroi.gateways.parcels import Manner, Urgency

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

TELEPHONE_LIFE_S = {
    Lane.EMERGENCY: 4 * HOUR_S,
    Lane.ALERT: 12 * HOUR_S,
    Lane.TRANSACTIONAL: 10 * MINUTE_S,
    Lane.CAMPAIGN: DAY_S,
}
"""On a telephone, late is worse than never: the engine, and then the network, try no longer than this."""

_TELEPHONE_RETRIES_S = {
    Lane.TRANSACTIONAL: (5, 15, 30, MINUTE_S),
    Lane.CAMPAIGN: (MINUTE_S, 5 * MINUTE_S, 15 * MINUTE_S, HOUR_S),
}
"""No greylisting to sit out, unlike e-mail."""


def policy(lane: Lane, channel: Channel) -> Policy:
    if channel is Channel.EMAIL:
        return POLICIES[lane]
    usual = POLICIES[lane]
    return replace(
        usual,
        expires_after_s=TELEPHONE_LIFE_S[lane],
        retry_after_s=_TELEPHONE_RETRIES_S.get(lane, usual.retry_after_s),
    )


def retry_after_s(lane: Lane, channel: Channel, attempts: int) -> int:
    """How long to wait after try number `attempts` (from 0)."""
    waits = policy(lane, channel).retry_after_s
    return waits[min(attempts, len(waits) - 1)]


def manner(lane: Lane, *, topic: str) -> Manner:
    """How an SMS or a notification travels."""
    urgency = Urgency.NORMAL if lane is Lane.CAMPAIGN else Urgency.HIGH
    return Manner(urgency=urgency, ttl_s=TELEPHONE_LIFE_S[lane], topic=topic)
