"""The way out for SMS: one thread, one asyncio loop, every provider's route, and the ledgers that feed them."""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from types import TracebackType
from typing import Self

from beffroi.gateways.parcels import Ledger, Outcome, Parcel, Report, Stage, Verdict
from beffroi.gateways.sms.balance import Balance
from beffroi.gateways.sms.http import HttpRoute
from beffroi.gateways.sms.inbox import SmsInbox
from beffroi.gateways.sms.jobs import Feed, Job, Plates, Route
from beffroi.gateways.sms.providers import HttpProvider, Provider, SmppProvider
from beffroi.gateways.sms.smpp import SmppRoute
from beffroi.kit.gsm import TooLong

log = logging.getLogger(__name__)

TICK_S = 1.0
BATCH = 200
"""Parcels handed over before the loop looks at the network again."""


class SmsGateway:
    """A context manager: binds when entered and stays bound, because receipts come when they come."""

    def __init__(
        self, providers: Sequence[Provider], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(self._went_wrong)
        self._routes: dict[str, Route] = {p.name: self._route(p) for p in providers}
        self._balance = Balance({p.name: p.weight for p in providers}, clock=clock)
        self._lock = threading.Lock()
        self._feeds: dict[int, Feed] = {}
        self._returned: deque[Job] = deque()
        """Taken, and no provider has any part of them."""
        self._pressed = False
        """What comes next may be urgent: it is taken as soon as there is room for that, and campaigns wait."""
        self._plates = Plates()
        self._stirring = False
        self._alarm: asyncio.TimerHandle | None = None
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="sms", daemon=True)
        self.inbox = SmsInbox(self._soon)
        self.unreachable = ""
        """Why no provider could be reached when last tried; empty when one could."""
        self.failure: BaseException | None = None
        """What a ledger raised (a full disk…): whoever drives must stop."""

    def __enter__(self) -> Self:
        self._thread.start()
        self._soon(self._open)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def busy(self) -> int:
        """Ledgers at work."""
        with self._lock:
            return len(self._feeds)

    @property
    def weights(self) -> dict[str, int]:
        """How much of the traffic each provider gets at present, for the operator's page."""
        return self._balance.weights

    def drive(self, ledger: Ledger, *, connections: int) -> None:
        """Takes from `ledger` until it runs dry; returns at once. The number of binds is the contract's, not ours."""
        with self._lock:
            feed = self._feeds.setdefault(id(ledger), Feed(ledger))
            feed.hungry = True
        self._soon(self._driven)

    def send(self, parcels: Iterable[Parcel]) -> list[Outcome]:
        """Sends a few parcels and waits; outcomes in the order of the parcels."""
        ledger = _List(parcels)
        while ledger.waiting or ledger.taken > len(ledger.outcomes):
            ledger.idle.clear()
            self.drive(ledger, connections=1)
            ledger.idle.wait()
            if self.unreachable:
                break
        for parcel in ledger.waiting:
            ledger.turn(_unreached(parcel, self.unreachable), None)
        return sorted(ledger.outcomes, key=lambda outcome: ledger.order[outcome.ref])

    # In the loop's thread from here on.

    @property
    def routes(self) -> list[str]:
        return list(self._routes)

    def settle(self, job: Job) -> None:
        feed = job.feed
        feed.on_their_way -= 1
        with _Watch(self):
            feed.ledger.turn(job.outcome(), None)
        self.stir()

    def give_back(self, job: Job) -> None:
        throttled = job.verdict is Verdict.ACCEPTED
        if not throttled:
            job.tried.add(job.route)
        untried = any(
            route.hopeful and self._balance.allows(name)
            for name, route in self._routes.items()
            if name not in job.tried
        )
        if throttled or (untried and not self._closing):
            job.restart()
            self._returned.append(job)
            self.stir()
        else:
            self.settle(job)

    def note(self, route: str, *, good: bool, took_s: float) -> None:
        self._balance.note(route, good=good, took_s=took_s)

    def receive(self, report: Report, acknowledge: Callable[[], None]) -> None:
        self.inbox.put(report, acknowledge)

    def stir(self) -> None:
        """Once per turn of the loop, however often it is asked for."""
        if not self._stirring and not self._closing:
            self._stirring = True
            self._loop.call_soon(self._pump)

    def _route(self, provider: Provider) -> Route:
        if isinstance(provider, SmppProvider):
            return SmppRoute(provider, self, clock=self._clock)
        if isinstance(provider, HttpProvider):
            return HttpRoute(provider, self, clock=self._clock)
        raise TypeError(provider)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def _soon(self, what: Callable[[], None]) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(what)

    def _went_wrong(self, loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        """What nobody caught: a fault of ours. It must not be passed over in silence."""
        error = context.get("exception")
        if isinstance(error, BaseException):
            self.failure = self.failure or error
        log.error("The SMS gateway failed", extra={"what": str(context.get("message", ""))})

    def _open(self) -> None:
        for route in self._routes.values():
            route.start()
        self._tick()

    async def _close(self) -> None:
        self._closing = True
        for route in self._routes.values():
            await route.close()
        while self._returned:
            self._unreach(self._returned.popleft())

    def _tick(self) -> None:
        if self._closing:
            return
        now = self._clock()
        for route in self._routes.values():
            route.tick(now)
        self._balance.review()
        self._loop.call_later(TICK_S, self._tick)
        self.stir()

    def _driven(self) -> None:
        now = self._clock()
        for route in self._routes.values():
            route.hurry(now)
        self._pressed = True
        self.stir()

    def _pump(self) -> None:
        """Hands parcels to routes while there are both."""
        self._stirring = False
        if self.failure is not None or self._closing:
            return
        now = self._clock()
        for _ in range(BATCH):
            if not self._returned and not any(feed.hungry for feed in self._feeds.values()):
                break
            back = self._back()
            route = self._choose(now, back.tried if back else frozenset())
            if route is None:
                break
            job = self._next(back)
            if job is None:
                continue
            self._pressed = job.is_urgent
            if job.is_urgent or not route.wait_s(now):
                self._hand(job, route, now)
            else:
                self._returned.appendleft(
                    job
                )  # there is room for urgent ones only, and this is none
        else:
            self.stir()
        self._let_go()

    def _choose(self, now: float, avoid: Collection[str]) -> Route | None:
        """A route with room; None after arranging to be woken, or after saying that there is none at all."""
        allowed = {n: r for n, r in self._routes.items() if self._balance.allows(n)}
        others = {n: r for n, r in allowed.items() if n not in avoid and r.hopeful}
        allowed = others or allowed
        waits = {name: r.wait_s(now, urgent=self._pressed) for name, r in allowed.items()}
        ready = [name for name, wait_s in waits.items() if not wait_s]
        if ready and not self._is_reserve(ready, allowed):
            self.unreachable = ""
            return self._routes[ready[0] if len(ready) == 1 else self._balance.pick(ready)]
        if not any(route.hopeful for route in allowed.values()):
            self._give_up()
            return None
        soonest = min(waits.values(), default=float("inf"))
        if 0 < soonest < float("inf"):
            if self._alarm is not None:
                self._alarm.cancel()
            self._alarm = self._loop.call_later(soonest, self.stir)
        return None

    def _is_reserve(self, ready: list[str], allowed: dict[str, Route]) -> bool:
        """Only providers without weight are free, and one with weight works: they wait for it."""
        weights = self._balance.weights
        return not any(weights[name] for name in ready) and any(
            weights[name] and route.hopeful for name, route in allowed.items()
        )

    def _back(self) -> Job | None:
        """Of those that came back, the one whose turn it is: campaigns wait until it is known that nothing is urgent."""
        if not self._returned:
            return None
        urgent = next((job for job in self._returned if job.is_urgent), None)
        hungry = any(feed.hungry for feed in self._feeds.values())
        return urgent or (None if self._pressed and hungry else self._returned[0])

    def _next(self, back: Job | None) -> Job | None:
        if back is not None:
            self._returned.remove(back)
            return back
        for feed in list(self._feeds.values()):
            if not feed.hungry:
                continue
            feed.hungry = False  # before the look: whoever drives meanwhile is heard
            with _Watch(self):
                parcel = feed.ledger.take()
            if parcel is not None:
                feed.hungry = True
                return self._job(parcel, feed)
        return None

    def _job(self, parcel: Parcel, feed: Feed) -> Job | None:
        try:
            job = Job(parcel, feed, self._plates.of(parcel))
        except TooLong:
            refusal = Outcome(parcel.ref, Verdict.REFUSED, Stage.CONTENT, 0, "", "too long")
            with _Watch(self):
                feed.ledger.turn(refusal, None)
            return None
        feed.on_their_way += 1
        return job

    def _hand(self, job: Job, route: Route, now: float) -> None:
        if not job.begun:
            with _Watch(self):
                job.feed.ledger.turn(None, job.parcel)
            job.begun = True
        job.route = route.name
        route.submit(job, now)

    def _give_up(self) -> None:
        """No provider can be reached: what was taken goes back, and whoever drives is told why."""
        whys = [route.why for route in self._routes.values() if route.why]
        self.unreachable = "; ".join(whys) or "no SMS provider works"
        while self._returned:
            self._unreach(self._returned.popleft())
        for feed in self._feeds.values():
            feed.hungry = False

    def _unreach(self, job: Job) -> None:
        job.trouble(Verdict.RETRY, Stage.CONNECT, 0, self.unreachable)
        self.settle(job)

    def _let_go(self) -> None:
        """Ledgers with nothing to take and nothing on its way."""
        with self._lock:
            done = [k for k, f in self._feeds.items() if not f.hungry and not f.on_their_way]
            idle = [self._feeds.pop(key) for key in done]
        for feed in idle:
            feed.ledger.left()


class _Watch:
    """Remembers for whoever drives what a ledger raised, and lets it pass."""

    def __init__(self, gateway: SmsGateway) -> None:
        self._gateway = gateway

    def __enter__(self) -> None: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._gateway.failure = self._gateway.failure or error


class _List:
    """The ledger of `SmsGateway.send`."""

    def __init__(self, parcels: Iterable[Parcel]) -> None:
        self.waiting = deque(parcels)
        self.order = {parcel.ref: place for place, parcel in enumerate(self.waiting)}
        self.outcomes: list[Outcome] = []
        self.taken = 0
        self.idle = threading.Event()

    def take(self) -> Parcel | None:
        if not self.waiting:
            return None
        self.taken += 1
        return self.waiting.popleft()

    def turn(self, done: Outcome | None, begun: Parcel | None) -> None:
        if done is not None:
            self.outcomes.append(done)

    def left(self) -> None:
        self.idle.set()


def _unreached(parcel: Parcel, why: str) -> Outcome:
    return Outcome(parcel.ref, Verdict.RETRY, Stage.CONNECT, 0, "", why)
