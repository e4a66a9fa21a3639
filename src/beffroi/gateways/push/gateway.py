"""Web push as a gateway: one thread, many requests at once, one verdict for each."""

import asyncio
import functools
import hashlib
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from beffroi.gateways.parcels import Ledger, Manner, Outcome, Parcel, Stage, Verdict
from beffroi.gateways.push.aes128gcm import MAX_PAYLOAD_BYTES, TooLong, encrypt
from beffroi.gateways.push.origins import Origin
from beffroi.gateways.push.vapid import Vapid
from beffroi.gateways.push.wire import Answer, Lost, NotSent, Patience, Request, Wire
from beffroi.kit import base64url, push_points

AT_ONCE = 128
"""Requests on their way; measured: past 64 a local push service gains nothing, a distant one hides its delay."""
AT_ONCE_PER_ORIGIN = 64
TRIES = 3
ALIVE_S = 10.0
"""Somebody answered so lately that a push service that cannot be reached is alone in its trouble."""
TOO_MANY, UNAVAILABLE = 429, 503
_USUAL = Manner()
_VERDICTS = {
    404: (Verdict.REFUSED, Stage.RECIPIENT),
    408: (Verdict.RETRY, Stage.RECIPIENT),
    410: (Verdict.REFUSED, Stage.RECIPIENT),
    413: (Verdict.REFUSED, Stage.CONTENT),
    TOO_MANY: (Verdict.RETRY, Stage.RECIPIENT),
}
"""RFC 8030, 7.2, 7.3 and 8.4. 404 and 410: this subscription is no more, and will never be again."""


