"""How each push service fares: how many requests it may have at once, and when it wants to be left alone."""

import asyncio
import time
from email.utils import parsedate_to_datetime

WAITED_OUT_S = 5.0
"""A shorter pause is waited for; for a longer one parcels are handed back at once."""
DEFAULT_PAUSE_S, LONGEST_PAUSE_S = 2.0, 600.0
TROUBLES, TROUBLED_PAUSE_S = 3, 30.0
"""After so many failures in a row, a push service is left alone for a while."""


class Origin:
    """One push service."""

    def __init__(self, at_once: int) -> None:
        self.places = asyncio.Semaphore(at_once)
        self._resumes_at = 0.0
        self._troubles = 0

    async def ready(self) -> bool:
        """Waits a little if it must; False when the pause is longer than that."""
        while (wait_s := self._resumes_at - time.monotonic()) > 0:
            if wait_s > WAITED_OUT_S:
                return False
            await asyncio.sleep(wait_s)
        return True

    def answered(self) -> None:
        self._troubles = 0

    def failed(self) -> None:
        """It could not be reached, or did not answer."""
        self._troubles += 1
        if self._troubles >= TROUBLES:
            self._pause(TROUBLED_PAUSE_S)

    def slow_down(self, retry_after: str, *, now: float) -> None:
        """It asked for a pause (RFC 9110, 10.2.3), in seconds or until a date; `now` in Unix time."""
        self._pause(_seconds(retry_after, now))

    def _pause(self, wait_s: float) -> None:
        self._resumes_at = max(self._resumes_at, time.monotonic() + min(wait_s, LONGEST_PAUSE_S))


def _seconds(retry_after: str, now: float) -> float:
    if retry_after.isdecimal():
        return max(1.0, float(retry_after[:9]))
    try:
        return max(1.0, parsedate_to_datetime(retry_after).timestamp() - now)
    except ValueError:
        return DEFAULT_PAUSE_S
