"""Where the relay is and how it wants to be spoken to: smtp://user:password@host:port?tls=required."""

import enum
import ssl
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class BadRelay(Exception):
    """This is not the address of a relay."""


class Tls(enum.Enum):
    NEVER = "never"
    OFFERED = "offered"
    """STARTTLS when the relay has it, whoever signed its certificate, as mail servers do among themselves."""
    REQUIRED = "required"
    """STARTTLS with a certificate that can be checked, or nothing is sent."""
    IMPLICIT = "implicit"
    """smtps: TLS from the first byte, certificate checked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Relay:
    host: str
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    tls: Tls = Tls.OFFERED
    hello: str = "localhost"
    connections: int = 8
    """performance.md 1.2: past four to ten nothing is gained."""
    connect_timeout_s: float = 10.0
    reply_timeout_s: float = 600.0
    """RFC 5321, 4.5.3.2.6: up to ten minutes for the answer to the final dot."""
    context: ssl.SSLContext | None = None

    @property
    def is_local(self) -> bool:
        return self.host in LOOPBACK

    def tls_context(self) -> ssl.SSLContext:
        if self.context is not None:
            return self.context
        context = ssl.create_default_context()
        if self.tls is Tls.OFFERED:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def relay_from_url(url: str, *, hello: str = "localhost") -> Relay:
    """Raises: BadRelay."""
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise BadRelay(parts.scheme)
    options = parse_qs(parts.query)
    try:
        tls = Tls(options.get("tls", [Tls.OFFERED.value])[0])
        connections = int(options.get("connections", ["8"])[0])
        port = parts.port or (465 if parts.scheme == "smtps" else 25)
    except ValueError as bad:
        raise BadRelay(parts.hostname) from bad
    return Relay(
        host=parts.hostname,
        port=port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=Tls.IMPLICIT if parts.scheme == "smtps" else tls,
        hello=hello,
        connections=max(1, connections),
    )