class PushGateway:
    """A context manager. Recipients are canonical push points (kit.push_points), parcels their payload in JSON."""

    def __init__(
        self,
        vapid: Vapid,
        *,
        padded_to: int = 0,
        patience: Patience | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._vapid, self._padded_to, self._clock = vapid, padded_to, clock
        self._patience = patience or Patience()
        self._lock = threading.Lock()
        self._busy = 0
        self._answered_at = -ALIVE_S
        self._origins: dict[str, Origin] = {}
        self._streams: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._live, name="push", daemon=True)
        self._open = threading.Event()
        self.unreachable = ""
        """Why no push service at all could be reached when last tried; empty when one could."""
        self.failure: BaseException | None = None
        """What a ledger raised (a full disk…): whoever drives must stop."""

    def __enter__(self) -> Self:
        self._thread.start()
        self._open.wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join()

    @property
    def busy(self) -> int:
        """Streams of requests at work, each with one on its way."""
        with self._lock:
            return self._busy

    def drive(self, ledger: Ledger, *, connections: int) -> None:
        """Lets up to `connections` requests be on their way for `ledger`; returns at once."""
        with self._lock:
            more = max(0, min(connections, AT_ONCE) - self._busy)
            self._busy += more
        if more:
            self._loop.call_soon_threadsafe(self._start, ledger, more)

    def _live(self) -> None:
        try:
            asyncio.run(self._main())
        finally:
            self._open.set()

    async def _main(self) -> None:
        self._loop, self._closing = asyncio.get_running_loop(), asyncio.Event()
        async with Wire(self._patience) as self._wire:
            self._open.set()
            await self._closing.wait()
            while self._streams:
                await asyncio.wait(self._streams)

    def _start(self, ledger: Ledger, count: int) -> None:
        for _ in range(count):
            stream = asyncio.create_task(self._stream(ledger))
            self._streams.add(stream)
            stream.add_done_callback(lambda done: self._finished(done, ledger))

    def _finished(self, stream: "asyncio.Task[None]", ledger: Ledger) -> None:
        self._streams.discard(stream)
        with self._lock:
            self._busy -= 1
            self.failure = self.failure or stream.exception()
        ledger.left()

    async def _stream(self, ledger: Ledger) -> None:
        """One parcel after the other until `ledger` has nothing left or nobody can be reached."""
        while (parcel := ledger.take()) is not None:
            outcome = await self._deliver(parcel, ledger)
            ledger.turn(outcome, None)
            if outcome.stage is Stage.CONNECT:
                return

    async def _deliver(self, parcel: Parcel, ledger: Ledger) -> Outcome:
        try:
            request = self._request(parcel)
        except TooLong:
            why = f"more than {MAX_PAYLOAD_BYTES} bytes"
            return Outcome(parcel.ref, Verdict.REFUSED, Stage.CONTENT, 413, "", why)
        except (push_points.NotASubscription, ValueError):
            return Outcome(parcel.ref, Verdict.REFUSED, Stage.RECIPIENT, 0, "", "no subscription")
        origin = self._origins.setdefault(request.origin, Origin(AT_ONCE_PER_ORIGIN))
        try:
            return await self._insist(parcel, request, origin, ledger)
        except NotSent as unreached:
            return self._unreached(parcel, str(unreached))
        except Lost as lost:
            origin.failed()
            return Outcome(parcel.ref, Verdict.AMBIGUOUS, Stage.CONTENT, 0, "", str(lost))

    def _request(self, parcel: Parcel) -> Request:
        """Raises: NotASubscription, TooLong; ValueError when its key is none."""
        point = push_points.read(parcel.recipient)
        origin = "/".join(point.endpoint.split("/", 3)[:3])
        manner = parcel.manner or _USUAL
        headers = {
            "Authorization": self._vapid.authorization(origin),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(manner.ttl_s),
            "Urgency": manner.urgency.value,
        }
        if manner.topic:
            headers["Topic"] = _opaque(manner.topic)
        body = encrypt(parcel.data, p256dh=point.p256dh, auth=point.auth, padded_to=self._padded_to)
        return Request(origin, point.endpoint, headers, body)

    async def _insist(
        self, parcel: Parcel, request: Request, origin: Origin, ledger: Ledger
    ) -> Outcome:
        """Tries again what certainly did not arrive, if that is a matter of seconds. Raises: NotSent, Lost."""
        code, tries, unreached = 0, 0, 0
        while tries < TRIES:
            async with origin.places:
                if not await origin.ready():
                    break
                if not tries:
                    ledger.turn(None, parcel)
                tries += 1
                try:
                    answer = await self._wire.post(request)
                except NotSent:
                    unreached += 1
                    if unreached > 1:
                        origin.failed()
                        raise
                    continue
            self._heed(request.origin, origin, answer)
            if not _asks_to_wait(answer):
                return _judge(parcel, answer)
            code = answer.code
        return Outcome(parcel.ref, Verdict.RETRY, Stage.RECIPIENT, code, "", "asked to wait")

    def _heed(self, name: str, origin: Origin, answer: Answer) -> None:
        """What the answer says about the push service itself."""
        self._answered_at, self.unreachable = time.monotonic(), ""
        if _asks_to_wait(answer):
            origin.slow_down(answer.retry_after, now=self._clock())
        elif answer.code >= 500:
            origin.failed()
        else:
            origin.answered()
        if answer.code in {401, 403}:
            self._vapid.forget(name)

    def _unreached(self, parcel: Parcel, why: str) -> Outcome:
        """One push service that is away costs its parcels a try; when all are, nothing has been tried."""
        if time.monotonic() - self._answered_at < ALIVE_S:
            return Outcome(parcel.ref, Verdict.RETRY, Stage.RECIPIENT, 0, "", why)
        self.unreachable = why
        return Outcome(parcel.ref, Verdict.RETRY, Stage.CONNECT, 0, "", why)


def _asks_to_wait(answer: Answer) -> bool:
    return answer.code == TOO_MANY or (answer.code == UNAVAILABLE and bool(answer.retry_after))


def _judge(parcel: Parcel, answer: Answer) -> Outcome:
    if 200 <= answer.code < 300:
        return Outcome(parcel.ref, Verdict.ACCEPTED, Stage.CONTENT, answer.code, "", "")
    if answer.code >= 500:
        verdict, stage = Verdict.RETRY, Stage.RECIPIENT
    else:
        verdict, stage = _VERDICTS.get(answer.code, (Verdict.REFUSED, Stage.SENDER))
    return Outcome(parcel.ref, verdict, stage, answer.code, "", answer.words)


@functools.lru_cache(maxsize=1_024)
def _opaque(topic: str) -> str:
    """32 URL-safe characters (RFC 8030, 5.4) that tell the push service nothing about the subject."""
    return base64url.encoded(hashlib.blake2b(topic.encode(), digest_size=24).digest())
