"""Where receipts and replies wait until they are kept. Filled by the gateway's thread, emptied by another."""

import threading
from collections import defaultdict, deque
from collections.abc import Callable

from beffroi.gateways.parcels import Report


class SmsInbox:
    """Implements `Inbox`; a provider's connection that broke in the meantime makes its acknowledgement vain."""

    def __init__(self, run_soon: Callable[[Callable[[], None]], None]) -> None:
        self._run_soon = run_soon
        """Runs a function in the gateway's thread."""
        self._there = threading.Condition()
        self._reports: deque[Report] = deque()
        self._acknowledge: defaultdict[Report, list[Callable[[], None]]] = defaultdict(list)

    def put(self, report: Report, acknowledge: Callable[[], None]) -> None:
        with self._there:
            self._reports.append(report)
            self._acknowledge[report].append(acknowledge)
            self._there.notify_all()

    def wait(self, timeout_s: float) -> bool:
        with self._there:
            return self._there.wait_for(lambda: bool(self._reports), timeout_s)

    def take(self, limit: int) -> list[Report]:
        with self._there:
            return [self._reports.popleft() for _ in range(min(limit, len(self._reports)))]

    def kept(self, reports: list[Report]) -> None:
        with self._there:
            acknowledge = [each for r in reports for each in self._acknowledge.pop(r, ())]
        if acknowledge:
            self._run_soon(lambda: _all(acknowledge))


def _all(acknowledge: list[Callable[[], None]]) -> None:
    for each in acknowledge:
        each()
