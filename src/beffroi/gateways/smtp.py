"""SMTP to a relay over a few kept connections. A delivery failure is an outcome, never an exception."""

import threading
import time
from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from types import TracebackType
from typing import Self

from beffroi.gateways.parcels import Ledger, Outcome, Parcel, Stage, Verdict
from beffroi.gateways.relay import Relay
from beffroi.gateways.smtp_carrier import Carrier
from beffroi.gateways.smtp_link import Broken, Link, TurnedAway
from beffroi.gateways.smtp_talk import Talk

KEEP_IDLE_S = 30.0
"""Postfix closes an idle session after 300 s under no load and 10 s under stress; a stale one costs a reconnection."""
MAX_FAILURES = 3
"""Connections lost one after the other without a single message settled."""
QUICK_S, SLOW_S = 0.003, 0.015
"""A relay that answers within the one is quick, until it needs more than the other."""
QUICK_LINKS = 4
"""So many connections, in one thread, keep a quick relay busy: more threads only fight for the interpreter. A
distant or slow one needs a thread for each."""


class SmtpGateway:
    """A context manager; connections open when needed and close when it does."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._idle: deque[tuple[float, Link]] = deque()
        self._pool = ThreadPoolExecutor(relay.connections, thread_name_prefix="smtp")
        self._running: set[Carrier] = set()
        self._quick = False
        self._closing = False
        self._lock = threading.RLock()
        self.unreachable = ""
        """Why the relay could not be reached when last tried; empty when it could."""
        self.failure: BaseException | None = None
        """What a ledger raised (a full disk…): whoever drives must stop."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            self._closing = True
        self._pool.shutdown(wait=True)
        while self._idle:
            self._idle.pop()[1].close(politely=True)

    @property
    def busy(self) -> int:
        """Threads at work."""
        with self._lock:
            return len(self._running)

    def drive(self, ledger: Ledger, *, connections: int) -> None:
        """Puts up to `connections` connections to work for `ledger`; returns at once."""
        with self._lock:
            self._put_to_work(ledger, connections)

    def send(self, parcels: Iterable[Parcel]) -> list[Outcome]:
        """Sends a few parcels and waits; outcomes in the order of the parcels."""
        ledger = _List(parcels)
        Carrier(
            lambda carrier: self._serve(ledger, carrier),
            links=1,
            patience_s=self._relay.reply_timeout_s,
        ).run()
        for parcel in ledger.waiting:
            ledger.turn(_unreached(parcel, self.unreachable), None)
        return sorted(ledger.outcomes, key=lambda outcome: ledger.order[outcome.ref])

    def _put_to_work(self, ledger: Ledger, connections: int) -> None:
        wanted = min(connections, self._relay.connections)
        links = min(wanted, QUICK_LINKS) if self._quick else 1
        at_work = [carrier for carrier in self._running if not carrier.leaving]
        for carrier in at_work:
            carrier.ask(links)
        for _ in range((1 if self._quick else wanted) - len(at_work)):
            carrier = Carrier(
                lambda carrier: self._serve(ledger, carrier),
                links=links,
                patience_s=self._relay.reply_timeout_s,
                measured=lambda answer_s: self._measured(answer_s, ledger),
            )
            self._running.add(carrier)
            task = self._pool.submit(carrier.run)
            task.add_done_callback(partial(self._finished, carrier, ledger))

    def _finished(self, carrier: Carrier, ledger: Ledger, task: "Future[None]") -> None:
        with self._lock:
            self._running.discard(carrier)
            self.failure = self.failure or task.exception()
            relieved = carrier.leaving and self._running and self.failure is None
        if not relieved:
            ledger.left()

    def _measured(self, answer_s: float, ledger: Ledger) -> None:
        """When the relay turns out to be of the other kind, the threads leave and others come."""
        with self._lock:
            if self._closing or not (answer_s > SLOW_S if self._quick else answer_s < QUICK_S):
                return
            self._quick = not self._quick
            for carrier in self._running:
                carrier.leaving = True
            self._put_to_work(ledger, QUICK_LINKS)

    def _serve(self, ledger: Ledger, carrier: Carrier) -> Generator[Link, None, None]:
        """One connection's work until `ledger` has nothing left or the relay is gone."""
        again: Parcel | None = None
        failures = 0
        while failures < MAX_FAILURES:
            try:
                link = self._link(fresh=failures > 0)
            except (Broken, TurnedAway) as trouble:
                self.unreachable = str(trouble) or "unreachable"
                break
            self.unreachable = ""
            talk = Talk(link, ledger, carrier)
            try:
                good = yield from talk.run(again)
            except BaseException:
                link.close()
                raise
            if good:
                self._keep(link)
                return
            link.close()
            again = talk.unsent
            failures = 1 if talk.settled else failures + 1
            if talk.turned_away:
                failures = MAX_FAILURES
        if not self.unreachable:
            self.unreachable = "the relay closes its connections"
        if again is not None:
            ledger.turn(_unreached(again, self.unreachable), None)

    def _link(self, *, fresh: bool) -> Link:
        while not fresh:
            try:
                since, link = self._idle.pop()
            except IndexError:
                break
            if time.monotonic() - since < KEEP_IDLE_S:
                return link
            link.close(politely=True)
        return Link(self._relay)

    def _keep(self, link: Link) -> None:
        self._idle.append((time.monotonic(), link))


class _List:
    """The ledger of `SmtpGateway.send`."""

    def __init__(self, parcels: Iterable[Parcel]) -> None:
        self.waiting = deque(parcels)
        self.order = {parcel.ref: place for place, parcel in enumerate(self.waiting)}
        self.outcomes: list[Outcome] = []

    def take(self) -> Parcel | None:
        return self.waiting.popleft() if self.waiting else None

    def turn(self, done: Outcome | None, begun: Parcel | None) -> None:
        if done is not None:
            self.outcomes.append(done)

    def left(self) -> None:
        """Nothing to do: `send` waits by itself."""


def _unreached(parcel: Parcel, why: str) -> Outcome:
    return Outcome(parcel.ref, Verdict.RETRY, Stage.CONNECT, 0, "", why)
