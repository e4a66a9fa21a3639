"""The conversation over one SMTP connection, pipelined: one round trip per message.

In one write go the body of a message, its final dot, and the envelope of the next (RFC 2920, 3.1). Each reply is
read on its own: a relay may answer 451 to MAIL and then 503 to what followed. It is a generator that pauses
where the relay has to work, so that one thread can hold several conversations.
"""

import time
from collections.abc import Generator
from typing import Protocol

from beffroi.gateways.parcels import Ledger, Outcome, Parcel, Stage, Verdict
from beffroi.gateways.smtp_link import Broken, Link, Reply

CLOSING, RESET = 421, b"RSET\r\n"


class Carrier(Protocol):
    """Whose thread it is."""

    leaving: bool
    """Nothing new is to be taken."""

    def answered(self, after_s: float) -> None:
        """The relay took so long over a message."""


class Talk:
    """As long as one link lasts, or until its carrier leaves."""

    def __init__(self, link: Link, ledger: Ledger, carrier: Carrier) -> None:
        self._link, self._ledger, self._carrier = link, ledger, carrier
        self.unsent: Parcel | None = None
        """Taken, and its body has not begun to leave: it can be sent again safely."""
        self._unanswered: Parcel | None = None
        self._done: Outcome | None = None
        self._asked_at = 0.0
        self.turned_away = False
        """The relay answered 421 and wants us gone."""
        self.settled = 0

    def run(self, first: Parcel | None) -> Generator[Link, None, bool]:
        """Yields whenever there is an answer to wait for; True when it ended with the link still good."""
        try:
            yield from self._exchange(first)
        except Broken:
            self._settle_lost()
            return False
        return not self.turned_away

    def _settle_lost(self) -> None:
        self._say()
        if self._unanswered is not None:
            lost, self._unanswered = self._unanswered, None
            self._ledger.turn(
                Outcome(lost.ref, Verdict.AMBIGUOUS, Stage.CONTENT, 0, "", "connection lost"), None
            )

    def _exchange(self, first: Parcel | None) -> Generator[Link, None, None]:
        link = self._link
        parcel = first if first is not None and self._fits(first) else self._next()
        before, asked = b"", False
        while parcel is not None:
            self.unsent = parcel
            link.used += 1
            refusal = self._envelope(parcel, before, asked)
            if refusal is not None:
                self._ledger.turn(refusal, None)
                self.unsent = None
                parcel = None if self.turned_away else self._next()
                before, asked = RESET, False
                continue
            follower = self._body(parcel)
            if not link.has_reply:
                yield link
            self._answered(parcel)
            parcel = None if self.turned_away else follower
            before, asked = b"", link.pipelining
        self._say()
        if before and not self.turned_away:  # whoever takes this link next begins anew
            link.ask(before)

    def _next(self) -> Parcel | None:
        """The next parcel that this relay can take at all."""
        while not self._carrier.leaving:
            parcel = self._ledger.take()
            if parcel is None or self._fits(parcel):
                return parcel
        return None

    def _fits(self, parcel: Parcel) -> bool:
        link = self._link
        if link.max_bytes and len(parcel.data) > link.max_bytes:
            unfit = Outcome(parcel.ref, Verdict.REFUSED, Stage.CONTENT, 552, "5.3.4", "too big")
        elif not link.eight_bit and not parcel.data.isascii():
            unfit = Outcome(parcel.ref, Verdict.REFUSED, Stage.CONTENT, 554, "5.6.3", "8bit")
        else:
            return True
        self._ledger.turn(unfit, None)
        return False

    def _mail(self, parcel: Parcel) -> bytes:
        options = b" SIZE=%d" % len(parcel.data) if self._link.says_size else b""
        if not parcel.data.isascii():
            options += b" BODY=8BITMIME"
        return b"MAIL FROM:<%b>%b\r\n" % (parcel.sender, options)

    def _commands(self, parcel: Parcel) -> bytes:
        return b"%bRCPT TO:<%b>\r\nDATA\r\n" % (self._mail(parcel), parcel.recipient)

    def _envelope(self, parcel: Parcel, before: bytes, asked: bool) -> Outcome | None:
        """None when the relay waits for the body; otherwise why not."""
        link = self._link
        if not link.pipelining:
            self._say()
            return self._envelope_by_steps(parcel, before)
        if not asked:
            link.write(before + self._commands(parcel))
            if before:
                link.read()
        if not link.has_reply:
            self._say()  # held back only while the next answer is here: one journal write for both
        mail, rcpt, data = link.read(), link.read(), link.read()
        if data.code == 354 and mail.code // 100 == 2 and rcpt.code // 100 == 2:
            return None
        self._say()
        return self._refused_envelope(parcel, mail, rcpt, data)

    def _envelope_by_steps(self, parcel: Parcel, before: bytes) -> Outcome | None:
        link = self._link
        if before:
            link.ask(before)
        mail = link.ask(self._mail(parcel))
        if mail.code // 100 != 2:
            return self._verdict(parcel, mail, Stage.SENDER)
        rcpt = link.ask(b"RCPT TO:<%b>\r\n" % parcel.recipient)
        if rcpt.code // 100 != 2:
            return self._verdict(parcel, rcpt, Stage.RECIPIENT)
        data = link.ask(b"DATA\r\n")
        return None if data.code == 354 else self._verdict(parcel, data, Stage.CONTENT)

    def _refused_envelope(
        self, parcel: Parcel, mail: Reply, rcpt: Reply, data: Reply
    ) -> Outcome | None:
        if mail.code // 100 != 2:
            refusal = self._verdict(parcel, mail, Stage.SENDER)
        elif rcpt.code // 100 != 2:
            refusal = self._verdict(parcel, rcpt, Stage.RECIPIENT)
        else:
            refusal = self._verdict(parcel, data, Stage.CONTENT)
        if data.code == 354:  # RFC 2920, 3.1: it waits for a body without recipients
            self._link.ask(b".\r\n")
        return refusal

    def _body(self, parcel: Parcel) -> Parcel | None:
        """Sends the body, and in the same write the next envelope; returns the next parcel."""
        link = self._link
        follower = self._next()
        done, self._done = self._done, None
        self._ledger.turn(done, parcel)
        self._unanswered, self.unsent = parcel, follower
        if follower is not None and link.pipelining:
            link.write(parcel.data + self._commands(follower))
        else:
            link.write(parcel.data)
        self._asked_at = time.monotonic()
        return follower

    def _answered(self, parcel: Parcel) -> None:
        reply = self._link.read()
        self._carrier.answered(time.monotonic() - self._asked_at)
        self._unanswered = None
        self._done = self._verdict(parcel, reply, Stage.CONTENT)
        self.settled += 1

    def _say(self) -> None:
        """Tells the outcome that was held back."""
        if self._done is not None:
            done, self._done = self._done, None
            self._ledger.turn(done, None)

    def _verdict(self, parcel: Parcel, reply: Reply, stage: Stage) -> Outcome:
        code = reply.code
        if 200 <= code < 300:
            return Outcome(parcel.ref, Verdict.ACCEPTED, stage, code, "", "")
        if code == CLOSING:
            self.turned_away = True
        return Outcome(
            parcel.ref,
            Verdict.REFUSED if code // 100 == 5 else Verdict.RETRY,
            stage,
            code,
            reply.status,
            reply.text.decode("ascii", "replace"),
        )
