"""One thread's work: one connection, or several of them, each resumed when its relay has answered."""

import select
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass

from beffroi.gateways.smtp_link import Link

MEASURED = 32
"""Answers that make a measure."""
LOOK_MS = 1_000

Serving = Generator[Link, None, None]


@dataclass(slots=True)
class _Waiting:
    serving: Serving
    link: Link
    since: float


class Carrier:
    """`serve` makes one connection's work; it yields the link whose answer it waits for."""

    def __init__(
        self,
        serve: Callable[["Carrier"], Serving],
        *,
        links: int,
        patience_s: float,
        measured: Callable[[float], None] = lambda _: None,
    ) -> None:
        self._serve, self._asked, self._patience_s = serve, links, patience_s
        self._measured = measured
        self._answers, self._waited_s = 0, 0.0
        self._waiting: dict[int, _Waiting] = {}
        self._poll = select.poll()
        self._looked_at = time.monotonic()
        self.leaving = False
        """Nothing new is to be taken."""

    def ask(self, links: int) -> None:
        """So many connections would have something to do. May be called from another thread."""
        self._asked = links

    def answered(self, after_s: float) -> None:
        """The relay took so long over a message."""
        self._answers += 1
        self._waited_s += after_s
        if self._answers == MEASURED:
            self._measured(self._waited_s / MEASURED)
            self._answers, self._waited_s = 0, 0.0

    def run(self) -> None:
        """Until nothing is left for any of its connections."""
        if self._asked == 1:
            for _ in self._serve(self):
                pass  # the link itself waits for the answer
            return
        try:
            self._open_more()
            while self._waiting:
                self._look()
                self._open_more()
        finally:
            for each in self._waiting.values():
                each.serving.close()

    def _open_more(self) -> None:
        asked, self._asked = self._asked, 0
        for _ in range(asked - len(self._waiting)):
            self._await(self._serve(self))

    def _await(self, serving: Serving) -> None:
        link = next(serving, None)
        if link is not None:
            self._waiting[link.fileno()] = _Waiting(serving, link, time.monotonic())
            self._poll.register(link.fileno(), select.POLLIN)

    def _look(self) -> None:
        ready = self._poll.poll(LOOK_MS)
        clock = time.monotonic()
        for number, _ in ready:
            self._resume(number, clock)
        if clock - self._looked_at > LOOK_MS / 1_000:
            self._looked_at = clock
            for number, each in list(self._waiting.items()):
                if clock - each.since > self._patience_s:
                    each.link.expire()
                    self._resume(number, clock)

    def _resume(self, number: int, clock: float) -> None:
        each = self._waiting[number]
        link = next(each.serving, None)
        if link is each.link:
            each.since = clock
            return
        del self._waiting[number]
        self._poll.unregister(number)
        if link is not None:
            self._waiting[link.fileno()] = _Waiting(each.serving, link, clock)
            self._poll.register(link.fileno(), select.POLLIN)
