"""Two relays that are not ours, behind one face: aiosmtpd and Postfix's smtp-sink."""

import logging
import os
import re
import socket
import ssl
import subprocess
import time
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from beffroi.servers.ports import free_port
from beffroi.servers.postfix_tools import find_or_fetch

TOOLS = Path(os.environ.get("BEFFROI_TOOLS", "/var/tmp/beffroi-tools"))


class Aiosmtpd:
    """A relay in a thread of this process."""

    def __init__(
        self,
        folder: Path,
        *,
        soft: str = "",
        hard: str = "",
        quit_at: str = "",
        pipelining: bool = True,
        tls: ssl.SSLContext | None = None,
        require_tls: bool = False,
        password: str = "",
    ) -> None:
        self.soft, self.hard, self.quit_at, self.pipelining = soft, hard, quit_at, pipelining
        self.password = password
        self.received: list[tuple[str, str, bytes]] = []
        self.secured = 0
        self.port = free_port()
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            tls_context=tls,
            require_starttls=require_tls,
            authenticator=self._sign_in if password else None,
            auth_required=bool(password),
        )
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    def recipients(self) -> list[str]:
        return [recipient for _, recipient, _ in self.received]

    def _sign_in(self, server, session, envelope, mechanism, data):
        good = data.login == b"mairie" and data.password == self.password.encode()
        return AuthResult(success=good, handled=False)

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802 - aiosmtpd names it
        session.host_name = hostname
        self.secured += session.ssl is not None
        extra = ["250-PIPELINING"] if self.pipelining else []
        return [*responses[:-1], *extra, responses[-1]]

    def _answer(self, command: str, server) -> str:
        if command == self.soft:
            return "451 4.3.0 Later"
        if command == self.hard:
            return "550 5.1.1 No"
        if command == self.quit_at:
            server.transport.abort()
        return ""

    async def handle_MAIL(self, server, session, envelope, address, mail_options):  # noqa: N802 - aiosmtpd names it
        answer = self._answer("MAIL", server)
        if not answer:
            envelope.mail_from = address
        return answer or "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802 - aiosmtpd names it
        answer = self._answer("RCPT", server)
        if not answer:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd names it
        answer = self._answer(".", server)
        if not answer:
            self.received += [
                (envelope.mail_from, recipient, envelope.original_content)
                for recipient in envelope.rcpt_tos
            ]
        return answer or "250 2.0.0 OK"


class SmtpSink:
    """Postfix's own sink, another code base; it writes each message to a file."""

    def __init__(
        self,
        folder: Path,
        *,
        soft: str = "",
        hard: str = "",
        quit_at: str = "",
        pipelining: bool = True,
    ) -> None:
        tools = find_or_fetch(TOOLS)
        folder.chmod(0o777)
        self._folder, self.port = folder, free_port()
        options = ["-d", "%M"]
        for flag, command in (("-r", soft), ("-f", hard), ("-q", quit_at)):
            if command:
                options += [flag, command]
        if not pipelining:
            options.append("-p")
        self._process = subprocess.Popen(
            tools.sink_command("127.0.0.1", self.port, *options),
            cwd=folder,
            env=tools.environment(),
        )
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)

    def recipients(self) -> list[str]:
        found = []
        for path in self._folder.iterdir():
            try:
                written = path.read_bytes()
            except FileNotFoundError:  # smtp-sink withdraws the file of a message that was given up
                continue
            match = re.search(rb"^X-Rcpt-Args: <([^>]*)>", written, re.MULTILINE)
            if match:
                found.append(match[1].decode())
        return found
