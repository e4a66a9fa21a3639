"""The desk: the lots in work, from which connections take parcels and to which they report."""

import logging
import threading
import time
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from beffroi.delivery import keys
from beffroi.delivery.engine.journal import MAX_CODE, NOBODY, Journal, Mark
from beffroi.delivery.policy import POLICIES, Doubt
from beffroi.delivery.press import Plate
from beffroi.delivery.words import Channel, DeliveryState, Lane
from beffroi.gateways.parcels import Outcome, Parcel, Stage, Verdict
from beffroi.kit.sealing import UnknownKey, Unreadable

log = logging.getLogger(__name__)

LOT_BITS = 32
_SEQ_MASK = (1 << LOT_BITS) - 1

_MARKS = {
    Verdict.ACCEPTED: Mark.ACCEPTED,
    Verdict.REFUSED: Mark.REFUSED,
    Verdict.RETRY: Mark.RETRY,
    Verdict.AMBIGUOUS: Mark.AMBIGUOUS,
}


class Recipient(NamedTuple):
    seq: int
    contact_point_id: int
    sealed: bytes
    key_id: int
    link_version: int


class Result(NamedTuple):
    """What became of one delivery of a lot."""

    seq: int
    contact_point_id: int
    state: DeliveryState
    code: int
    status: str
    tried: bool
    stage: Stage
    references: tuple[str, ...] = ()


class Claim(NamedTuple):
    """A claimed chunk, as sql/claim.sql gives it."""

    chunk_id: int
    message_id: int
    town_id: int
    lane: Lane
    channel: Channel
    lo: int
    hi: int
    reached: int
    attempts: int
    message_state: int
    expires_at: datetime


class Lot:
    """A claimed chunk in memory."""

    def __init__(
        self,
        claim_id: uuid.UUID,
        claim: Claim,
        plate: Plate,
        recipients: list[Recipient],
        journal: Journal,
        spared: Sequence[Result] = (),
    ) -> None:
        self.claim_id, self.claim, self.plate = claim_id, claim, plate
        self.recipients, self.journal = recipients, journal
        self.reached = claim.reached
        self.contact_points = {r.seq: r.contact_point_id for r in recipients}
        self.number = 0
        """At its desk."""
        self.taken = 0
        self.results = list(spared)
        """First of those who must not be written to."""
        self._spared = len(spared)
        self.in_doubt: list[int] = []
        """Seqs that go out again although they may have gone out already."""
        self.marked = 0
        """How many of `results` the database has."""
        self.halted = False
        """Set by `Desk.halt` alone."""
        self.started = time.monotonic()
        self.looked_at = self.started
        self.ring = keys.ring()
        self.bound_to = keys.bound_to(claim.town_id, claim.channel)
        self.doubt = POLICIES[claim.lane].doubt
        self.renew(self.started)

    @property
    def untaken(self) -> int:
        return 0 if self.halted else len(self.recipients) - self.taken

    @property
    def settled(self) -> int:
        return len(self.results) - self._spared

    @property
    def finished(self) -> bool:
        """Nothing of it is on its way any more, and nothing more will be."""
        return self.settled == self.taken and (self.halted or self.taken == len(self.recipients))

    def renew(self, asked_at: float) -> None:
        """The lease runs from when it was asked for (monotonic clock), so it ends here before it ends there."""
        self._lease_ends = asked_at + POLICIES[self.claim.lane].lease_s

    def next(self) -> Recipient | None:
        if self.halted or self.taken == len(self.recipients):
            return None
        clock = time.monotonic()
        if clock > self._lease_ends:
            return None  # the database was away for long: another worker may have this chunk by now
        recipient = self.recipients[self.taken]
        if recipient.seq >= self.reached:
            return None
        if not self.taken:
            self.started = clock
        self.taken += 1
        return recipient

    def address(self, recipient: Recipient) -> bytes:
        """Raises: UnknownKey, Unreadable."""
        sealed, key_id = recipient.sealed, recipient.key_id
        try:
            return self.ring.unseal(sealed, key_id=key_id, bound_to=self.bound_to)
        except UnknownKey:
            self.ring = keys.ring_with(key_id)
            return self.ring.unseal(sealed, key_id=key_id, bound_to=self.bound_to)

    def result(self, outcome: Outcome) -> Result:
        seq = outcome.ref & _SEQ_MASK
        if outcome.verdict is Verdict.ACCEPTED:
            state = DeliveryState.ACCEPTED
        elif outcome.verdict is Verdict.REFUSED:
            state = DeliveryState.REFUSED
        elif outcome.verdict is Verdict.AMBIGUOUS and self.doubt is Doubt.SHOW:
            state = DeliveryState.UNKNOWN
        else:
            state = DeliveryState.PLANNED
        return Result(
            seq,
            self.contact_points[seq],
            state,
            min(outcome.code, MAX_CODE),
            outcome.status,
            outcome.stage is not Stage.CONNECT,
            outcome.stage,
            outcome.references,
        )


