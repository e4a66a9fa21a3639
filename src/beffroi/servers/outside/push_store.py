"""What the push service knows and what came in, on disk: one line for each thing that happened."""

import base64
import enum
import json
import os
import threading
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from beffroi.servers.outside import push_devices
from beffroi.servers.outside.push_devices import Notification, Unreadable

KEPT = 20_000
"""So many messages can be shown; what came before is forgotten at the next start."""


class Fate(enum.StrEnum):
    WAITING = "waiting"
    """The browser is away."""
    DELIVERED = "delivered"
    UNREADABLE = "unreadable"
    """The browser could not decrypt it."""
    IGNORED = "ignored"
    """The browser had no use for it."""
    REPLACED = "replaced"
    """A newer one of the same topic took its place."""
    EXPIRED = "expired"


class Browser(NamedTuple):
    """A subscription of a real browser."""

    channel: str
    uaid: str
    """The browser itself, which may have several."""
    key: str
    """The only sender it accepts, in base64url; empty when it accepts anyone."""


class Arrival(NamedTuple):
    """One message for one device or browser. A tuple, because a trial sends many thousands."""

    n: int
    at: float
    """Unix time."""
    channel: str
    """The name of a simulated device, or the subscription of a real browser."""
    ttl_s: int
    urgency: str
    topic: str
    sealed: str
    """The encrypted body in base64url."""
    fate: Fate

    @property
    def body(self) -> bytes:
        return base64.urlsafe_b64decode(self.sealed)

    @property
    def notification(self) -> Notification | None:
        """What the device shows; None for a real browser's, which only that browser can read."""
        if not push_devices.is_device(self.channel) or not self.sealed:
            return None
        try:
            return push_devices.device(self.channel).reads(self.body)
        except Unreadable:
            return None


class PushStore:
    """Safe to call from several threads. Everything is on disk before a call returns."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = folder / "push.jsonl"
        self._lock = threading.Lock()
        self._browsers: dict[str, Browser] = {}
        self._gone: set[str] = set()
        self._arrivals: dict[int, Arrival] = {}
        self._waiting: dict[int, Arrival] = {}
        self._order: deque[int] = deque()
        self.count = 0
        """Of all that ever arrived."""
        for line in _read_log(self._path):
            self._apply(line)
        self._rewrite()
        self._log = os.open(self._path, os.O_WRONLY | os.O_APPEND, 0o600)

    def subscribe(self, browser: Browser) -> None:
        with self._lock:
            self._note({"event": "subscribed", **browser._asdict()})

    def unsubscribe(self, channel: str) -> None:
        with self._lock:
            self._note({"event": "gone", "channel": channel})

    def browser(self, channel: str) -> Browser | None:
        return self._browsers.get(channel)

    def is_gone(self, channel: str) -> bool:
        return channel in self._gone

    def knows(self, uaid: str) -> bool:
        return any(browser.uaid == uaid for browser in self._browsers.values())

    def add(self, arrival: Arrival) -> Arrival:
        """Keeps it under the next number; one that waits and has the same topic is replaced."""
        with self._lock:
            kept = arrival._replace(n=self.count + 1)
            for older in self._waiting_for({kept.channel}) if kept.topic else ():
                if older.topic == kept.topic:
                    self._note({"event": "settled", "n": older.n, "fate": Fate.REPLACED})
            self._note({"event": "arrived", **kept._asdict()})
        return kept

    def settle(self, n: int, fate: Fate) -> None:
        with self._lock:
            if n in self._waiting:
                self._note({"event": "settled", "n": n, "fate": fate})

    def waiting(self, uaid: str, *, now: float) -> list[Arrival]:
        """What a browser that comes back is to get, oldest first."""
        with self._lock:
            channels = {b.channel for b in self._browsers.values() if b.uaid == uaid}
            alive = []
            for arrival in self._waiting_for(channels):
                if arrival.at + arrival.ttl_s < now:
                    self._note({"event": "settled", "n": arrival.n, "fate": Fate.EXPIRED})
                else:
                    alive.append(arrival)
        return alive

    def arrival(self, n: int) -> Arrival | None:
        return self._arrivals.get(n)

    def since(self, n: int) -> list[Arrival]:
        """Everything after number `n` that can still be shown, oldest first."""
        with self._lock:
            return [self._arrivals[each] for each in self._order if each > n]

    def search(self, words: str, *, skip: int, limit: int) -> tuple[list[Arrival], bool]:
        """Newest first, those whose device or text holds `words`; and whether there are more."""
        wanted = words.casefold()
        with self._lock:
            newest = [self._arrivals[n] for n in reversed(self._order)]
        found: list[Arrival] = []
        for arrival in newest:
            if wanted and wanted not in _words(arrival):
                continue
            if skip:
                skip -= 1
                continue
            if len(found) == limit:
                return found, True
            found.append(arrival)
        return found, False

    def close(self) -> None:
        os.close(self._log)

    def _waiting_for(self, channels: set[str]) -> list[Arrival]:
        return [a for a in self._waiting.values() if a.channel in channels]

    def _note(self, line: dict[str, object]) -> None:
        os.write(self._log, json.dumps(line).encode("ascii") + b"\n")
        self._apply(line)

    def _apply(self, line: dict[str, object]) -> None:
        """The only place where what is in memory changes."""
        event, told = line["event"], {key: line[key] for key in line if key != "event"}
        match event:
            case "subscribed":
                browser = Browser(**told)  # type: ignore[arg-type]  # as `_note` was given it
                self._browsers[browser.channel] = browser
            case "gone":
                self._browsers.pop(str(told["channel"]), None)
                self._gone.add(str(told["channel"]))
            case "arrived":
                self._keep(Arrival(**told | {"fate": Fate(str(told["fate"]))}))  # type: ignore[arg-type]
            case "settled":
                self._settled(int(str(told["n"])), Fate(str(told["fate"])))

    def _keep(self, arrival: Arrival) -> None:
        self.count = arrival.n
        self._arrivals[arrival.n] = arrival
        self._order.append(arrival.n)
        if arrival.fate is Fate.WAITING:
            self._waiting[arrival.n] = arrival
        if len(self._order) > KEPT:
            del self._arrivals[self._order.popleft()]

    def _settled(self, n: int, fate: Fate) -> None:
        self._waiting.pop(n, None)
        if n in self._arrivals:
            self._arrivals[n] = self._arrivals[n]._replace(fate=fate)

    def _rewrite(self) -> None:
        """Leaves on disk what is still known, and a whole last line (a power cut may have halved it)."""
        lines: list[dict[str, object]] = [
            {"event": "subscribed", **browser._asdict()} for browser in self._browsers.values()
        ]
        lines += [{"event": "gone", "channel": channel} for channel in sorted(self._gone)]
        lines += [{"event": "arrived", **self._arrivals[n]._asdict()} for n in self._order]
        fresh = self._path.with_suffix(".new")
        fresh.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="ascii")
        fresh.chmod(0o600)
        fresh.replace(self._path)


def _words(arrival: Arrival) -> str:
    shown = arrival.notification
    text = f"{shown.title} {shown.body}" if shown else ""
    return f"{arrival.channel} {text}".casefold()


def _read_log(path: Path) -> Iterator[dict[str, object]]:
    if not path.exists():
        return
    for line in path.read_bytes().splitlines():
        try:
            yield json.loads(line)
        except ValueError:
            continue
