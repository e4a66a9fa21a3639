"""SMTP to a relay, pipelined over a few kept connections: one round trip per message.

In one write go the body of a message, its final dot, and the envelope of the next (RFC 2920, 3.1). Each reply is
read on its own: a relay may answer 451 to MAIL and then 503 to what followed. A delivery failure is an outcome,
never an exception.
"""

import threading
import time
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from beffroi.gateways.parcels import Ledger, Outcome, Parcel, Stage, Verdict
from beffroi.gateways.relay import Relay
from beffroi.gateways.smtp_link import Broken, Link, Reply, TurnedAway

KEEP_IDLE_S = 30.0
"""Postfix closes an idle session after 300 s under no load and 10 s under stress; a stale one costs a reconnection."""
MAX_FAILURES = 3
"""Connections lost one after the other without a single message settled."""
CLOSING = 421


class SmtpGateway:
    """A context manager; connections open when needed and close when it does."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._idle: deque[tuple[float, Link]] = deque()
        self._pool = ThreadPoolExecutor(relay.connections, thread_name_prefix="smtp")
        self._running: set[Future[None]] = set()
        self._lock = threading.Lock()
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
        self._pool.shutdown(wait=True)
        while self._idle:
            self._idle.pop()[1].close(politely=True)

    @property
    def busy(self) -> int:
        """Connections at work."""
        with self._lock:
            return len(self._running)

    def drive(self, ledger: Ledger, *, connections: int) -> None:
        """Puts up to `connections` connections to work for `ledger`; returns at once."""
        while self.busy < min(connections, self._relay.connections):
            task = self._pool.submit(self._serve, ledger)
            with self._lock:
                self._running.add(task)
            task.add_done_callback(lambda done: self._finished(done, ledger))

    def send(self, parcels: Iterable[Parcel]) -> list[Outcome]:
        """Sends a few parcels and waits; outcomes in the order of the parcels."""
        ledger = _List(parcels)
        self._serve(ledger)
        for parcel in ledger.waiting:
            ledger.turn(_unreached(parcel, self.unreachable), None)
        return sorted(ledger.outcomes, key=lambda outcome: ledger.order[outcome.ref])

    def _finished(self, task: "Future[None]", ledger: Ledger) -> None:
        with self._lock:
            self._running.discard(task)
            self.failure = self.failure or task.exception()
        ledger.left()

    def _serve(self, ledger: Ledger) -> None:
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
            talk = _Talk(link, ledger)
            try:
                good = talk.run(again)
            except BaseException:
                link.close()
                raise
            if good:
                self._keep(link)
                return
            link.close()
            again = talk.unsent
            failures = 1 if talk.settled else failures + 1
            if talk.turned_away():
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


class _Talk:
    """The conversation over one link, as long as it lasts."""

    def __init__(self, link: Link, ledger: Ledger) -> None:
        self._link, self._ledger = link, ledger
        self.unsent: Parcel | None = None
        """Taken, and its body has not begun to leave: it can be sent again safely."""
        self._unanswered: Parcel | None = None
        self._done: Outcome | None = None
        self._away = False
        self.settled = 0

    def run(self, first: Parcel | None) -> bool:
        """True when the ledger ran dry and the link is still good."""
        try:
            self._exchange(first)
        except Broken:
            self._settle_lost()
            return False
        return not self.turned_away()

    def turned_away(self) -> bool:
        """The relay answered 421 and wants us gone."""
        return self._away

    def _settle_lost(self) -> None:
        if self._done is not None:
            self._ledger.turn(self._done, None)
            self._done = None
        if self._unanswered is not None:
            lost = self._unanswered
            self._ledger.turn(
                Outcome(lost.ref, Verdict.AMBIGUOUS, Stage.CONTENT, 0, "", "connection lost"), None
            )
            self._unanswered = None

    def _exchange(self, first: Parcel | None) -> None:
        parcel = self._next(first)
        before = b""
        already_asked = False
        while parcel is not None and not self.turned_away():
            refusal = self._envelope(parcel, before, already_asked)
            if refusal is not None:
                self._say(refusal, None)
                self.unsent = None
                parcel = None if self.turned_away() else self._next(None)
                before, already_asked = b"RSET\r\n", False
                continue
            follower = self._body(parcel)
            parcel, before, already_asked = follower, b"", self._link.pipelining
        self._say(None, None)

    def _next(self, first: Parcel | None) -> Parcel | None:
        """The next parcel that this relay can take at all."""
        parcel = first
        while True:
            if parcel is None:
                parcel = self._ledger.take()
            self.unsent = parcel
            if parcel is None:
                return None
            unfit = self._unfit(parcel)
            if unfit is None:
                return parcel
            self._ledger.turn(unfit, None)
            parcel = None

    def _unfit(self, parcel: Parcel) -> Outcome | None:
        if self._link.max_bytes and len(parcel.data) > self._link.max_bytes:
            return Outcome(parcel.ref, Verdict.REFUSED, Stage.CONTENT, 552, "5.3.4", "too big")
        if not self._link.eight_bit and not parcel.data.isascii():
            return Outcome(parcel.ref, Verdict.REFUSED, Stage.CONTENT, 554, "5.6.3", "8bit")
        return None

    def _commands(self, parcel: Parcel) -> tuple[bytes, bytes]:
        options = b""
        if self._link.says_size:
            options = b" SIZE=%d" % len(parcel.data)
        if not parcel.data.isascii():
            options += b" BODY=8BITMIME"
        return (
            b"MAIL FROM:<%b>%b\r\n" % (parcel.sender, options),
            b"RCPT TO:<%b>\r\n" % parcel.recipient,
        )

    def _envelope(self, parcel: Parcel, before: bytes, already_asked: bool) -> Outcome | None:
        """None when the relay waits for the body; otherwise why not."""
        link = self._link
        link.used += 1
        if not link.pipelining:
            return self._envelope_by_steps(parcel, before)
        if not already_asked:
            mail, rcpt = self._commands(parcel)
            link.write(before + mail + rcpt + b"DATA\r\n")
            if before:
                link.read()
        self._say_unless_more()
        mail_reply, rcpt_reply, data_reply = link.read(), link.read(), link.read()
        return self._judge_envelope(parcel, mail_reply, rcpt_reply, data_reply)

    def _envelope_by_steps(self, parcel: Parcel, before: bytes) -> Outcome | None:
        link = self._link
        self._say(None, None)
        if before:
            link.ask(before)
        mail, rcpt = self._commands(parcel)
        mail_reply = link.ask(mail)
        if mail_reply.code // 100 != 2:
            return self._refusal(parcel, mail_reply, Stage.SENDER)
        rcpt_reply = link.ask(rcpt)
        if rcpt_reply.code // 100 != 2:
            return self._refusal(parcel, rcpt_reply, Stage.RECIPIENT)
        return self._judge_envelope(parcel, mail_reply, rcpt_reply, link.ask(b"DATA\r\n"))

    def _judge_envelope(
        self, parcel: Parcel, mail_reply: Reply, rcpt_reply: Reply, data_reply: Reply
    ) -> Outcome | None:
        if mail_reply.code // 100 != 2:
            refusal = self._refusal(parcel, mail_reply, Stage.SENDER)
        elif rcpt_reply.code // 100 != 2:
            refusal = self._refusal(parcel, rcpt_reply, Stage.RECIPIENT)
        elif data_reply.code != 354:
            refusal = self._refusal(parcel, data_reply, Stage.CONTENT)
        else:
            return None
        if data_reply.code == 354:  # RFC 2920, 3.1: it waits for a body without recipients
            self._link.ask(b".\r\n")
        return refusal

    def _body(self, parcel: Parcel) -> Parcel | None:
        """Sends the body, and in the same write the next envelope; returns the next parcel."""
        link = self._link
        follower = self._take_follower()
        self._say(self._done, parcel)
        self._done = None
        self._unanswered, self.unsent = parcel, follower
        if follower is not None and link.pipelining:
            mail, rcpt = self._commands(follower)
            link.write(b"".join((parcel.data, mail, rcpt, b"DATA\r\n")))
        else:
            link.write(parcel.data)
        reply = link.read()
        self._unanswered = None
        self._done = _verdict(parcel, reply, Stage.CONTENT)
        self.settled += 1
        if reply.code == CLOSING:
            self._away = True
        return follower

    def _take_follower(self) -> Parcel | None:
        while (parcel := self._ledger.take()) is not None:
            unfit = self._unfit(parcel)
            if unfit is None:
                return parcel
            self._ledger.turn(unfit, None)
        return None

    def _refusal(self, parcel: Parcel, reply: Reply, stage: Stage) -> Outcome:
        if reply.code == CLOSING:
            self._away = True
        return _verdict(parcel, reply, stage)

    def _say_unless_more(self) -> None:
        """Holds an outcome back only while the next answer is already here: one journal write for both."""
        if self._done is not None and not self._link.has_reply:
            self._say(None, None)

    def _say(self, done: Outcome | None, begun: Parcel | None) -> None:
        if self._done is not None and self._done is not done:
            self._ledger.turn(self._done, None)
            self._done = None
        if done is not None or begun is not None:
            self._ledger.turn(done, begun)


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


def _verdict(parcel: Parcel, reply: Reply, stage: Stage) -> Outcome:
    family = reply.code // 100
    if family == 2:
        return Outcome(parcel.ref, Verdict.ACCEPTED, stage, reply.code, "", "")
    return Outcome(
        parcel.ref,
        Verdict.REFUSED if family == 5 else Verdict.RETRY,
        stage,
        reply.code,
        reply.status,
        reply.text.decode("ascii", "replace"),
    )


def _unreached(parcel: Parcel, why: str) -> Outcome:
    return Outcome(parcel.ref, Verdict.RETRY, Stage.CONNECT, 0, "", why)
