"""An emergency in the middle of a newsletter: when the first and the last resident had it, by the sinks' own clocks.

Real engines, one process each, as an installation runs them. One JSON object on standard output.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from beffroi.config.bench import sinks
from beffroi.config.bench.ground import HOST, data_folder, scratch_database

DEFAULT_DELIVERIES, DEFAULT_RESIDENTS = 100_000, 1_000
PATIENCE_S = 300.0
SMS_PER_S = 500
"""Of each of two providers, as in the demonstration."""
MOVES_ON_S = 3.0
"""How long the newsletter is watched after the emergency."""


def main(arguments: list[str] | None = None) -> None:
    """`./beffroi bench emergency`; DATABASE_URL says in which cluster the scratch database is made."""
    parser = argparse.ArgumentParser(prog="beffroi bench emergency")
    parser.add_argument("--deliveries", type=int, default=DEFAULT_DELIVERIES)
    parser.add_argument("--residents", type=int, default=DEFAULT_RESIDENTS)
    asked = parser.parse_args(arguments)
    folder = data_folder() / "sinks"
    with scratch_database():
        with sinks.running(folder) as ports, _engines(ports):
            scene = _Scene(ports, asked.deliveries, asked.residents)
            scene.play()
        print(json.dumps(scene.told(sinks.read(folder))))


@contextmanager
def _engines(ports: sinks.Ports) -> Iterator[None]:
    """Two for e-mail, one for SMS, one for notifications."""
    providers = " ".join(
        f"smpp://us:secret@{HOST}:{ports.sms}?name={name}&per_s={SMS_PER_S}"
        for name in ("alpha", "beta")
    )
    environment = os.environ | {
        "BEFFROI_SMTP_URL": f"smtp://{HOST}:{ports.smtp}",
        "BEFFROI_SMS_PROVIDERS": providers,
        "BEFFROI_VAPID_CONTACT": "mailto:mesures@beffroi.example",
        "BEFFROI_DB_ROLE": "engine",
    }
    wanted = (
        ("engine-1", "email"),
        ("engine-2", "email"),
        ("engine-sms", "sms"),
        ("engine-push", "push"),
    )
    log = data_folder() / "engines.log"
    with log.open("ab") as told:
        processes = [
            subprocess.Popen(
                [sys.executable, "-m", "beffroi.config.engine", channel],
                env=environment | {"BEFFROI_WORKER": name},
                stderr=told,
            )
            for name, channel in wanted
        ]
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


class _Scene:
    """A town, its subscribers, a newsletter under way, and an emergency on three channels."""

    def __init__(self, ports: sinks.Ports, deliveries: int, residents: int) -> None:
        from beffroi.towns import services as towns

        self._deliveries, self._residents = deliveries, residents
        self._town = towns.create_town(
            "33009", at=_now(), sender_address="telmail@arcachon.example"
        )
        self._points = _Points(self._town, ports, deliveries, residents)
        self._newsletter = 0
        self._urgent: dict[str, int] = {}
        self._asked_at = 0.0

    def play(self) -> None:
        self._newsletter = self._send("email", self._points.email, urgent=False)
        _wait_until(lambda: self._accepted(self._newsletter) > self._deliveries // 50)
        self._asked_at = time.time()
        self._urgent = {
            channel: self._send(channel, points, urgent=True)
            for channel, points in self._points.residents(self._residents).items()
        }
        _wait_until(
            lambda: all(self._accepted(m) == self._residents for m in self._urgent.values())
        )
        time.sleep(MOVES_ON_S)

    def told(self, arrivals: sinks.Arrivals) -> dict[str, Any]:
        times = {
            "email": sorted(arrivals.email[self._urgent["email"]]),
            "sms": sorted(arrivals.sms),
            "push": sorted(arrivals.push),
        }
        letters = sorted(arrivals.email[self._newsletter])
        first, last = times["email"][0], times["email"][-1]
        before = [at for at in letters if at < self._asked_at]
        return {
            "newsletter": self._deliveries,
            "newsletter_accepted_before": len(before),
            "newsletter_per_s_before": round(len(before) / (self._asked_at - letters[0])),
            "residents": self._residents,
            **{
                channel: {
                    "accepted": len(each),
                    "first_s": round(each[0] - self._asked_at, 3),
                    "last_s": round(each[-1] - self._asked_at, 3),
                }
                for channel, each in times.items()
            },
            "first_acceptance_s": round(min(t[0] for t in times.values()) - self._asked_at, 3),
            "last_acceptance_s": round(max(t[-1] for t in times.values()) - self._asked_at, 3),
            "newsletter_accepted_amid_the_emergency": sum(first < at < last for at in letters),
            "newsletter_moves_on_s": round(
                min((at for at in letters if at > last), default=0.0) - self._asked_at, 3
            ),
        }

    def _send(self, channel: str, points: Sequence[int], *, urgent: bool) -> int:
        from beffroi.delivery.outgoing import OutgoingMessage
        from beffroi.delivery.services import messages
        from beffroi.delivery.words import Channel, Lane

        message = OutgoingMessage(
            lane=Lane.EMERGENCY if urgent else Lane.CAMPAIGN,
            channel=Channel[channel.upper()],
            subject="Évacuation du front de mer" if urgent else "La lettre de la semaine",
            text="Submersion : quittez le front de mer, allez au gymnase."
            if urgent
            else "Lisez. " * 600,
            from_name="ARCACHON",
            from_address="telmail@arcachon.example",
            base_url="https://beffroi.example/arcachon",
        )
        return messages.enqueue(self._town, message, recipients=points, at=_now())

    def _accepted(self, message_id: int) -> int:
        from beffroi.delivery.queries import messages

        return messages.progress(self._town, message_id).accepted


class _Points:
    """The contact points of everybody."""

    def __init__(self, town: Any, ports: sinks.Ports, deliveries: int, residents: int) -> None:  # noqa: ANN401
        from django.conf import settings

        from beffroi.delivery.services.contact_points import find_or_create_many
        from beffroi.delivery.words import Channel
        from beffroi.servers.outside import push_devices

        root = f"http://{HOST}:{ports.push}"
        settings.BEFFROI_PUSH_HOSTS = [f"{HOST}:{ports.push}"]
        addresses = [f"habitant.{n}@exemple.fr" for n in range(max(deliveries, residents))]
        numbers = [f"+33612{n:06d}" for n in range(residents)]
        told = [push_devices.subscription(f"appareil-{n}", root=root) for n in range(residents)]
        at = _now()
        self.email = find_or_create_many(town, Channel.EMAIL, addresses, at=at)
        self.sms = find_or_create_many(town, Channel.SMS, numbers, at=at)
        self.push = find_or_create_many(town, Channel.PUSH, told, at=at)

    def residents(self, count: int) -> dict[str, list[int]]:
        return {"email": self.email[:count], "sms": self.sms, "push": self.push}


def _now() -> datetime:
    return datetime.now(UTC)


def _wait_until(fact: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not fact():
        if time.monotonic() > deadline:
            sys.exit(f"La mesure n’aboutit pas : voyez {Path(data_folder()) / 'engines.log'}")
        time.sleep(0.05)


if __name__ == "__main__":
    main()
