"""Knot on loopback with zones of its own: the demonstration's DNS and the tests'. It answers, and takes updates signed with one key."""

import shutil
from dataclasses import dataclass
from pathlib import Path

KEY_NAME = "beffroi"
ALGORITHM = "hmac-sha256"


@dataclass(frozen=True, kw_only=True, slots=True)
class Zone:
    name: str
    records: tuple[str, ...] = ()
    """Lines of a zone file beside its SOA and NS, which are written here."""


def installed() -> Path | None:
    found = shutil.which("knotd", path="/usr/sbin:/usr/local/sbin")
    return Path(found) if found else None


def prepare(folder: Path, *, port: int, secret: str, zones: tuple[Zone, ...]) -> list[str]:
    """Writes configuration and zones, those that are there already excepted; the command that serves them."""
    for place in ("zones", "database", "run"):
        (folder / place).mkdir(parents=True, exist_ok=True)
    for zone in zones:
        file = folder / "zones" / f"{zone.name}.zone"
        if not file.exists():
            file.write_text(_zone_file(zone), encoding="ascii")
    configuration = folder / "knot.conf"
    configuration.touch(mode=0o600)
    configuration.write_text(_configuration(folder, port, secret, zones), encoding="utf-8")
    return [str(installed() or "knotd"), "--config", str(configuration)]


def _zone_file(zone: Zone) -> str:
    head = (
        f"$ORIGIN {zone.name}.",
        "$TTL 300",
        "@ SOA ns1 hostmaster 1 3600 600 604800 60",
        "@ NS ns1",
        "ns1 A 127.0.0.1",
    )
    return "\n".join((*head, *zone.records, ""))


def _configuration(folder: Path, port: int, secret: str, zones: tuple[Zone, ...]) -> str:
    lines = [
        "server:",
        f'  rundir: "{folder / "run"}"',
        f"  listen: 127.0.0.1@{port}",
        "  udp-workers: 1",
        "  tcp-workers: 1",
        "  background-workers: 1",
        "log:",
        "- target: stderr",
        "  any: warning",
        "database:",
        f'  storage: "{folder / "database"}"',
        "key:",
        f"- id: {KEY_NAME}",
        f"  algorithm: {ALGORITHM}",
        f"  secret: {secret}",
        "acl:",
        "- id: updates",
        f"  key: {KEY_NAME}",
        "  action: update",
        "template:",
        "- id: default",
        f'  storage: "{folder / "zones"}"',
        '  file: "%s.zone"',
        "  acl: updates",
        "  zonefile-sync: 0",
        "zone:",
        *(f"- domain: {zone.name}" for zone in zones),
    ]
    return "\n".join((*lines, ""))
