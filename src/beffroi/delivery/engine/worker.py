"""One worker: keeps the desk supplied with lots and the database told of their outcomes."""

import logging
import time
import uuid
from collections.abc import Callable
from datetime import datetime

from django.db import InterfaceError, OperationalError, connection

from beffroi.delivery import press
from beffroi.delivery.engine import heal, rows
from beffroi.delivery.engine.desk import Claim, Desk, Lot
from beffroi.delivery.engine.journal import Journal, Place
from beffroi.delivery.engine.ring import Ring
from beffroi.delivery.models import Message
from beffroi.delivery.policy import retry_after_s
from beffroi.delivery.words import Channel, DeliveryState, Lane, MessageState
from beffroi.gateways.parcels import Gateway

log = logging.getLogger(__name__)

ALL_LANES = len(Lane)
LOOK_S = 0.25
"""How often progress is committed and a pause or cancel noticed."""
POLL_S = 1.0
MAX_LOTS = 4
MIN_WINDOW, MAX_WINDOW = 100, 2_000
PER_CONNECTION = 20
"""A connection more for so many parcels that wait."""
PLATES_KEPT = 8
GIVE_WAY_S = 0.05
"""How long an emergency whose ring was lost may go unnoticed."""
PUT_OFF_S = 1.0
"""Before another look at what the next hop had no room for, which costs no try."""
RELAY_WAITS_S = (1, 2, 5, 10, 15)


class JournalFailed(Exception):
    """A connection could not write the journal: nothing may be sent without it."""


