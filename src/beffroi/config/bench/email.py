"""The engine against the wire: Postfix's smtp-source and a whole campaign, in turn, into the same smtp-sink.

The engine's clock runs from the freeze of the recipients to the last row marked. One JSON object on standard output.
"""

import argparse
import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from beffroi.config.bench.ground import HOST, data_folder, scratch_database
from beffroi.servers.ports import free_port
from beffroi.servers.postfix_tools import NotAvailable, PostfixTools, find_or_fetch

DEFAULT_RECIPIENTS, DEFAULT_ROUNDS, DEFAULT_BYTES = 20_000, 5, 5_000
WIRE_SESSIONS = 10  # performance.md 1.1: past ten nothing is gained
SINK_START_S = 10.0


def main(arguments: list[str] | None = None) -> None:
    """`./beffroi bench email`; DATABASE_URL says in which cluster the scratch database is made."""
    parser = argparse.ArgumentParser(prog="beffroi bench email")
    parser.add_argument("--recipients", type=int, default=DEFAULT_RECIPIENTS)
    parser.add_argument("--rounds", type=int, default=DEFAULT_ROUNDS)
    parser.add_argument("--bytes", type=int, default=DEFAULT_BYTES)
    parser.add_argument("--connections", type=int, default=0)
    asked = parser.parse_args(arguments)
    tools_folder = Path(os.environ.get("BEFFROI_TOOLS") or data_folder() / "tools")
    try:
        tools = find_or_fetch(tools_folder)
    except NotAvailable:
        sys.exit(
            "smtp-source et smtp-sink (paquet Debian postfix) sont introuvables et n’ont pu être téléchargés."
        )
    with scratch_database(), _sink(tools) as port:
        print(json.dumps(_measure(tools, port, asked)))


@contextmanager
def _sink(tools: PostfixTools) -> Iterator[int]:
    port = free_port()
    process = subprocess.Popen(tools.sink_command(HOST, port), env=tools.environment())
    try:
        deadline = time.monotonic() + SINK_START_S
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex((HOST, port)) == 0:
                    break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


def _measure(tools: PostfixTools, port: int, asked: argparse.Namespace) -> dict[str, Any]:
    from django.db import connection

    campaign = _Campaign(asked.recipients, asked.bytes, port, asked.connections)
    campaign.run()  # once for nothing: caches, tables and connections are warm for both
    _wire(tools, port, asked.recipients, campaign.size_bytes)
    rounds = []
    for _ in range(asked.rounds):
        wire_s = _wire(tools, port, asked.recipients, campaign.size_bytes)
        engine_s, cpu_s = campaign.run()
        rounds.append(
            {
                "wire_per_s": round(asked.recipients / wire_s),
                "engine_per_s": round(asked.recipients / engine_s),
                "ratio": round(wire_s / engine_s, 3),
                "cpu_s": round(cpu_s, 2),
            }
        )
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        durable = cursor.fetchone()[0]
    return {
        "recipients": asked.recipients,
        "bytes": campaign.size_bytes,
        "wire_per_s": _median(rounds, "wire_per_s"),
        "engine_per_s": _median(rounds, "engine_per_s"),
        "ratio_to_wire": _median(rounds, "ratio"),
        "cpu_s": _median(rounds, "cpu_s"),
        "peak_rss_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "unseal_us": campaign.unseal_us(),
        "synchronous_commit": durable,
        "rounds": rounds,
    }


def _median(rounds: list[dict[str, float]], key: str) -> float:
    return statistics.median(each[key] for each in rounds)


def _wire(tools: PostfixTools, port: int, count: int, size_bytes: int) -> float:
    """Seconds that smtp-source needs for as many messages of the same size, to distinct recipients."""
    command = [str(tools.source), "-d", "-N", "-s", str(WIRE_SESSIONS), "-l", str(size_bytes)]
    command += ["-m", str(count), "-f", "telmail@arcachon.example", "-t", "habitant@exemple.fr"]
    started = time.perf_counter()
    subprocess.run([*command, f"{HOST}:{port}"], env=tools.environment(), check=True)
    return time.perf_counter() - started


