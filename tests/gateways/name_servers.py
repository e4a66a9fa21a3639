"""Real name servers (Knot) on loopback."""

import base64
import subprocess
import time
from contextlib import contextmanager
from urllib.parse import quote

import dns.exception
import dns.message
import dns.query

from beffroi.gateways.dns.places import Place, read_update_server
from beffroi.servers import name_server
from beffroi.servers.name_server import Zone
from beffroi.servers.ports import free_port

SECRET = base64.b64encode(b"a secret of thirty-two bytes, no").decode()


@contextmanager
def serving(folder, *zones):
    """Yields the place where a Knot answers for `zones`."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = name_server.prepare(folder, port=port, secret=SECRET, zones=zones)
    with (folder / "log").open("wb") as log:
        knot = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait(zones[0], port, knot, folder)
        yield Place(host="127.0.0.1", port=port)
    finally:
        knot.terminate()
        knot.wait(10)


def update_server(place, *, secret=SECRET):
    return read_update_server(f"tsig://beffroi:{quote(secret, safe='')}@{place.host}:{place.port}")


def _wait(zone: Zone, port, knot, folder):
    query, end = dns.message.make_query(zone.name, "SOA"), time.monotonic() + 20
    while time.monotonic() < end:
        assert knot.poll() is None, (folder / "log").read_text()
        try:
            if dns.query.udp(query, "127.0.0.1", port=port, timeout=0.2).answer:
                return
        except (OSError, dns.exception.DNSException):
            continue
    raise AssertionError((folder / "log").read_text())
