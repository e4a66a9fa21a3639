"""The SMS and the push engine, and beside each its gateway alone with the same copies: what the engine adds to it.

The engine's clock runs from the freeze of the recipients to the last row marked. One JSON object on standard output.
"""

import argparse
import json
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

from beffroi.config.bench import sinks
from beffroi.config.bench.ground import HOST, data_folder, scratch_database
from beffroi.gateways.parcels import Gateway, Outcome, Parcel, Verdict

DEFAULT_RECIPIENTS, DEFAULT_ROUNDS = 5_000, 3
CONNECTIONS = 128


def main(arguments: list[str] | None = None) -> None:
    """`./beffroi bench sms` and `./beffroi bench push`."""
    parser = argparse.ArgumentParser(prog="beffroi bench")
    parser.add_argument("channel", choices=("sms", "push"))
    parser.add_argument("--recipients", type=int, default=DEFAULT_RECIPIENTS)
    parser.add_argument("--rounds", type=int, default=DEFAULT_ROUNDS)
    asked = parser.parse_args(arguments)
    with scratch_database(), sinks.running(data_folder() / "sinks") as ports:
        print(json.dumps(_measure(asked.channel, ports, asked.recipients, asked.rounds)))


def _measure(name: str, ports: sinks.Ports, recipients: int, rounds: int) -> dict[str, Any]:
    campaign = _Campaign(name, ports, recipients)
    campaign.run()  # once for nothing: caches, tables and connections are warm for both
    measured = []
    for _ in range(rounds):
        alone_s, engine_s = campaign.alone(), campaign.run()
        measured.append(
            {
                "gateway_per_s": round(recipients / alone_s),
                "engine_per_s": round(recipients / engine_s),
                "ratio": round(alone_s / engine_s, 3),
            }
        )
    return {
        "channel": name,
        "recipients": recipients,
        "gateway_per_s": statistics.median(each["gateway_per_s"] for each in measured),
        "engine_per_s": statistics.median(each["engine_per_s"] for each in measured),
        "ratio_to_gateway": statistics.median(each["ratio"] for each in measured),
        "rounds": measured,
    }


class _Handout:
    """A ledger of parcels that are ready."""

    def __init__(self, parcels: Sequence[Parcel]) -> None:
        self._parcels = list(reversed(parcels))
        self._left = len(parcels)
        self.accepted = 0
        self.done = threading.Event()

    def take(self) -> Parcel | None:
        try:
            return self._parcels.pop()
        except IndexError:
            return None

    def turn(self, done: Outcome | None, begun: Parcel | None) -> None:
        if done is None:
            return
        self.accepted += done.verdict is Verdict.ACCEPTED
        self._left -= 1
        if not self._left:
            self.done.set()

    def left(self) -> None:
        """`alone` waits for the outcomes."""


class _Campaign:
    """A town, its telephones or browsers, and the same message again and again."""

    def __init__(self, name: str, ports: sinks.Ports, recipients: int) -> None:
        from django.conf import settings

        from beffroi.delivery.services import contact_points
        from beffroi.delivery.words import Channel
        from beffroi.towns import services as towns

        settings.BEFFROI_PUSH_HOSTS = [f"{HOST}:{ports.push}"]
        at = datetime.now(UTC)
        self._channel = Channel[name.upper()]
        self._gateway, addresses = _world(name, ports, recipients)
        self._recipients = recipients
        self._town = towns.create_town("33009", at=at, sender_address="telmail@arcachon.example")
        self._points = contact_points.find_or_create_many(
            self._town, self._channel, addresses, at=at
        )

    def run(self) -> float:
        """Seconds from the freeze to the last row."""
        from django.conf import settings

        from beffroi.delivery.engine.journal import Place
        from beffroi.delivery.engine.worker import Worker
        from beffroi.delivery.queries import messages

        place = Place(settings.JOURNAL_DIR, "bench")
        place.lock()
        with self._gateway() as gateway:
            worker = Worker(gateway, place, clock=lambda: datetime.now(UTC), channel=self._channel)
            started = time.perf_counter()
            message_id = self._freeze()
            worker.run_until_idle()
            spent_s = time.perf_counter() - started
        place.unlock()
        accepted = messages.progress(self._town, message_id).accepted
        if accepted != self._recipients:
            raise AssertionError(f"{accepted} of {self._recipients} accepted")
        return spent_s

    def alone(self) -> float:
        """Seconds that the gateway needs for the same copies."""
        from beffroi.delivery import press
        from beffroi.delivery.models import Message
        from beffroi.delivery.services import contact_points

        message_id = self._freeze()
        row = Message.objects.of(self._town).get(id=message_id)
        row.chunks.all().delete()
        plate = press.compose(row, at=datetime.now(UTC))
        clear = contact_points.reveal_many(self._town, self._points)
        parcels = []
        for seq, point in enumerate(self._points):
            address = clear[point].encode("ascii")
            sender, data = plate.strike(seq, point, 1, address)
            parcels.append(Parcel(seq, sender, address, data, plate.manner))
        ledger = _Handout(parcels)
        with self._gateway() as gateway:
            started = time.perf_counter()
            gateway.drive(ledger, connections=CONNECTIONS)
            ledger.done.wait()
            spent_s = time.perf_counter() - started
        if ledger.accepted != self._recipients:
            raise AssertionError(f"{ledger.accepted} of {self._recipients} accepted")
        return spent_s

    def _freeze(self) -> int:
        from beffroi.delivery.outgoing import OutgoingMessage
        from beffroi.delivery.services import messages
        from beffroi.delivery.words import Lane

        message = OutgoingMessage(
            lane=Lane.CAMPAIGN,
            channel=self._channel,
            subject="La médiathèque reste ouverte dimanche",
            text="La médiathèque reste ouverte dimanche de 14 h à 18 h, entrée libre et gratuite.",
            from_name="ARCACHON",
            base_url="https://beffroi.example/arcachon",
        )
        return messages.enqueue(self._town, message, recipients=self._points, at=datetime.now(UTC))


def _world(
    name: str, ports: sinks.Ports, count: int
) -> tuple[Callable[[], AbstractContextManager[Gateway]], list[str]]:
    """How to open the gateway, and the addresses that its other side knows."""
    if name == "sms":
        from beffroi.gateways.sms.gateway import SmsGateway
        from beffroi.gateways.sms.providers import providers_from

        providers = f"smpp://us:secret@{HOST}:{ports.sms}?name=alpha&per_s=50000&window=200"
        numbers = [f"+33612{n:06d}" for n in range(count)]
        return lambda: SmsGateway(providers_from(providers)), numbers
    from beffroi.gateways.push.gateway import PushGateway
    from beffroi.gateways.push.keys import load_key, new_key
    from beffroi.gateways.push.vapid import Vapid
    from beffroi.servers.outside import push_devices

    vapid = Vapid(load_key(new_key()), contact="mailto:mesures@beffroi.example", clock=time.time)
    root = f"http://{HOST}:{ports.push}"
    told = [push_devices.subscription(f"appareil-{n}", root=root) for n in range(count)]
    return lambda: PushGateway(vapid), told


if __name__ == "__main__":
    main()