class _Campaign:
    """A town, its contact points, and the same Télmail again and again."""

    def __init__(self, recipients: int, size_bytes: int, port: int, connections: int) -> None:
        from beffroi.delivery.services import contact_points
        from beffroi.delivery.words import Channel
        from beffroi.towns import services as towns

        now = datetime.now(UTC)
        self._recipients, self._port, self._connections = recipients, port, connections
        self._town = towns.create_town("33009", at=now, sender_address="telmail@arcachon.example")
        addresses = [f"habitant.{number}@exemple.fr" for number in range(recipients)]
        contact_points.find_or_create_many(self._town, Channel.EMAIL, addresses, at=now)
        self._message = self._text(size_bytes)
        self.size_bytes = self._size()

    def _text(self, size_bytes: int) -> Any:  # noqa: ANN401 - Django must be set up before its import
        from beffroi.delivery.outgoing import OutgoingMessage
        from beffroi.delivery.words import Lane, Slot

        line = "La médiathèque reste ouverte dimanche de 14 h à 18 h, entrée libre et gratuite. "
        filling = line * max(1, (size_bytes - 1_900) // (3 * len(line)))
        return OutgoingMessage(
            lane=Lane.CAMPAIGN,
            subject="Le programme de la semaine à la médiathèque",
            text=f"{filling}\n\n{Slot.UNSUBSCRIBE_URL.marker}\n",
            html=f'<p>{filling}</p><p>{filling}</p><p><a href="{Slot.PREFERENCES_URL.marker}">Mes choix</a>'
            f' <a href="{Slot.UNSUBSCRIBE_URL.marker}">Ne plus recevoir</a></p>',
            from_name="Ville d’Arcachon",
            from_address="telmail@arcachon.example",
            base_url="https://beffroi.example/arcachon",
            list_id="culture.arcachon.beffroi.example",
            feedback_id="1:arcachon:campaign:beffroi",
            theme_ids=(1,),
        )

    def _size(self) -> int:
        from beffroi.delivery import press
        from beffroi.delivery.models import Message

        now = datetime.now(UTC)
        row = Message.objects.of(self._town).filter(id=self._freeze()).get()
        _, data = press.compose(row, at=now).strike(0, 1, 1, b"habitant.1000@exemple.fr")
        row.chunks.all().delete()
        return len(data)

    def _freeze(self) -> int:
        from beffroi.delivery.models import ContactPoint
        from beffroi.delivery.services import messages

        everyone = ContactPoint.objects.of(self._town).values_list("id", flat=True)
        return messages.enqueue(
            self._town, self._message, recipients=everyone, at=datetime.now(UTC)
        )

    def run(self) -> tuple[float, float]:
        """(seconds, CPU seconds) from the freeze to the last row."""
        from django.conf import settings

        from beffroi.delivery.engine.journal import Place
        from beffroi.delivery.engine.worker import Worker
        from beffroi.delivery.queries import messages as queries
        from beffroi.gateways.relay import Relay
        from beffroi.gateways.smtp import SmtpGateway

        place = Place(settings.JOURNAL_DIR, "bench")
        relay = Relay(host=HOST, port=self._port)
        if self._connections:
            relay = Relay(host=HOST, port=self._port, connections=self._connections)
        place.lock()
        with SmtpGateway(relay) as gateway:
            worker = Worker(gateway, place, clock=lambda: datetime.now(UTC))
            started, cpu = time.perf_counter(), time.process_time()
            message_id = self._freeze()
            worker.run_until_idle()
            spent = time.perf_counter() - started, time.process_time() - cpu
        place.unlock()
        accepted = queries.progress(self._town, message_id).accepted
        if accepted != self._recipients:
            raise AssertionError(f"{accepted} of {self._recipients} accepted")
        return spent

    def unseal_us(self) -> float:
        """Mean cost of opening one address, in microseconds."""
        from beffroi.delivery import keys
        from beffroi.delivery.models import ContactPoint

        bound_to = keys.bound_to(self._town.pk, 1)
        rows = [
            (bytes(sealed or b""), key_id)
            for sealed, key_id in ContactPoint.objects.of(self._town).values_list(
                "sealed", "key_id"
            )
        ]
        ring = keys.ring()
        started = time.perf_counter()
        for sealed, key_id in rows:
            ring.unseal(sealed, key_id=key_id, bound_to=bound_to)
        return round((time.perf_counter() - started) / len(rows) * 1e6, 2)


if __name__ == "__main__":
    main()
