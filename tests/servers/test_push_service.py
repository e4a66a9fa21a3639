"""The demonstration's push service, spoken to as a browser does and as a sender does."""

import asyncio
import json
import time
import uuid
from contextlib import asynccontextmanager

import aiohttp
import pytest

from beffroi.gateways.push import aes128gcm
from beffroi.gateways.push.keys import load_key, new_key, public_key
from beffroi.gateways.push.vapid import Vapid
from beffroi.servers.outside import push_devices
from beffroi.servers.outside.push_store import Arrival, Browser, Fate, PushStore
from tests.gateways.push.services import CONTACT, KEY, Shipped

SENDER = public_key(load_key(KEY))
BODY = b"x" * 200
"""Nothing here can read it; only its size matters."""
NOON = 1_795_000_000.0


@pytest.fixture
def service(tmp_path):
    started = Shipped(tmp_path)
    yield started
    started.stop()


class Listener:
    """A browser, reduced to its WebSocket."""

    def __init__(self, socket):
        self._socket = socket

    async def say(self, kind, **more):
        await self._socket.send_json({"messageType": kind, **more})

    async def hear(self, timeout_s=5):
        return await self._socket.receive_json(timeout=timeout_s)

    async def silent(self):
        await self._socket.send_str("{}")
        return await self.hear() == {}

    async def hello(self, uaid=None):
        await self.say("hello", use_webpush=True, broadcasts={}, **({"uaid": uaid} if uaid else {}))
        return (await self.hear())["uaid"]

    async def register(self, key=SENDER):
        channel = str(uuid.uuid4())
        await self.say("register", channelID=channel, key=key)
        answer = await self.hear()
        assert answer["status"] == 200 and answer["channelID"] == channel
        return answer["pushEndpoint"]

    async def ack(self, told, code=100):
        update = {"channelID": told["channelID"], "version": told["version"], "code": code}
        await self.say("ack", updates=[update])
        assert await self.silent()


@asynccontextmanager
async def listening(service):
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"ws://127.0.0.1:{service.port}/", protocols=["push-notification"]) as s,
    ):
        yield Listener(s)


async def post(service, endpoint, body=BODY, *, key=KEY, **changes):
    """What the push service answers to a sender; `changes` replace headers, or leave them out (None)."""
    vapid = Vapid(load_key(key), contact=CONTACT, clock=time.time)
    headers: dict[str, str | None] = {
        "Authorization": vapid.authorization(service.url),
        "Content-Encoding": "aes128gcm",
        "TTL": "60",
    }
    headers |= {name.replace("_", "-"): text for name, text in changes.items()}
    kept = {name: text for name, text in headers.items() if text is not None}
    async with (
        aiohttp.ClientSession() as session,
        session.post(endpoint, data=body, headers=kept) as answer,
    ):
        return answer.status, answer.headers


def test_a_browser_is_greeted_registers_and_is_told_what_comes(service):
    async def story():
        async with listening(service) as browser:
            await browser.hello()
            endpoint = await browser.register()
            status, headers = await post(service, endpoint, TTL="60")
            assert (status, headers["TTL"]) == (201, "60") and headers["Location"]
            told = await browser.hear()
            assert told["channelID"] == endpoint.rpartition("/")[2]
            assert told["headers"] == {"encoding": "aes128gcm"} and "=" not in told["data"]
            assert service.store.since(0)[0].fate is Fate.WAITING
            await browser.ack(told)

    asyncio.run(story())

    assert service.store.since(0)[0].fate is Fate.DELIVERED


@pytest.mark.parametrize(("code", "fate"), [(101, Fate.UNREADABLE), (102, Fate.IGNORED)])
def test_a_browser_that_cannot_use_a_message_says_so(service, code, fate):
    async def story():
        async with listening(service) as browser:
            await browser.hello()
            await post(service, await browser.register())
            await browser.ack(await browser.hear(), code)

    asyncio.run(story())

    assert service.store.since(0)[0].fate is fate


def test_what_was_sent_while_a_browser_was_away_waits_even_for_a_service_that_was_restarted(
    service,
):
    async def meet(uaid=None):
        async with listening(service) as browser:
            known = await browser.hello(uaid)
            return known, await browser.register()

    async def leave_word(endpoint):
        for topic, ttl in (("pluie", "60"), ("pluie", "60"), ("", "60"), ("", "0")):
            assert (await post(service, endpoint, Topic=topic, TTL=ttl))[0] == 201

    async def come_back(uaid):
        async with listening(service) as browser:
            assert await browser.hello(uaid) == uaid
            heard = [await browser.hear() for _ in range(2)]
            assert await browser.silent()
            for told in heard:
                await browser.ack(told)
            return heard

    uaid, endpoint = asyncio.run(meet())
    asyncio.run(leave_word(endpoint))
    service.stop()
    service.start()
    heard = asyncio.run(come_back(uaid))

    assert [told["version"] for told in heard] == ["2", "3"]
    fates = [Fate.REPLACED, Fate.DELIVERED, Fate.DELIVERED, Fate.EXPIRED]
    assert [each.fate for each in service.store.since(0)] == fates


def test_what_was_not_acknowledged_is_told_again(service):
    async def story():
        async with listening(service) as browser:
            uaid = await browser.hello()
            await post(service, await browser.register())
            first = await browser.hear()
        async with listening(service) as browser:
            await browser.hello(uaid)
            assert await browser.hear() == first

    asyncio.run(story())


