"""A push service like Mozilla's: browsers listen on a WebSocket, senders post (RFC 8030), nobody here can read.

Firefox is sent here by its setting dom.push.serverURL. Simulated devices (push_devices) need no browser.
"""

import base64
import json
import re
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from types import TracebackType
from typing import Any, NamedTuple, Self

from aiohttp import ClientConnectionResetError, WSMsgType, web

from beffroi.servers.outside import push_devices
from beffroi.servers.outside.push_store import Arrival, Browser, Fate, PushStore
from beffroi.servers.outside.push_vapid import BadlySigned, Doorkeeper, Unsigned

MAX_BODY_BYTES = 4_096
"""RFC 8030, 7.2: every push service takes as much; this one no more."""
LONGEST_TTL_S = 60 * 86_400
"""What Mozilla's keeps at most."""
RETRY_AFTER_S = 2
SUBPROTOCOL = "push-notification"
_URGENCIES = frozenset({"very-low", "low", "normal", "high"})
_TOPIC = re.compile(r"[A-Za-z0-9_-]{0,32}\Z")
_ACKS = {100: Fate.DELIVERED, 101: Fate.UNREADABLE, 102: Fate.IGNORED}

Told = dict[str, Any]


class Rejected(Exception):
    """A sender's request that is not taken."""

    def __init__(self, code: int, why: str, **headers: str) -> None:
        super().__init__(why)
        self.code, self.why, self.headers = code, why, headers


class Terms(NamedTuple):
    """What the headers of a request ask for."""

    ttl_s: int
    urgency: str
    topic: str


