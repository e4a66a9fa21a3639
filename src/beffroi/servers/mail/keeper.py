"""The keeper: every few seconds looks at the boxes that changed, and keeps what is deleted from them for a while.

    python -m beffroi.servers.mail.keeper BOXES HELD --user mail

HELD is the desk's list of boxes from which nothing is destroyed; without a fresh one nothing is destroyed anywhere.
"""

import argparse
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from beffroi.servers import tether
from beffroi.servers.mail import deleted_letters
from beffroi.servers.mail.home import BOXES_USER, DELETED_DAYS, Home

log = logging.getLogger(__name__)

EVERY_S = 10.0
FORGET_EVERY_S = 3600
ASK_AGAIN_S = 60
FRESH_S = 3600
"""The desk writes its list every ten minutes."""
DAY_S = 86_400
COARSE_NS = 2_000_000_000
"""A folder may change again within one tick of its file system's clock: two seconds at most."""
BUSY = 20
"""A box whose look took long is left alone for so many times as long."""


@dataclass(slots=True)
class _Box:
    watched: tuple[str, ...] = ()
    times: tuple[int, ...] | None = None
    """None: to be looked at whatever the folders say."""
    suspects: frozenset[int] = frozenset()
    not_before: float = 0.0


@dataclass(slots=True)
class Keeper:
    boxes: Path
    held: Path
    days: int = DELETED_DAYS
    clock: Callable[[], float] = time.time
    known: dict[str, _Box] = field(default_factory=dict)
    forgets_at: float = 0.0

    def round(self) -> int:
        """One look at all boxes; how many had changed."""
        there = dict(_numbered(self.boxes))
        for name in self.known.keys() - there.keys():
            del self.known[name]
        changed = 0
        for name, path in there.items():
            box = self.known.setdefault(name, _Box())
            if box.times is None or _times(box.watched) != box.times:
                changed += self._look(name, path, box)
        if self.clock() >= self.forgets_at:
            self._forget(there)
        return changed

    def _look(self, name: str, path: str, box: _Box) -> bool:
        began = self.clock()
        if began < box.not_before:
            return False
        try:
            seen = deleted_letters.look(Path(path), box.suspects, now=int(began))
        except FileNotFoundError:  # nobody has opened it yet, or it has just been removed
            box.times = None
            return False
        except OSError as refused:
            log.warning("A box could not be looked at: box %s, error %s", name, refused.errno)
            box.times = None
            return False
        times = _times(seen.watched)
        is_old = times is not None and max(times) < began * 1e9 - COARSE_NS
        is_settled = seen.whole and not seen.suspects and is_old
        box.watched, box.suspects = seen.watched, seen.suspects
        box.times = times if is_settled else None
        box.not_before = began + BUSY * (self.clock() - began)
        return True

    def _forget(self, there: dict[str, str]) -> None:
        held, now = self._held(), self.clock()
        self.forgets_at = now + (ASK_AGAIN_S if held is None else FORGET_EVERY_S)
        if held is None:
            log.info("No fresh list of held boxes: nothing is destroyed")
            return
        before, done = int(now) - self.days * DAY_S, 0
        for name, path in there.items():
            if name not in held:
                done += deleted_letters.forget(Path(path), before=before)
        if done:
            log.info("Letters deleted more than %s days ago are destroyed: %s", self.days, done)

    def _held(self) -> set[str] | None:
        """None: nobody says so now."""
        try:
            if self.clock() - self.held.stat().st_mtime > FRESH_S:
                return None
            return set(self.held.read_text(encoding="ascii").split())
        except FileNotFoundError:
            return None


def command(home: Home) -> list[str]:
    run = [sys.executable, "-m", "beffroi.servers.mail.keeper", str(home.boxes), str(home.held)]
    return [*run, "--days", str(home.deleted_days), "--user", BOXES_USER]


def write_held(held: Path, box_ids: Iterator[int]) -> None:
    """The desk's part: the list, whole or not at all, and new each time."""
    draft = held.with_name(f".{held.name}.draft")
    draft.write_text("".join(f"{box_id}\n" for box_id in box_ids), encoding="ascii")
    draft.chmod(0o644)
    draft.replace(held)


def _numbered(boxes: Path) -> Iterator[tuple[str, str]]:
    with os.scandir(boxes) as entries:
        for entry in entries:
            if entry.name.isdigit():
                yield entry.name, entry.path


def _times(watched: tuple[str, ...]) -> tuple[int, ...] | None:
    """When each of these folders last changed; None: one is gone."""
    try:
        return tuple([os.stat(path).st_mtime_ns for path in watched])
    except FileNotFoundError:
        return None


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("boxes", type=Path)
    parser.add_argument("held", type=Path)
    parser.add_argument("--days", type=int, default=DELETED_DAYS)
    parser.add_argument("--every", type=float, default=EVERY_S)
    parser.add_argument("--user", help="becomes it once its own program is read")
    asked = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    if asked.user:
        parent = os.getppid()
        tether.become(asked.user)
        tether.tie(signal.SIGKILL, parent=parent)  # another user is another knot
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    keeper = Keeper(boxes=asked.boxes, held=asked.held, days=asked.days)
    while not ended.is_set():
        keeper.round()
        ended.wait(asked.every)


if __name__ == "__main__":
    main()