class Desk:
    """A gateway's ledger over several lots; the most urgent lot is served first."""

    def __init__(self) -> None:
        self.bell = threading.Event()
        """Rung when the worker has something to look at."""
        self.low_water = 50
        self.gives_way = False
        """Campaigns are not served: an emergency is on its way, here or in another engine."""
        self._lock = threading.Lock()
        self._lots: list[Lot] = []
        self._by_number: dict[int, Lot] = {}
        self._last_number = 0

    @property
    def lots(self) -> list[Lot]:
        with self._lock:
            return list(self._lots)

    @property
    def untaken(self) -> int:
        """What connections could take now."""
        return sum(lot.untaken for lot in self.lots if not self._holds(lot))

    def _holds(self, lot: Lot) -> bool:
        return self.gives_way and lot.claim.lane == Lane.CAMPAIGN

    def add(self, lot: Lot) -> None:
        with self._lock:
            self._last_number += 1
            lot.number = self._last_number
            self._by_number[lot.number] = lot
            self._lots.append(lot)
            self._lots.sort(key=lambda each: each.claim.lane)

    def drop(self, lot: Lot) -> None:
        with self._lock:
            self._lots.remove(lot)
            del self._by_number[lot.number]

    def halt(self, lot: Lot) -> None:
        """Nothing more is taken of it; whoever is just taking has taken when this returns."""
        with self._lock:
            lot.halted = True

    def take(self) -> Parcel | None:
        while True:
            with self._lock:
                lot, recipient = self._next()
                if recipient is None or lot is None:
                    return None
                if (
                    lot.taken == max(1, len(lot.recipients) - self.low_water)
                    or recipient.seq == lot.reached - self.low_water
                ):
                    self.bell.set()
            parcel = self._strike(lot, recipient, lot.number << LOT_BITS | recipient.seq)
            if parcel is not None:
                return parcel

    def _next(self) -> tuple[Lot | None, Recipient | None]:
        for lot in self._lots:
            if self.gives_way and self._holds(lot):
                break
            recipient = lot.next()
            if recipient is not None:
                return lot, recipient
        return None, None

    def _strike(self, lot: Lot, recipient: Recipient, ref: int) -> Parcel | None:
        try:
            address = lot.address(recipient)
        except (UnknownKey, Unreadable) as trouble:
            log.error(
                "A contact point cannot be opened",
                extra={"contact_point": recipient.contact_point_id, "why": type(trouble).__name__},
            )
            verdict = Verdict.RETRY if isinstance(trouble, UnknownKey) else Verdict.REFUSED
            self.turn(Outcome(ref, verdict, Stage.SENDER, 0, "", ""), None)
            return None
        sender, data = lot.plate.strike(
            recipient.seq, recipient.contact_point_id, recipient.link_version, address
        )
        return Parcel(ref, sender, address, data, lot.plate.manner)

    def turn(self, done: Outcome | None, begun: Parcel | None) -> None:
        numbers = self._by_number
        lot = numbers[done.ref >> LOT_BITS] if done is not None else None
        began = numbers[begun.ref >> LOT_BITS] if begun is not None else None
        start = (begun.ref & _SEQ_MASK, Mark.BEGUN, 0) if begun is not None else None
        if done is not None and lot is not None:
            end = (done.ref & _SEQ_MASK, _MARKS[done.verdict], min(done.code, MAX_CODE))
            named = (end[0], done.references) if done.references else NOBODY
            if start is not None and began is lot:
                lot.journal.write(end, start, named=named)
                start = None
            else:
                lot.journal.write(end, named=named)
            self._settle(lot, done)
        if start is not None and began is not None:
            began.journal.write(start)

    def _settle(self, lot: Lot, done: Outcome) -> None:
        result = lot.result(done)
        lot.results.append(result)
        if done.verdict is Verdict.AMBIGUOUS and result.state is DeliveryState.PLANNED:
            lot.in_doubt.append(result.seq)
        if lot.finished:
            self.bell.set()

    def left(self) -> None:
        self.bell.set()