class PushService:
    """An asynchronous context manager that listens while it is open."""

    def __init__(
        self, store: PushStore, *, host: str, port: int, clock: Callable[[], float]
    ) -> None:
        self.root = f"http://{host}:{port}"
        self._store, self._host, self._port, self._clock = store, host, port, clock
        self._doorkeeper = Doorkeeper(self.root)
        self._present: dict[str, web.WebSocketResponse] = {}
        """The browsers that listen now."""
        app = web.Application(client_max_size=MAX_BODY_BYTES)
        app.add_routes(
            [
                web.get("/", self._listen),
                web.post("/wpush/v2/{channel}", self._receive),
                web.get("/api/notifications", self._list),
                web.get("/api/subscriptions/{name}", self._subscription),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port, backlog=512).start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for socket in list(self._present.values()):
            await socket.close()
        await self._runner.cleanup()

    async def _receive(self, request: web.Request) -> web.Response:
        """POST /wpush/v2/<channel>: a message from a sender."""
        channel = request.match_info["channel"]
        try:
            sender = self._sender(request)
            browser = self._addressee(channel, sender)
            terms = _terms(request)
            arrival = await self._take(channel, browser, terms, await request.read())
        except Rejected as rejected:
            told = {"code": rejected.code, "message": rejected.why}
            headers = {name.replace("_", "-"): text for name, text in rejected.headers.items()}
            return web.json_response(told, status=rejected.code, headers=headers)
        where = {"Location": f"{self.root}/m/{arrival.n}", "TTL": str(arrival.ttl_s)}
        return web.Response(status=201, headers=where)

    def _sender(self, request: web.Request) -> str:
        try:
            return self._doorkeeper.sender(
                request.headers.get("Authorization", ""), now=self._clock()
            )
        except Unsigned as unsigned:
            raise Rejected(401, "no vapid", WWW_Authenticate="vapid") from unsigned
        except BadlySigned as bad:
            raise Rejected(403, str(bad)) from bad

    def _addressee(self, channel: str, sender: str) -> Browser | None:
        """The browser that listens on this channel; None for a simulated device."""
        if push_devices.is_device(channel):
            refusal = push_devices.answer_for(channel)
            if refusal:
                raise Rejected(refusal, "the device's name asks for it", **_pause(refusal))
            return None
        browser = self._store.browser(channel)
        if browser is None:
            raise Rejected(410 if self._store.is_gone(channel) else 404, "no such subscription")
        if browser.key and browser.key != sender:
            raise Rejected(403, "this subscription accepts another sender")
        return browser

    async def _take(
        self, channel: str, browser: Browser | None, terms: Terms, body: bytes
    ) -> Arrival:
        if body and len(body) < push_devices.SMALLEST_BODY_BYTES:
            raise Rejected(400, "not a body of aes128gcm")
        socket = self._present.get(browser.uaid) if browser else None
        fate = Fate.WAITING if browser else Fate.DELIVERED
        if browser and not socket and not terms.ttl_s:
            fate = Fate.EXPIRED
        arrival = self._store.add(
            Arrival(
                n=0,
                at=self._clock(),
                channel=channel,
                ttl_s=terms.ttl_s,
                urgency=terms.urgency,
                topic=terms.topic,
                sealed=base64.urlsafe_b64encode(body).decode("ascii"),
                fate=fate,
            )
        )
        if socket is not None:
            await _notify(socket, arrival)
        return arrival

    async def _list(self, request: web.Request) -> web.Response:
        """GET /api/notifications?since=<n>: what arrived, and what devices show of it."""
        since = request.query.get("since", "0")
        arrivals = self._store.since(int(since) if since.isdecimal() else 0)
        return web.json_response({"notifications": [described(each) for each in arrivals]})

    async def _subscription(self, request: web.Request) -> web.Response:
        """GET /api/subscriptions/<name>: what the browser of this simulated device hands over."""
        name = request.match_info["name"]
        if not push_devices.is_device(name):
            return web.json_response({"error": "not found"}, status=404)
        text = push_devices.subscription(name, root=self.root)
        return web.Response(text=text, content_type="application/json")

    async def _listen(self, request: web.Request) -> web.WebSocketResponse:
        """The WebSocket of one browser, as long as it is open."""
        socket = web.WebSocketResponse(protocols=(SUBPROTOCOL,), heartbeat=None)
        await socket.prepare(request)
        uaid = ""
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    uaid = await self._heard(socket, uaid, json.loads(message.data))
        finally:
            if self._present.get(uaid) is socket:
                del self._present[uaid]
        return socket

    async def _heard(self, socket: web.WebSocketResponse, uaid: str, told: Told) -> str:
        """Answers one message of a browser; the browser's identity from now on."""
        match told.get("messageType"):
            case "hello":
                return await self._greet(socket, str(told.get("uaid", "")))
            case "register" if uaid:
                await self._register(socket, uaid, told)
            case "unregister":
                self._store.unsubscribe(told["channelID"])
                await _answer(socket, told, status=200)
            case "ack":
                self._settle(told)
            case None:
                await socket.send_json({})  # a ping
        return uaid

    async def _greet(self, socket: web.WebSocketResponse, uaid: str) -> str:
        known = uaid if self._store.knows(uaid) else uuid.uuid4().hex
        self._present[known] = socket
        hello = {"messageType": "hello", "uaid": known, "status": 200}
        await socket.send_json({**hello, "use_webpush": True, "broadcasts": {}})
        for arrival in self._store.waiting(known, now=self._clock()):
            await _notify(socket, arrival)
        return known

    async def _register(self, socket: web.WebSocketResponse, uaid: str, told: Told) -> None:
        channel, key = told["channelID"], str(told.get("key") or "").rstrip("=")
        self._store.subscribe(Browser(channel=channel, uaid=uaid, key=key))
        where = push_devices.endpoint(self.root, channel)
        await _answer(socket, told, status=200, pushEndpoint=where)

    def _settle(self, told: Told) -> None:
        for update in told.get("updates", []):
            fate = _ACKS.get(update.get("code", 100), Fate.IGNORED)
            self._store.settle(int(update["version"]), fate)


def described(arrival: Arrival) -> dict[str, object]:
    """For tests and pages in other processes; the encrypted body is left out."""
    shown = arrival.notification
    told = {key: value for key, value in arrival._asdict().items() if key != "sealed"}
    return {**told, "notification": asdict(shown) if shown else None}


async def _notify(socket: web.WebSocketResponse, arrival: Arrival) -> None:
    told: dict[str, object] = {
        "messageType": "notification",
        "channelID": arrival.channel,
        "version": str(arrival.n),
        "ttl": arrival.ttl_s,
    }
    if arrival.sealed:
        told |= {"data": arrival.sealed.rstrip("="), "headers": {"encoding": "aes128gcm"}}
    await _send(socket, told)


async def _answer(socket: web.WebSocketResponse, told: Told, **more: object) -> None:
    same = {"messageType": told["messageType"], "channelID": told["channelID"]}
    await _send(socket, {**same, **more})


async def _send(socket: web.WebSocketResponse, told: dict[str, object]) -> None:
    """A browser that leaves at this moment gets it when it comes back."""
    with suppress(ClientConnectionResetError):
        await socket.send_json(told)


def _terms(request: web.Request) -> Terms:
    """Raises: Rejected."""
    headers = request.headers
    ttl, urgency = headers.get("TTL", ""), headers.get("Urgency", "normal")
    topic = headers.get("Topic", "")
    if not ttl.isdecimal():
        raise Rejected(400, "no TTL")
    if urgency not in _URGENCIES or not _TOPIC.match(topic):
        raise Rejected(400, "no such Urgency or Topic")
    if headers.get("Content-Encoding") != "aes128gcm" and request.can_read_body:
        raise Rejected(400, "not aes128gcm")
    return Terms(min(int(ttl), LONGEST_TTL_S), urgency, topic)


def _pause(code: int) -> dict[str, str]:
    return {"Retry_After": str(RETRY_AFTER_S)} if code == 429 else {}
