"""How fast a provider may be spoken to: the rate that was bought, and what it says when that is too much."""

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 5.0
SLOWEST_SHARE = 0.1
RECOVERY_S = 10.0
"""After so long without a complaint, a fifth more."""
BURST_S = 0.1
RESERVE_S = 0.1
"""What campaigns leave of a provider, so much of its rate: an emergency that comes in between leaves at once."""


def room(window: int, *, urgent: bool) -> int:
    """Of a window of submissions, a tenth is kept for the urgent; of a window of one, nothing."""
    return window if urgent else max(1, window - max(1, window // 10))


class Pace:
    """A token bucket, in parts; it may go into debt by one message. Time is a monotonic clock's.

    Its lowest tokens are for what is urgent. Campaigns still get the whole rate, for they are refilled like the rest.
    """

    def __init__(self, per_s: float) -> None:
        self._bought = self._rate = per_s
        self._tokens, self._at = 1.0 + self._reserve, 0.0
        self._pause_s, self._paused_until = FIRST_PAUSE_S, 0.0
        self._better_at = 0.0

    def wait_s(self, now: float, *, urgent: bool = False) -> float:
        """0 when a message may leave."""
        self._refill(now)
        short = (0.0 if urgent else self._reserve) - self._tokens
        lacking = (short + 1e-9) / self._rate if short >= 0 else 0.0
        return max(lacking, self._paused_until - now, 0.0)

    def spend(self, parts: int, now: float) -> None:
        self._refill(now)
        self._tokens -= parts

    def throttled(self, now: float) -> None:
        """The provider said: too fast. One pause for all that it said so of at a time."""
        if now < self._paused_until:
            return
        self._paused_until = now + self._pause_s
        self._pause_s = min(self._pause_s * 2, LONGEST_PAUSE_S)
        self._rate = max(self._rate * 0.7, self._bought * SLOWEST_SHARE)
        self._better_at = now + RECOVERY_S

    def accepted(self, now: float) -> None:
        self._pause_s = FIRST_PAUSE_S
        if self._rate < self._bought and now >= self._better_at:
            self._rate = min(self._bought, self._rate * 1.2)
            self._better_at = now + RECOVERY_S

    @property
    def _reserve(self) -> float:
        return max(1.0, self._rate * RESERVE_S)

    def _refill(self, now: float) -> None:
        most = max(1.0, self._rate * BURST_S) + self._reserve
        self._tokens = min(most, self._tokens + (now - self._at) * self._rate)
        self._at = now
