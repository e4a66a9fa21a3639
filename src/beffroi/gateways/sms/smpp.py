"""One bind to an SMSC: a window of submissions, answers in any order, receipts in, and back again when it breaks."""

import asyncio
import enum
import logging
import random
import ssl
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from beffroi.gateways.parcels import Stage, Verdict
from beffroi.gateways.sms import receipts
from beffroi.gateways.sms.jobs import Job, Office
from beffroi.gateways.sms.link import Link
from beffroi.gateways.sms.pace import Pace, room
from beffroi.gateways.sms.providers import SmppProvider
from beffroi.gateways.sms.replies import Replies
from beffroi.kit import smpp as pdu

log = logging.getLogger(__name__)

CONNECT_S = 10.0
RESPONSE_S = 30.0
"""An answer that takes longer is not waited for: the message is in doubt."""
ENQUIRE_S = 20.0
SILENCE_S = 50.0
"""Not a word for so long, though asked: the connection is dead."""
BACK_OFF_S = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
HURRIED_S = 1.0
GIVE_UP_S = 120.0
"""Throttled for so long: the engine may have it back."""

TOO_FAST = frozenset({pdu.THROTTLED, pdu.QUEUE_FULL})
SENDER_FAULTS = frozenset({0x0A, 0x48, 0x49})  # source address, its TON, its NPI
RECIPIENT_FAULTS = frozenset({pdu.INVALID_DESTINATION, 0x50, 0x51})
CONTENT_FAULTS = frozenset(
    {0x01, 0x02, 0x03, 0x06, 0x07, 0x40, 0x42, 0x43, 0x54, 0x55, 0x61, 0x62, 0x65,
     0xC0, 0xC1, 0xC2, 0xC3, 0xC4}
)  # fmt: skip
"""5.1.3: will not change by waiting. Everything else may: SYSERR, SUBMITFAIL, X_T_APPN, the makers' own codes."""


class State(enum.Enum):
    WAITING = enum.auto()
    CONNECTING = enum.auto()
    UP = enum.auto()


class Refused(Exception):
    """The SMSC answered the bind with this status."""


