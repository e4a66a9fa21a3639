"""Which provider gets the next message: weights that move away from trouble by small steps, and a breaker.

Source of the steps: GOV.UK Notify (51/49 at rest, 10 points, one minute after errors, five after slowness, back by 10
points every five minutes after fifteen quiet ones). Pure: the clock is handed in.
"""

from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

STEP = 10
WINDOW_S = 60.0
LOOK_BACK_S = 900.0
ENOUGH = 10
"""Fewer submissions prove nothing."""
ERRORS, SLOW = 0.10, 0.15
"""The share that makes a provider bad."""
SLOW_S = 5.0
AFTER_ERRORS_S, AFTER_SLOWNESS_S = 60.0, 300.0
QUIET_S, RETURN_EVERY_S = 900.0, 300.0
BREAK_AFTER = 10
"""Failures one after the other."""
OPEN_S, LONGEST_OPEN_S = 15.0, 300.0


@dataclass(slots=True)
class Second:
    """What was answered within one second."""

    at: int
    total: int = 0
    errors: int = 0
    slow: int = 0


@dataclass(kw_only=True, slots=True)
class Record:
    """How one provider did lately."""

    rest: int
    weight: int
    drawn: int = 0
    seconds: deque[Second] = field(default_factory=deque)
    """The last quarter of an hour."""
    failures: int = 0
    open_s: float = OPEN_S
    closed_again_at: float = 0.0
    troubled_at: float = float("-inf")
    moved_at: float = float("-inf")

    def add(self, now: float, *, good: bool, slow: bool) -> None:
        if not self.seconds or self.seconds[-1].at != int(now):
            self.seconds.append(Second(int(now)))
        last = self.seconds[-1]
        last.total += 1
        last.errors += not good
        last.slow += slow

    def forget(self, *, before: float) -> None:
        while self.seconds and self.seconds[0].at < before:
            self.seconds.popleft()

    def error_share(self, *, since: float) -> float:
        """0 while there are too few to judge."""
        seen = [second for second in self.seconds if second.at >= since]
        total = sum(second.total for second in seen)
        return sum(second.errors for second in seen) / total if total >= ENOUGH else 0.0

    def slow_share(self) -> float:
        total = sum(second.total for second in self.seconds)
        return sum(second.slow for second in self.seconds) / total if total >= ENOUGH else 0.0


class Balance:
    """The weights of all providers."""

    def __init__(self, weights: Mapping[str, int], *, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._records = {name: Record(rest=w, weight=w) for name, w in weights.items()}
        self._alone = len(weights) < 2

    @property
    def weights(self) -> dict[str, int]:
        return {name: record.weight for name, record in self._records.items()}

    def note(self, name: str, *, good: bool, took_s: float) -> None:
        if self._alone:
            return
        record, now = self._records[name], self._clock()
        record.add(now, good=good, slow=took_s > SLOW_S)
        if good:
            record.failures, record.open_s = 0, OPEN_S
            return
        record.failures += 1
        if record.failures >= BREAK_AFTER and now >= record.closed_again_at:
            record.closed_again_at = now + record.open_s
            record.open_s = min(record.open_s * 2, LONGEST_OPEN_S)

    def allows(self, name: str) -> bool:
        """False while its breaker is open. Then one failure more opens it again, for twice as long."""
        return self._clock() >= self._records[name].closed_again_at

    def pick(self, names: Collection[str]) -> str:
        """One of `names`, each as often as its weight says, evenly spread; a weight of 0 only when all are."""
        heavy = [name for name in names if self._records[name].weight] or list(names)
        total = 0
        for name in heavy:
            record = self._records[name]
            record.drawn += max(record.weight, 1)
            total += max(record.weight, 1)
        chosen = max(heavy, key=lambda name: self._records[name].drawn)
        self._records[chosen].drawn -= total
        return chosen

    def review(self) -> None:
        """Once a second or so: moves ten points where the figures ask for it."""
        if self._alone:
            return
        now = self._clock()
        for record in self._records.values():
            record.forget(before=now - LOOK_BACK_S)
        self._leave_errors(now)
        self._leave_slowness(now)
        self._return_to_rest(now)

    def _leave_errors(self, now: float) -> None:
        for name, record in self._records.items():
            if record.error_share(since=now - WINDOW_S) > ERRORS:
                record.troubled_at = now
                if now - record.moved_at >= AFTER_ERRORS_S:
                    self._move_from(name, now)

    def _leave_slowness(self, now: float) -> None:
        slow = {name for name, record in self._records.items() if record.slow_share() >= SLOW}
        for name in slow:
            self._records[name].troubled_at = now
        if len(slow) == len(self._records):
            return  # the network is slow, not they
        for name in slow:
            if now - self._records[name].moved_at >= AFTER_SLOWNESS_S:
                self._move_from(name, now)

    def _move_from(self, name: str, now: float) -> None:
        """To the one of the others that is the least in trouble."""
        source = self._records[name]
        others = [
            r for n, r in self._records.items() if n != name and now - r.troubled_at > WINDOW_S
        ]
        if not others or not source.weight:
            return
        step = min(STEP, source.weight)
        source.weight -= step
        target = min(others, key=lambda record: record.weight - record.rest)
        target.weight += step
        source.moved_at = target.moved_at = now

    def _return_to_rest(self, now: float) -> None:
        for record in self._records.values():
            lacking = record.rest - record.weight
            quiet = all(now - each.troubled_at >= QUIET_S for each in self._records.values())
            if lacking <= 0 or not quiet or now - record.moved_at < RETURN_EVERY_S:
                continue
            giver = max(self._records.values(), key=lambda each: each.weight - each.rest)
            step = min(STEP, lacking)
            giver.weight -= step
            record.weight += step
            record.moved_at = giver.moved_at = now
