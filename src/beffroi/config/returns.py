"""Entry point of what comes back: python -m beffroi.config.returns. LMTP (RFC 2033) on the loopback."""

import asyncio
import logging
import signal
from datetime import UTC, datetime

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from beffroi.config import django_alone

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
MAX_BYTES = 10 * 1024 * 1024


class Returns:
    """The handler that aiosmtpd calls: 250 only once the report is committed."""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        rcpt_options: list[str],
    ) -> str:
        from django.conf import settings

        if address.rpartition("@")[2].lower() != settings.BEFFROI_RETURN_DOMAIN.lower():
            return "550 5.1.2 Not our domain"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """One answer per recipient (RFC 2033, 4.2)."""
        raw = envelope.original_content or b""
        answers = [
            await asyncio.to_thread(_receive, raw, recipient) for recipient in envelope.rcpt_tos
        ]
        return "\r\n".join(answers)

    async def handle_exception(self, error: Exception) -> str:
        """Whatever went wrong here, the report must be brought again."""
        log.error("A report could not be taken in", exc_info=error)
        return "451 4.3.0 Try again later"


def _receive(raw: bytes, recipient: str) -> str:
    from django.db import InterfaceError, OperationalError, close_old_connections, connection

    from beffroi.delivery.services import returns
    from beffroi.mailhosting import report_addresses
    from beffroi.mailhosting.services import loops, mail_reports

    close_old_connections()
    try:
        if report_addresses.is_one(recipient):
            mail_reports.receive(raw, recipient=recipient, at=datetime.now(UTC))
        elif report_addresses.is_loop(recipient):
            loops.receive(raw, recipient=recipient, at=datetime.now(UTC))
        else:
            returns.receive(raw, envelope_recipient=recipient, at=datetime.now(UTC))
    except (OperationalError, InterfaceError):
        connection.close()
        log.warning("The database is away; the report will be brought again")
        return "451 4.3.0 Try again later"
    return "250 2.0.0 OK"


async def serve(port: int) -> None:
    """Until SIGTERM or SIGINT."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    handler = Returns()
    server = await loop.create_server(
        lambda: LMTP(
            handler, hostname="localhost", ident="Beffroi", data_size_limit=MAX_BYTES, loop=loop
        ),
        HOST,
        port,
    )
    log.info("Ready")
    async with server:
        await stop.wait()


def main() -> None:
    django_alone.set_up()
    from django.conf import settings

    logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd says every command
    asyncio.run(serve(settings.BEFFROI_LMTP_PORT))


if __name__ == "__main__":
    main()
