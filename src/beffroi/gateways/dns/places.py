"""Which name servers are asked, and with which key the operator's own is written to."""

from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

DNS_PORT = 53


class BadPlace(ValueError):
    """An address that cannot be read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    host: str
    """In figures: a name server that has to be looked up first helps nobody."""
    port: int = DNS_PORT


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    resolvers: tuple[Place, ...] = ()
    """Who stands for the world. Empty: the machine's own resolver."""
    authority: tuple[Place, ...] = ()
    """Empty: a domain's own servers are found in the DNS, as they should."""
    authority_port: int = DNS_PORT
    """On which the servers that were found are asked; other than 53 in tests only."""
    allow_private: bool = False
    """Tests and the demonstration: name servers on loopback are asked too."""


@dataclass(frozen=True, kw_only=True, slots=True)
class UpdateServer:
    place: Place
    key_name: str
    secret: str
    algorithm: str


def read_places(addresses: str) -> tuple[Place, ...]:
    """« 80.67.169.12, 127.0.0.1:9653 ». Raises: BadPlace."""
    return tuple(_place(one.strip()) for one in addresses.split(",") if one.strip())


def _place(text: str) -> Place:
    parts = urlsplit(f"//{text}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError as failure:
        raise BadPlace(text) from failure
    if not host:
        raise BadPlace(text)
    return Place(host=host, port=port or DNS_PORT)


def read_update_server(address: str) -> UpdateServer | None:
    """« tsig://key-name:secret@192.0.2.53:53?algorithm=hmac-sha256 »; None for an empty address. Raises: BadPlace."""
    if not address:
        return None
    parts = urlsplit(address)
    if parts.scheme != "tsig" or not (parts.username and parts.password):
        raise BadPlace("tsig://key:secret@server is expected")
    place = _place(parts.netloc.rpartition("@")[2])
    return UpdateServer(
        place=place,
        key_name=unquote(parts.username),
        secret=unquote(parts.password),
        algorithm=parse_qs(parts.query).get("algorithm", ["hmac-sha256"])[0],
    )