def test_a_subscription_that_was_given_up_is_gone_and_one_that_never_was_is_not_found(service):
    async def story():
        async with listening(service) as browser:
            await browser.hello()
            endpoint = await browser.register()
            await browser.say("unregister", channelID=endpoint.rpartition("/")[2], code=200)
            assert (await browser.hear())["status"] == 200
        gone, _ = await post(service, endpoint)
        unknown, _ = await post(service, f"{service.url}/wpush/v2/{uuid.uuid4()}")
        return gone, unknown

    assert asyncio.run(story()) == (410, 404)


@pytest.mark.parametrize(
    ("status", "changes"),
    [
        (401, {"Authorization": None}),
        (401, {"Authorization": "Bearer x"}),
        (403, {"Authorization": "vapid t=a.b.c, k=d"}),
        (403, {"key": new_key()}),
        (400, {"TTL": None}),
        (400, {"TTL": "-1"}),
        (400, {"Urgency": "asap"}),
        (400, {"Topic": "x" * 33}),
        (400, {"Topic": "é"}),
        (400, {"Content_Encoding": "aesgcm"}),
        (400, {"body": b"x" * 50}),
        (413, {"body": b"x" * 4_097}),
        (201, {"body": b"x" * 4_096, "Urgency": "very-low", "Topic": "x" * 32}),
        (201, {"body": b"", "Content_Encoding": None}),
    ],
)
def test_a_sender_is_held_to_the_rules(service, status, changes):
    async def story():
        async with listening(service) as browser:
            await browser.hello()
            return await post(service, await browser.register(), **changes)

    assert asyncio.run(story())[0] == status


def test_a_subscription_without_a_key_accepts_any_sender_who_signs(service):
    async def story():
        async with listening(service) as browser:
            await browser.hello()
            return await post(service, await browser.register(key=None), key=new_key())

    assert asyncio.run(story())[0] == 201


async def ask(service, path):
    async with aiohttp.ClientSession() as session, session.get(service.url + path) as answer:
        return answer.status, await answer.json()


def encrypted(name, text):
    device = push_devices.device(name)
    return aes128gcm.encrypt(text.encode(), p256dh=device.point, auth=device.auth)


def test_a_simulated_device_has_a_subscription_and_shows_what_it_receives(service):
    told = {"title": "Fête", "body": "Samedi", "navigate": "https://ville.example/f"}

    async def story():
        _, subscription = await ask(service, "/api/subscriptions/appareil-7")
        assert set(subscription["keys"]) == {"p256dh", "auth"}
        declarative = json.dumps({"web_push": 8030, "notification": told})
        await post(service, subscription["endpoint"], encrypted("appareil-7", declarative))
        await post(service, subscription["endpoint"], encrypted("appareil-7", "Bonjour"))
        await post(service, subscription["endpoint"], encrypted("appareil-8", "Bonsoir"))
        return (await ask(service, "/api/notifications?since=0"))[1]["notifications"]

    shown = [each["notification"] for each in asyncio.run(story())]

    assert shown == [
        {"title": "Fête", "body": "Samedi", "url": "https://ville.example/f"},
        {"title": "", "body": "Bonjour", "url": ""},
        None,
    ]
    found, more = service.store.search("fête", skip=0, limit=10)
    assert [each.n for each in found] == [1] and not more
    found, more = service.store.search("", skip=1, limit=1)
    assert [each.n for each in found] == [2] and more


@pytest.mark.parametrize(
    ("name", "status"), [("perdu-1", 410), ("sature-1", 429), ("panne-1", 503)]
)
def test_some_devices_refuse(service, name, status):
    endpoint = push_devices.endpoint(service.url, name)

    answered, headers = asyncio.run(post(service, endpoint))

    assert answered == status
    assert ("Retry-After" in headers) is (status == 429)


def test_there_is_no_device_of_another_name(service):
    assert asyncio.run(ask(service, "/api/subscriptions/camille"))[0] == 404


def arrival(channel="c", **more) -> Arrival:
    usual = {"ttl_s": 60, "urgency": "normal", "topic": "", "sealed": "", "fate": Fate.WAITING}
    return Arrival(n=0, at=NOON, channel=channel, **{**usual, **more})


def test_what_has_waited_too_long_is_not_told(tmp_path):
    store = PushStore(tmp_path)
    store.subscribe(Browser(channel="c", uaid="u", key=""))
    store.add(arrival(ttl_s=60))
    store.add(arrival(ttl_s=600))

    assert [each.n for each in store.waiting("u", now=NOON + 61)] == [2]
    assert store.arrival(1).fate is Fate.EXPIRED
    store.close()


def test_a_half_written_line_does_not_spoil_what_is_known(tmp_path):
    store = PushStore(tmp_path)
    store.subscribe(Browser(channel="c", uaid="u", key=""))
    store.subscribe(Browser(channel="d", uaid="v", key=""))
    store.unsubscribe("d")
    store.add(arrival())
    store.close()
    with (tmp_path / "push.jsonl").open("ab") as log:
        log.write(b'{"event": "arr')

    for count in (1, 2, 3):
        again = PushStore(tmp_path)
        assert again.count == count
        assert again.knows("u") and not again.knows("v") and again.is_gone("d")
        again.add(arrival())
        again.close()
