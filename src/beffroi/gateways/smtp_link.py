"""One SMTP connection: greeting, TLS, sign-in, commands out and replies in."""

import base64
import re
import socket
import ssl
from collections import deque
from functools import lru_cache
from typing import NamedTuple

from beffroi.gateways.relay import Relay, Tls

READ_BYTES = 65_536
MAX_REPLY_BYTES = 65_536
_STATUS = re.compile(rb"([245]\.\d{1,3}\.\d{1,3})(?:\s|$)")


class Reply(NamedTuple):
    code: int
    text: bytes

    @property
    def status(self) -> str:
        """Enhanced status code (RFC 2034), or nothing."""
        found = _STATUS.match(self.text)
        return found[1].decode("ascii") if found else ""


class Broken(Exception):
    """The connection is of no more use."""


class TurnedAway(Exception):
    """The relay answered, and will not talk with us now."""


class Link:
    """Raises Broken for anything that goes wrong with the connection itself."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._lines: deque[bytes] = deque()
        self._rest = b""
        """What has come of a line that is not whole yet."""
        self.extensions: dict[str, str] = {}
        self.used = 0
        try:
            self._socket: socket.socket = socket.create_connection(
                (relay.host, relay.port), timeout=relay.connect_timeout_s
            )
        except OSError as unreachable:
            raise Broken(str(unreachable)) from unreachable
        try:
            self._open()
        except BaseException:
            self._socket.close()
            raise

    def _open(self) -> None:
        relay = self._relay
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.settimeout(relay.reply_timeout_s)
        if relay.tls is Tls.IMPLICIT:
            self._wrap()
        self._expect(220, self.read())
        self._hello()
        if relay.tls is Tls.REQUIRED or (
            relay.tls is Tls.OFFERED and "STARTTLS" in self.extensions
        ):
            self._expect(220, self.ask(b"STARTTLS\r\n"))
            self._wrap()
            self._hello()
        if relay.user:
            self._sign_in()
        self.pipelining = "PIPELINING" in self.extensions
        self.eight_bit = "8BITMIME" in self.extensions
        size = self.extensions.get("SIZE", "")
        self.says_size = "SIZE" in self.extensions
        self.max_bytes = int(size) if size.isdigit() else 0

    def _wrap(self) -> None:
        try:
            self._socket = self._relay.tls_context().wrap_socket(
                self._socket, server_hostname=self._relay.host
            )
        except (OSError, ValueError) as refused:
            raise Broken("TLS failed") from refused
        self._lines.clear()
        self._rest = b""  # RFC 3207, 6: nothing said before TLS counts

    def _hello(self) -> None:
        reply = self.ask(f"EHLO {self._relay.hello}\r\n".encode("ascii"))
        if reply.code // 100 == 5:
            self._expect(250, self.ask(f"HELO {self._relay.hello}\r\n".encode("ascii")))
            self.extensions = {}
            return
        self._expect(250, reply)
        lines = reply.text.decode("ascii", "replace").splitlines()[1:]
        pairs = (line.strip().partition(" ") for line in lines)
        self.extensions = {word.upper(): value.strip() for word, _, value in pairs}

    def _sign_in(self) -> None:
        relay = self._relay
        if not isinstance(self._socket, ssl.SSLSocket) and not relay.is_local:
            raise TurnedAway("No password without TLS")
        user, password = relay.user.encode(), relay.password.encode()
        if "PLAIN" in self.extensions.get("AUTH", "").upper().split():
            secret = base64.b64encode(b"\0" + user + b"\0" + password)
            self._expect(235, self.ask(b"AUTH PLAIN " + secret + b"\r\n"))
            return
        self._expect(334, self.ask(b"AUTH LOGIN\r\n"))
        self._expect(334, self.ask(base64.b64encode(user) + b"\r\n"))
        self._expect(235, self.ask(base64.b64encode(password) + b"\r\n"))

    @staticmethod
    def _expect(code: int, reply: Reply) -> None:
        if reply.code != code:
            raise TurnedAway(str(reply.code))

    def ask(self, command: bytes) -> Reply:
        self.write(command)
        return self.read()

    def write(self, data: bytes) -> None:
        try:
            self._socket.sendall(data)
        except OSError as lost:
            raise Broken("Lost while writing") from lost

    @property
    def has_reply(self) -> bool:
        """Whether something is there to read without waiting."""
        return bool(self._lines)

    def fileno(self) -> int:
        return self._socket.fileno()

    def expire(self) -> None:
        """It has been waited for long enough: the next read fails instead of waiting again."""
        self._socket.settimeout(0.001)

    def read(self) -> Reply:
        """The next whole reply."""
        texts: list[bytes] = []
        while True:
            while not self._lines:
                self._receive()
            line = self._lines.popleft()
            if line[3:4] != b"-":
                break
            texts.append(line[4:].rstrip(b"\r"))
        reply = _usual(line) if line[:1] in b"23" else _reply(line)
        return reply._replace(text=b"\n".join([*texts, reply.text])) if texts else reply

    def _receive(self) -> None:
        try:
            more = self._socket.recv(READ_BYTES)
        except OSError as lost:
            raise Broken("Lost while reading") from lost
        if not more or len(self._rest) > MAX_REPLY_BYTES:
            raise Broken("Closed by the relay")
        *whole, self._rest = (self._rest + more).split(b"\n")
        self._lines.extend(whole)

    def close(self, *, politely: bool = False) -> None:
        if politely:
            try:
                self._socket.settimeout(1.0)
                self._socket.sendall(b"QUIT\r\n")
            except OSError:
                pass  # it is being closed anyway
        self._socket.close()


def _reply(line: bytes) -> Reply:
    """Raises: Broken."""
    try:
        return Reply(int(line[:3]), line[4:].rstrip(b"\r"))
    except ValueError as noise:
        raise Broken("Not SMTP") from noise


_usual = lru_cache(maxsize=64)(_reply)
"""A relay that is content says the same few lines again and again."""