class SmppRoute:
    """A provider spoken to by SMPP."""

    def __init__(
        self, provider: SmppProvider, office: Office, *, clock: Callable[[], float]
    ) -> None:
        self.name, self._provider, self._office, self._clock = (
            provider.name,
            provider,
            office,
            clock,
        )
        self.why = ""
        self.state = State.CONNECTING
        self._pace = Pace(provider.per_s)
        self._link: Link | None = None
        self._sequence = 1
        self._waiting: dict[int, tuple[Job, int, float]] = {}
        self._again: deque[Job] = deque()
        """Messages of which this SMSC has some parts and wants the rest later."""
        self._replies = Replies(provider.name, office, clock=clock)
        self._hurried = asyncio.Event()
        self._tried_at = self._enquired_at = 0.0
        self._life: asyncio.Task[None] | None = None

    @property
    def hopeful(self) -> bool:
        return self.state is not State.WAITING

    def wait_s(self, now: float, *, urgent: bool = False) -> float:
        full = len(self._waiting) >= room(self._provider.window, urgent=urgent)
        if self.state is not State.UP or full or self._link is None or self._link.choked:
            return float("inf")
        return self._pace.wait_s(now, urgent=urgent)

    def start(self) -> None:
        self._life = asyncio.get_running_loop().create_task(self._live())

    def hurry(self, now: float) -> None:
        if self.state is State.WAITING and now - self._tried_at > HURRIED_S:
            self.state = State.CONNECTING
            self._hurried.set()

    def submit(self, job: Job, now: float) -> None:
        """Every part of it that this SMSC is still to get."""
        assert self._link is not None  # noqa: S101 - wait_s said 0
        parts, job.held = job.held, []
        job.since = job.since or now
        plate, number = job.plate, job.parcel.recipient.lstrip(b"+")
        for part in parts:
            sequence = self._next()
            self._link.write(
                pdu.frame(pdu.SUBMIT_SM, sequence, plate.head + number + job.tails[part])
            )
            self._waiting[sequence] = (job, part, now)
        job.in_flight += len(parts)
        self._pace.spend(len(parts), now)

    def tick(self, now: float) -> None:
        self._replies.tick(now)
        if self._link is None or self.state is not State.UP:
            return
        while self._waiting:
            sequence, (job, _, sent_at) = next(iter(self._waiting.items()))
            if now - sent_at < RESPONSE_S:
                break
            del self._waiting[sequence]
            self._office.note(self.name, good=False, took_s=now - sent_at)
            self._lose(job, "no answer")
        if now - self._link.heard_at > SILENCE_S:
            self._link.abort()
        elif now - max(self._link.heard_at, self._enquired_at) > ENQUIRE_S:
            self._enquired_at = now
            self._link.write(pdu.frame(pdu.ENQUIRE_LINK, self._next()))

    async def close(self) -> None:
        if self._life is not None:
            self._life.cancel()
            await asyncio.wait([self._life])
        if self._link is not None:
            self._link.write(pdu.frame(pdu.UNBIND, self._next()))
            self._link.close()
        self._lost()

    async def _live(self) -> None:
        failures = 0
        while True:
            self._tried_at = self._clock()
            try:
                async with asyncio.timeout(CONNECT_S):
                    link = await self._bind()
            except (OSError, TimeoutError, Refused) as trouble:
                self.why = f"{self.name}: {str(trouble) or type(trouble).__name__}"
                log.warning(
                    "An SMS provider cannot be reached",
                    extra={"provider": self.name, "why": type(trouble).__name__},
                )
                await self._rest(failures)
                failures += 1
                continue
            failures, self.why, self.state = 0, "", State.UP
            self._office.stir()
            await link.lost.wait()
            log.warning("An SMS provider closed the connection", extra={"provider": self.name})
            self.why, self.state = f"{self.name}: connection lost", State.CONNECTING
            self._lost()

    async def _rest(self, failures: int) -> None:
        """Longer each time, not quite as long as the others, and no longer once there is something to send."""
        self.state = State.WAITING
        self._hurried.clear()
        self._office.stir()
        wait_s = BACK_OFF_S[min(failures, len(BACK_OFF_S) - 1)] * random.uniform(0.8, 1.2)  # noqa: S311
        try:
            async with asyncio.timeout(wait_s):
                await self._hurried.wait()
        except TimeoutError:
            self.state = State.CONNECTING

    async def _bind(self) -> Link:
        """Raises: OSError, Refused."""
        provider = self._provider
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        _, link = await asyncio.get_running_loop().create_connection(
            lambda: Link(partial(self._heard, answer), self._office.stir, clock=self._clock),
            provider.host,
            provider.port,
            ssl=ssl.create_default_context() if provider.tls else None,
        )
        body = pdu.bind_body(
            system_id=provider.user, password=provider.password, system_type=provider.system_type
        )
        link.write(pdu.frame(pdu.BIND_TRANSCEIVER, self._next(), body))
        gone = asyncio.ensure_future(link.lost.wait())
        try:
            await asyncio.wait([answer, gone], return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                raise ConnectionError("closed before the bind was answered")
            if answer.result().status != pdu.OK:
                raise Refused(f"bind refused, status 0x{answer.result().status:02X}")
            self._link = link
        finally:
            gone.cancel()
            if self._link is not link:
                link.abort()
        return link

    def _next(self) -> int:
        self._sequence = self._sequence % 0x7FFF_FFFF + 1
        return self._sequence

    def _heard(self, bound: "asyncio.Future[Any]", link: Link, heard: pdu.Pdu) -> None:
        command = heard.command
        if command in {pdu.SUBMIT_SM | pdu.RESPONSE, pdu.GENERIC_NACK}:
            self._answered(heard)
        elif command == pdu.DELIVER_SM:
            self._delivered(link, heard)
        elif command == pdu.ENQUIRE_LINK:
            link.write(pdu.frame(pdu.ENQUIRE_LINK | pdu.RESPONSE, heard.sequence))
        elif command == pdu.BIND_TRANSCEIVER | pdu.RESPONSE and not bound.done():
            bound.set_result(heard)
        elif command == pdu.UNBIND:
            link.write(pdu.frame(pdu.UNBIND | pdu.RESPONSE, heard.sequence))
            link.close()
        elif not command & pdu.RESPONSE:
            link.write(pdu.frame(pdu.GENERIC_NACK, heard.sequence, status=0x03))

    def _answered(self, answer: pdu.Pdu) -> None:
        entry = self._waiting.pop(answer.sequence, None)
        if entry is None:
            return  # it came after we had stopped waiting
        job, part, sent_at = entry
        now = self._clock()
        job.in_flight -= 1
        good = True
        if answer.status == pdu.OK:
            self._pace.accepted(now)
            name = pdu.c_string(answer.body + b"\0", 0)[0].decode("latin-1")
            job.references[part] = receipts.reference_of_answer(
                name, provider=self.name, ids=self._provider.ids
            )
        elif answer.status in TOO_FAST:
            self._pace.throttled(now)
            job.held.append(part)
        else:
            verdict, stage = self._judge(answer.status)
            good = verdict is Verdict.REFUSED
            job.trouble(verdict, stage, answer.status)
        self._office.note(self.name, good=good, took_s=now - sent_at)
        if not job.in_flight:
            self._conclude(job, now)

    def _judge(self, status: int) -> tuple[Verdict, Stage]:
        if status in SENDER_FAULTS:
            return Verdict.REFUSED, Stage.SENDER
        if status in RECIPIENT_FAULTS:
            return Verdict.REFUSED, Stage.RECIPIENT
        if status in CONTENT_FAULTS or status in self._provider.final:
            return Verdict.REFUSED, Stage.CONTENT
        return Verdict.RETRY, Stage.CONTENT

    def _conclude(self, job: Job, now: float) -> None:
        """Every part that left has its answer."""
        if job.verdict is Verdict.ACCEPTED and job.held and now - job.since > GIVE_UP_S:
            job.trouble(Verdict.RETRY, Stage.CONTENT, pdu.THROTTLED)
            job.tried.update(self._office.routes)
        if job.verdict is Verdict.RETRY and not job.untouched:
            job.trouble(Verdict.AMBIGUOUS, job.stage, job.code)
        if job.untouched and (job.held or job.verdict is Verdict.RETRY):
            self._office.give_back(job)
        elif job.verdict is Verdict.ACCEPTED and job.held:
            self._again.append(job)
            self._resume(now)
        else:
            self._office.settle(job)

    def _resume(self, now: float) -> None:
        """The rest of what this SMSC has begun comes before anything new."""
        while self._again:
            wait_s = self.wait_s(now, urgent=self._again[0].is_urgent)
            if wait_s:
                if wait_s != float("inf"):
                    asyncio.get_running_loop().call_later(
                        wait_s, lambda: self._resume(self._clock())
                    )
                return
            self.submit(self._again.popleft(), now)

    def _delivered(self, link: Link, heard: pdu.Pdu) -> None:
        acknowledge = partial(
            link.write_later, pdu.frame(pdu.DELIVER_SM | pdu.RESPONSE, heard.sequence, b"\0")
        )
        short = pdu.read_short(heard.body)
        if not receipts.is_receipt(short):
            self._replies.add(short, acknowledge)
            return
        report = receipts.read_receipt(short, provider=self.name, ids=self._provider.ids)
        if report is None:
            log.warning("A receipt names no message", extra={"provider": self.name})
            acknowledge()
            return
        self._office.receive(report, acknowledge)

    def _lose(self, job: Job, why: str) -> None:
        """One part of it will never be answered."""
        job.in_flight -= 1
        job.trouble(Verdict.AMBIGUOUS, Stage.CONTENT, 0, why)
        if not job.in_flight:
            self._office.settle(job)

    def _lost(self) -> None:
        """The connection is gone: what was on its way is in doubt, nothing else."""
        self._link = None
        waiting, self._waiting = self._waiting, {}
        for job, _, _ in waiting.values():
            self._lose(job, "connection lost")
        while self._again:
            job = self._again.popleft()
            job.trouble(Verdict.AMBIGUOUS, Stage.CONTENT, 0, "connection lost between two parts")
            self._office.settle(job)
        self._replies.forget()
        self._office.stir()
