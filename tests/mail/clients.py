"""Real programs' ways in: SMTP, IMAP, ManageSieve; and an SMTP server that stands for the world."""

import base64
import contextlib
import imaplib
import logging
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Any

from aiosmtpd.controller import Controller

TRUSTING = ssl._create_unverified_context()
"""The servers' certificate is signed by nobody else."""
WORLD = "claire@monde.example"


def letter(subject="Bonjour", *, sender=WORLD, to="x@y.example", text="Un mot.", **headers):
    message = EmailMessage(policy=policy.SMTP)
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain="monde.example")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def codes(refused: smtplib.SMTPRecipientsRefused) -> list[int]:
    return [code for code, _ in refused.recipients.values()]


def eventually(look: Callable[[], object], *, within_s: float = 20, every_s: float = 0.05):
    """What `look` finds, as soon as it finds something."""
    deadline = time.monotonic() + within_s
    while True:
        found = look()
        if found or time.monotonic() > deadline:
            return found
        time.sleep(every_s)


class Inbox:
    """One signed-in IMAP session."""

    def __init__(self, port: int, login: str, password: str) -> None:
        self.link = imaplib.IMAP4_SSL("127.0.0.1", port, ssl_context=TRUSTING, timeout=20)
        try:
            self.link.login(login, password)
        except imaplib.IMAP4.error:
            self.__exit__()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(imaplib.IMAP4.error, OSError):
            self.link.logout()
        with contextlib.suppress(OSError):
            self.link.shutdown()

    def folders(self) -> list[str]:
        _ok, lines = self.link.list()
        return sorted(line.decode().rpartition(' "/" ')[2].strip('"') for line in lines if line)

    def messages(self, folder: str = "INBOX") -> list[EmailMessage]:
        said, _ = self.link.select(f'"{folder}"', readonly=True)
        if said != "OK":
            return []
        _ok, found = self.link.search(None, "ALL")
        read = []
        for number in found[0].split():
            _ok, data = self.link.fetch(number.decode(), "(BODY.PEEK[])")
            if isinstance(data[0], tuple):
                read.append(message_from_bytes(data[0][1], policy=policy.default))
        return read

    def subjects(self, folder: str = "INBOX") -> list[str]:
        return [str(message["Subject"]) for message in self.messages(folder)]

    def holds(self, subject: str, folder: str = "INBOX", *, within_s: float = 20) -> bool:
        return bool(eventually(lambda: subject in self.subjects(folder), within_s=within_s))


class Sieve:
    """As much of ManageSieve (RFC 5804) as a mail program needs to switch a script on."""

    def __init__(self, port: int, login: str, password: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._file = self._socket.makefile("rb")
        self._answer()
        self._say("STARTTLS")
        self._file.close()
        self._socket = TRUSTING.wrap_socket(self._socket)
        self._file = self._socket.makefile("rb")
        self._answer()
        word = base64.b64encode(f"\0{login}\0{password}".encode()).decode()
        self._say(f'AUTHENTICATE "PLAIN" "{word}"')

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._socket.close()

    def switch_on(self, name: str, script: str) -> None:
        size = len(script.encode())
        self._say(f'PUTSCRIPT "{name}" {{{size}+}}\r\n{script}')
        self._say(f'SETACTIVE "{name}"')

    def _say(self, words: str) -> None:
        self._socket.sendall(f"{words}\r\n".encode())
        self._answer()

    def _answer(self) -> None:
        while line := self._file.readline():
            if line.startswith(b"OK"):
                return
            assert not line.startswith((b"NO", b"BYE")), line
        raise AssertionError("ManageSieve hung up")


@dataclass
class World:
    """Every other mail host."""

    port: int
    received: list[tuple[str, list[str], bytes]] = field(default_factory=list)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.received.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        return "250 2.0.0 OK"

    def got(self, recipient: str, subject: str, *, within_s: float = 20) -> Any:
        """The message as it came, once it has come."""
        return eventually(lambda: self._find(recipient, subject), within_s=within_s)

    def _find(self, recipient: str, subject: str) -> bytes | None:
        for _sender, recipients, raw in self.received:
            if recipient in recipients:
                found = str(message_from_bytes(raw, policy=policy.default)["Subject"])
                if subject in found:
                    return raw
        return None

    def senders(self, recipient: str) -> list[str]:
        """Envelope senders; empty for automatic answers."""
        found = [sender for sender, recipients, _ in self.received if recipient in recipients]
        return [sender.strip("<>") for sender in found]


@contextmanager
def the_world(port: int) -> Iterator[World]:
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd says every command
    world = World(port=port)
    controller = Controller(world, hostname="127.0.0.1", port=port, server_hostname="monde.example")
    controller.start()
    try:
        yield world
    finally:
        controller.stop()
