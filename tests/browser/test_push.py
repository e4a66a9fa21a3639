"""The whole way of a notification: our gateway, a push service, a real Firefox and its service worker."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from beffroi.gateways.parcels import Manner, Parcel, Stage, Verdict
from beffroi.gateways.push.keys import load_key, new_key, public_key
from beffroi.kit import push_points
from beffroi.servers.outside.push_store import Fate
from tests.gateways.push.services import KEY, Shipped, deliver, gateway
from tests.instance.whole import wait_until

pytestmark = pytest.mark.browser

FILES = {
    "/": (
        "text/html; charset=utf-8",
        '<!doctype html><html lang="fr"><title>Essai</title><link rel="icon" href="data:,">',
    ),
    "/worker.js": (
        "text/javascript",
        """self.addEventListener("push", (event) => {
          const { title, body, navigate } = event.data.json().notification;
          event.waitUntil(self.registration.showNotification(title, { body, data: navigate }));
        });
        const applicationServerKey = new URL(self.location).searchParams.get("key");
        self.addEventListener("pushsubscriptionchange", (event) => {
          const subscribed = self.registration.pushManager.subscribe(
            { userVisibleOnly: true, applicationServerKey });
          event.waitUntil(subscribed.then((fresh) => self.registration.showNotification(
            "Changed", { data: [event.oldSubscription.endpoint, fresh.endpoint] })));
        });""",
    ),
}
SUBSCRIBE = """const worker = await navigator.serviceWorker.register("/worker.js?key=" + given[0]);
await navigator.serviceWorker.ready;
const options = { userVisibleOnly: true, applicationServerKey: given[0] };
return JSON.stringify(await worker.pushManager.subscribe(options));"""
UNSUBSCRIBE = """const worker = await navigator.serviceWorker.ready;
const subscription = await worker.pushManager.getSubscription();
return await subscription.unsubscribe();"""


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        kind, text = FILES[self.path.partition("?")[0]]
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not logged."""


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def service(tmp_path) -> Iterator[Shipped]:
    started = Shipped(tmp_path / "outside")
    yield started
    started.stop()


@pytest.fixture
def browser(firefox, service, site):
    opened = firefox(service.port)
    opened.visit(site)
    return opened


def subscribe(browser, service) -> bytes:
    """The subscription, written down as the town keeps it."""
    text = browser.run(SUBSCRIBE, public_key(load_key(KEY)))
    return push_points.canonical_push_point(text, also={f"127.0.0.1:{service.port}"})


def send(recipient: bytes, body: str, *, topic: str = ""):
    told = {"title": "Vigilance orange", "body": body, "navigate": "https://ville.example/alerte"}
    data = json.dumps({"web_push": 8030, "notification": told}).encode()
    with gateway() as sender:
        notebook = deliver(sender, [Parcel(1, b"", recipient, data, Manner(topic=topic))])
    return notebook.outcomes[1]


def delivered(service, n: int) -> None:
    wait_until(lambda: service.store.arrival(n).fate is Fate.DELIVERED, 20, f"message {n} arrived")


def shown(browser):
    """Firefox acknowledges a message when its service worker has it, just before it is seen."""
    wait_until(browser.notifications, 20, "a notification is shown")
    return browser.notifications()


def test_a_notification_is_shown_and_so_is_one_that_was_sent_while_the_browser_was_closed(
    browser, service, site
):
    recipient = subscribe(browser, service)
    assert send(recipient, "Orages ce soir").verdict is Verdict.ACCEPTED
    delivered(service, 1)
    assert shown(browser) == [
        {
            "title": "Vigilance orange",
            "body": "Orages ce soir",
            "data": "https://ville.example/alerte",
        }
    ]

    browser.close()
    for body in ("Orages à 18 h", "Orages à 19 h"):
        assert send(recipient, body, topic="orages").verdict is Verdict.ACCEPTED
    assert [each.fate for each in service.store.since(1)] == [Fate.REPLACED, Fate.WAITING]
    browser.open()

    delivered(service, 3)
    browser.visit(site)
    assert [each["body"] for each in shown(browser)] == ["Orages à 19 h"]


def test_a_browser_that_has_unsubscribed_is_gone_for_good(browser, service):
    recipient = subscribe(browser, service)
    assert browser.run(UNSUBSCRIBE) is True
    channel = push_points.read(recipient).endpoint.rpartition("/")[2]
    wait_until(lambda: service.store.is_gone(channel), 20, "the push service knows")

    outcome = send(recipient, "Trop tard")

    assert outcome[1:4] == (Verdict.REFUSED, Stage.RECIPIENT, 410)


def test_a_browser_that_lost_its_subscription_tells_its_service_worker_which_makes_another(
    browser, service, site
):
    lost = push_points.read(subscribe(browser, service)).endpoint
    browser.close()
    service.store.unsubscribe(lost.rpartition("/")[2])

    browser.open()
    browser.visit(site)

    (told,) = shown(browser)
    before, after = told["data"]
    assert (told["title"], before) == ("Changed", lost)
    assert service.store.browser(after.rpartition("/")[2])


def test_a_browser_takes_nothing_from_another_sender(browser, service, monkeypatch):
    recipient = subscribe(browser, service)
    monkeypatch.setattr("tests.gateways.push.services.KEY", new_key())

    outcome = send(recipient, "Bonjour")

    assert outcome[1:4] == (Verdict.REFUSED, Stage.SENDER, 403)
