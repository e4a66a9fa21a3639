"""A provider spoken to over HTTP, by its description: one request per message, several at once, connections kept."""

import asyncio
import json
import logging
import time
from collections.abc import Callable

import aiohttp

from beffroi.gateways.parcels import Stage, Urgency, Verdict
from beffroi.gateways.sms.catalogue import Letter
from beffroi.gateways.sms.jobs import Job, Office
from beffroi.gateways.sms.pace import Pace, room
from beffroi.gateways.sms.places import at
from beffroi.gateways.sms.providers import HttpProvider
from beffroi.kit.gsm import Encoding

log = logging.getLogger(__name__)

CONNECT_S, ANSWER_S = 10.0, 30.0
LONGEST_ANSWER = 65_536
REST_S = 5.0
"""After a connection that could not be made."""
TOO_FAST = 429
NOBODY_KNOWS = frozenset({502, 504})
"""A proxy lost the answer of what stands behind it."""


class HttpRoute:
    def __init__(
        self, provider: HttpProvider, office: Office, *, clock: Callable[[], float]
    ) -> None:
        self.name, self._provider, self._office, self._clock = (
            provider.name,
            provider,
            office,
            clock,
        )
        self.why = ""
        self._pace = Pace(provider.per_s)
        self._tasks: set[asyncio.Task[None]] = set()
        self._away_until = 0.0
        self._session: aiohttp.ClientSession | None = None

    @property
    def hopeful(self) -> bool:
        return not self.why or bool(self._tasks)

    def wait_s(self, now: float, *, urgent: bool = False) -> float:
        if len(self._tasks) >= room(self._provider.window, urgent=urgent):
            return float("inf")
        return max(self._pace.wait_s(now, urgent=urgent), self._away_until - now)

    def start(self) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._provider.window),
            timeout=aiohttp.ClientTimeout(total=ANSWER_S, sock_connect=CONNECT_S),
        )

    def hurry(self, now: float) -> None:
        if self.why:
            self.why, self._away_until = "", 0.0

    def tick(self, now: float) -> None:
        if self.why and now >= self._away_until:
            self.why = ""
            self._office.stir()

    def submit(self, job: Job, now: float) -> None:
        job.since = job.since or now
        job.held = []
        self._pace.spend(job.parts, now)
        task = asyncio.get_running_loop().create_task(self._post(job, now))
        self._tasks.add(task)
        task.add_done_callback(self._done)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        if self._session is not None:
            await self._session.close()

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        self._office.stir()

    async def _post(self, job: Job, since: float) -> None:
        job.say(Verdict.AMBIGUOUS, Stage.CONTENT, 0, "given up")  # stays so when this is cancelled
        good = False
        try:
            good = await self._talk(job)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as unreachable:
            self._unreachable(job, type(unreachable).__name__)
        except (aiohttp.ClientError, TimeoutError) as lost:
            job.say(Verdict.AMBIGUOUS, Stage.CONTENT, 0, type(lost).__name__)
        finally:
            self._office.note(self.name, good=good, took_s=self._clock() - since)
            if job.held or job.verdict is Verdict.RETRY:
                self._office.give_back(job)
            else:
                self._office.settle(job)

    async def _talk(self, job: Job) -> bool:
        """False when the provider is at fault. Raises: aiohttp.ClientError, TimeoutError."""
        assert self._session is not None  # noqa: S101 - started
        description = self._provider.description
        body = description.written(_letter(job))
        headers = description.headers_for(body, now=int(time.time()))
        async with self._session.post(
            description.url, data=body.encode("utf-8"), headers=headers, allow_redirects=False
        ) as answer:
            raw = await answer.content.read(LONGEST_ANSWER)
            if answer.status // 100 == 2:
                self._accepted(job, _json(raw), answer.status)
                return True
            return self._failed(job, answer.status, str(at(_json(raw), description.error) or ""))

    def _accepted(self, job: Job, answer: object, status: int) -> None:
        description, number = self._provider.description, job.parcel.recipient.decode("ascii")
        self._pace.accepted(self._clock())
        refused = at(answer, description.refused)
        if refused == number or (isinstance(refused, list) and number in refused):
            job.say(Verdict.REFUSED, Stage.RECIPIENT, status, "this number is not served")
            return
        name = str(at(answer, description.reference) or "")
        if name:
            known = name.encode("ascii", "replace").decode("ascii")
            job.references = [f"{self.name}/{known}"]
        job.say(Verdict.ACCEPTED, Stage.CONTENT, status)

    def _failed(self, job: Job, status: int, why: str) -> bool:
        if status == TOO_FAST:
            self._pace.throttled(self._clock())
            job.say(Verdict.ACCEPTED, Stage.CONTENT, 0)
            job.held = [0]
            return True
        if status in self._provider.description.final:
            job.say(Verdict.REFUSED, Stage.CONTENT, status, why)
            return True
        doubtful = status in NOBODY_KNOWS
        job.say(Verdict.AMBIGUOUS if doubtful else Verdict.RETRY, Stage.CONTENT, status, why)
        return False

    def _unreachable(self, job: Job, why: str) -> None:
        now = self._clock()
        if not self.why:
            log.warning(
                "An SMS provider cannot be reached", extra={"provider": self.name, "why": why}
            )
        self.why, self._away_until = f"{self.name}: {why}", now + REST_S
        job.say(Verdict.RETRY, Stage.CONNECT, 0, self.why)


def _letter(job: Job) -> Letter:
    manner = job.plate.manner
    return Letter(
        to=job.parcel.recipient.decode("ascii"),
        sender=job.parcel.sender.decode("ascii", "replace"),
        text=job.plate.text,
        unicode=job.plate.encoding is Encoding.UCS2,
        ttl_s=manner.ttl_s,
        urgent=manner.urgency is Urgency.HIGH,
    )


def _json(raw: bytes) -> object:
    try:
        return json.loads(raw)
    except ValueError:
        return None