class Worker:
    """Single-threaded but for the gateway's connections, which meet it at the desk."""

    def __init__(
        self,
        gateway: Gateway,
        place: Place,
        *,
        clock: Callable[[], datetime],
        channel: Channel = Channel.EMAIL,
    ) -> None:
        self._gateway, self._place, self._clock = gateway, place, clock
        self._channel = channel
        self.desk = Desk()
        self._plates: dict[int, tuple[Message, press.Plate]] = {}
        self._rate = 0.0
        self._checked_at = 0.0
        self._relay_troubles = 0
        self._relay_again_at = 0.0
        self._asked_at = -GIVE_WAY_S
        self._rang = False
        self._stopping = False

    def run(self) -> None:
        """Until `stop`."""
        self._place.lock()
        ring = Ring(self.desk.bell)
        ring.start()
        try:
            while not (self._stopping and not self.desk.lots):
                self._round(ring)
        finally:
            ring.stop()
            self._place.unlock()

    def stop(self) -> None:
        """Ends `run` once what is on its way has been answered. May be called from a signal handler."""
        self._stopping = True
        self.desk.bell.set()

    def run_until_idle(self) -> None:
        """Sends all that is due now, and returns."""
        while self.step() or self.desk.lots:
            if self.desk.lots:
                self.desk.bell.wait(LOOK_S)
                self.desk.bell.clear()

    def _round(self, ring: Ring) -> None:
        self.desk.bell.clear()
        self._rang = ring.rang.is_set()
        ring.rang.clear()
        try:
            busy = self.step()
        except (OperationalError, InterfaceError) as lost:
            log.warning("The database is away", extra={"why": type(lost).__name__})
            connection.close()
            time.sleep(LOOK_S)
            return
        if not busy:
            self.desk.bell.wait(LOOK_S if self.desk.lots else POLL_S)

    def step(self) -> bool:
        """One look at everything; True when something was claimed or closed, so another look is worth it."""
        if self._gateway.failure is not None:
            raise JournalFailed from self._gateway.failure
        for lot in self.desk.lots:
            self._look_after(lot)
        self._heal_and_finish()
        self._give_way()
        claimed = not self._stopping and self._claim()
        self._drive()
        finished = next((lot for lot in self.desk.lots if lot.finished), None)
        if finished is not None:
            self._close(finished)  # one at a time: the connections must not wait for their next lot
        return claimed or finished is not None

    def _claim(self) -> bool:
        """One more lot, if the desk wants one."""
        if time.monotonic() < self._relay_again_at:
            return False
        lanes_below = self._lanes_wanted()
        if lanes_below <= Lane.EMERGENCY:
            return False
        claim_id, now = uuid.uuid4(), self._clock()
        claim = rows.claim(
            claim_id,
            worker=self._place.worker,
            channel=self._channel,
            lanes_below=lanes_below,
            window=self._window(),
            now=now,
        )
        if claim is None:
            return False
        self._open(claim_id, claim, now=now)
        return True

    def _lanes_wanted(self) -> int:
        """Below which lane a chunk is welcome: any when the desk runs low; while it does not, a more urgent one."""
        lots, runs_low = self.desk.lots, self.desk.untaken < self.desk.low_water
        if len(lots) > 2 * MAX_LOTS:
            return Lane.EMERGENCY
        if self.desk.gives_way:
            return Lane.CAMPAIGN if runs_low else Lane.EMERGENCY
        if not lots or (len(lots) < MAX_LOTS and runs_low):
            return ALL_LANES
        return min(lot.claim.lane for lot in lots)

    def _give_way(self) -> None:
        """Campaigns wait while an emergency is on its way, in another engine too. Asked at each ring,
        and while busy only now and then."""
        clock = time.monotonic()
        if self.desk.lots and not self._rang and clock - self._asked_at < GIVE_WAY_S:
            return
        self._asked_at, self._rang = clock, False
        self.desk.gives_way = rows.emergency_under_way(self._channel, now=self._clock())

    def _open(self, claim_id: uuid.UUID, claim: Claim, *, now: datetime) -> None:
        message, plate = self._plate(claim.message_id)
        if claim.message_state == MessageState.PAUSED:
            rows.settle(claim_id, claim, [], release=rows.Release(0, 0, complete=False), now=now)
            return
        recipients, settled = rows.load(claim, message, now=now)
        journal = Journal(self._place.folder, claim_id, claim.message_id)
        self.desk.add(Lot(claim_id, claim, plate.at(now), recipients, journal, settled))

    def _plate(self, message_id: int) -> tuple[Message, press.Plate]:
        if message_id not in self._plates:
            if len(self._plates) >= PLATES_KEPT:
                self._plates.pop(next(iter(self._plates)))
            message = Message.objects.across_towns(why="the engine serves every town").get(
                id=message_id
            )
            self._plates[message_id] = (message, press.compose(message, at=self._clock()))
        return self._plates[message_id]

    def _look_after(self, lot: Lot) -> None:
        """Commits progress, asks for leave to go on, and notices a pause or a cancel."""
        near_edge = lot.taken < len(lot.recipients) and (
            lot.recipients[lot.taken].seq >= lot.reached - self.desk.low_water
        )
        due = time.monotonic() - lot.looked_at > LOOK_S
        if lot.halted or not (due or (near_edge and lot.reached < lot.claim.hi)):
            return
        now = self._clock()
        fresh = lot.results[lot.marked :]
        if fresh:
            rows.settle(lot.claim_id, lot.claim, fresh, release=None, now=now)
            lot.marked += len(fresh)
        asked_at = time.monotonic()
        reached = min(lot.claim.hi, max(lot.reached, self._seq_at(lot) + self._window()))
        state = rows.extend(lot.claim_id, lot.claim, reached=reached, now=now)
        lot.looked_at = time.monotonic()
        if state == MessageState.SENDING:
            lot.reached = reached
            lot.renew(asked_at)
        else:
            self.desk.halt(lot)
            log.info("A message was held while being sent", extra={"chunk": lot.claim.chunk_id})

    @staticmethod
    def _seq_at(lot: Lot) -> int:
        if lot.taken < len(lot.recipients):
            return lot.recipients[lot.taken].seq
        return lot.claim.hi

    def _close(self, lot: Lot) -> None:
        """The lot's last word: everything marked, the chunk given back, the journal thrown away."""
        now = self._clock()
        planned = [r for r in lot.results if r.state is DeliveryState.PLANNED]
        again = any(r.tried for r in planned)
        complete = lot.taken == len(lot.recipients) and not planned
        wait_s: float = 0
        if again:
            wait_s = retry_after_s(lot.claim.lane, lot.claim.channel, lot.claim.attempts)
        elif not complete:
            wait_s = max(PUT_OFF_S * bool(planned), self._relay_again_at - time.monotonic())
        lot.journal.sync()
        rows.settle(
            lot.claim_id,
            lot.claim,
            lot.results[lot.marked :],
            release=rows.Release(
                wait_s, int(again), complete=complete, sent_again=len(lot.in_doubt)
            ),
            now=now,
        )
        lot.marked = len(lot.results)
        self.desk.drop(lot)
        lot.journal.remove()
        if complete:
            rows.finish(lot.claim.message_id, now=now)
        self._measure(lot)

    def _measure(self, lot: Lot) -> None:
        if any(result.tried for result in lot.results):
            self._relay_troubles = 0
            rate = lot.settled / max(time.monotonic() - lot.started, 0.001)
            self._rate = rate if not self._rate else 0.5 * self._rate + 0.5 * rate
        self.desk.low_water = max(1, min(int(self._rate * 0.1), 1_000))

    def _window(self) -> int:
        """How many deliveries may leave before the next look."""
        return max(MIN_WINDOW, min(int(self._rate * 2 * LOOK_S), MAX_WINDOW))

    def _drive(self) -> None:
        untaken = self.desk.untaken
        if self._stopping or (untaken and self._gateway.unreachable and not self._gateway.busy):
            self._halt_all()
        elif untaken:
            self._gateway.drive(self.desk, connections=self._connections(untaken))

    def _connections(self, untaken: int) -> int:
        if self._channel is not Channel.EMAIL:
            return untaken  # requests of one thread, not threads: the gateway knows how many it can keep on their way
        return 1 + untaken // PER_CONNECTION

    def _halt_all(self) -> None:
        if not self._stopping:
            wait_s = RELAY_WAITS_S[min(self._relay_troubles, len(RELAY_WAITS_S) - 1)]
            self._relay_again_at = time.monotonic() + wait_s
            self._relay_troubles += 1
            self._gateway.unreachable = ""
            log.warning("The relay does not answer", extra={"times": self._relay_troubles})
        for lot in self.desk.lots:
            self.desk.halt(lot)
        self.desk.bell.set()

    def _heal_and_finish(self) -> None:
        clock = time.monotonic()
        if clock - self._checked_at < POLL_S:
            return
        now = self._clock()
        heal.heal(self._place, alive={lot.claim_id for lot in self.desk.lots}, now=now)
        for message_id in rows.finish(None, now=now):
            log.info("A message is done", extra={"message_id": message_id})
        self._checked_at = clock
