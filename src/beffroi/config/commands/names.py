"""The demonstration's names: a Knot of its own stands for the world's DNS, where Knot is installed."""

import base64
import secrets
import signal
from collections.abc import Mapping
from urllib.parse import quote

from beffroi.servers import name_server, tether
from beffroi.servers.layout import Layout, Ports
from beffroi.servers.mail.house import Server
from beffroi.servers.name_server import Zone

ZONES = (
    Zone(name="arcachon.example", records=('_beffroi TXT "arcachon"',)),
    Zone(
        name="ville-arcachon.example",
        records=(
            "@ MX 10 mx.ancien-hebergeur.example.",
            '@ TXT "v=spf1 include:lettre-info.example +all"',
            '@ TXT "verification-moteur=2f6c"',
            '_dmarc TXT "v=DMARC1; p=none"',
            "www A 192.0.2.80",
        ),
    ),
)
"""One that the town's page fills by itself, one that lies elsewhere and is half right."""
_SECRET = "dns_update_key"  # noqa: S105 - the name of a file


def told(layout: Layout, ports: Ports, *, demo: bool) -> dict[str, str]:
    """What the other parts are told; what the person who starts it says wins."""
    if not demo or name_server.installed() is None:
        return {}
    place = f"127.0.0.1:{ports.outside_dns}"
    key = quote(_secret(layout), safe="")
    return {
        "BEFFROI_DNS_RESOLVERS": place,
        "BEFFROI_DNS_AUTHORITY": place,
        "BEFFROI_DNS_UPDATE": f"tsig://{name_server.KEY_NAME}:{key}@{place}",
    }


def servers(
    layout: Layout, ports: Ports, env: Mapping[str, str], *, demo: bool
) -> tuple[Server, ...]:
    if not demo or "BEFFROI_DNS_AUTHORITY" not in env:
        return ()
    run = name_server.prepare(
        layout.dir / "names", port=ports.outside_dns, secret=_secret(layout), zones=ZONES
    )
    return (Server(name="names", command=tuple(tether.command(run, stop=signal.SIGTERM))),)


def _secret(layout: Layout) -> str:
    file = layout.secrets / _SECRET
    if not file.exists():
        file.parent.mkdir(mode=0o700, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(base64.b64encode(secrets.token_bytes(32)).decode(), encoding="ascii")
    return file.read_text(encoding="ascii")
