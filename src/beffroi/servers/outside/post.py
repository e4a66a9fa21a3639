"""Every mailbox of the world, behind one SMTP door; the local part decides how the mailbox behaves."""

import asyncio
import logging
import smtplib
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass

from aiosmtpd.smtp import SMTP, Envelope as Session_Envelope, Session

from beffroi.servers.outside import answers
from beffroi.servers.outside.store import Envelope, Store

log = logging.getLogger(__name__)

SEND_BACK_AFTER_S = 1.0
TRIES, TRY_AGAIN_S = 20, 3.0

REFUSALS = {
    "inconnue.": "550 5.1.1 Cette adresse n'existe pas",
    "pleine.": "452 4.2.2 Cette boite est pleine",
}
TO_THE_TOWN, BACK = "essai-beffroi@", "essai-"
"""Test letters of official mail travel on, as the world would carry them: to the towns' exchanger, then to their returns."""
ANSWERS = {"rebond.": answers.bounce, "plainte.": answers.complaint}


@dataclass(frozen=True, kw_only=True, slots=True)
class WayBack:
    """Where reports are delivered (LMTP)."""

    host: str
    port: int


class World:
    """The handler that aiosmtpd calls."""

    def __init__(
        self, store: Store, way_back: WayBack, *, clock: Callable[[], float], exchanger: int = 0
    ) -> None:
        self._store, self._way_back, self._clock = store, way_back, clock
        self._exchanger = exchanger
        self._answering: set[asyncio.Task[None]] = set()

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,
        session: Session,
        envelope: Session_Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", "250-ENHANCEDSTATUSCODES", responses[-1]]

    async def handle_RCPT(  # noqa: N802
        self,
        server: SMTP,
        session: Session,
        envelope: Session_Envelope,
        address: str,
        rcpt_options: list[str],
    ) -> str:
        for beginning, refusal in REFUSALS.items():
            if address.lower().startswith(beginning):
                return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Session_Envelope
    ) -> str:
        raw = envelope.original_content or b""
        for recipient in envelope.rcpt_tos:
            kept = self._store.add(
                sender=envelope.mail_from or "", recipient=recipient, raw=raw, at=self._clock()
            )
            if recipient.lower().startswith(BACK):
                self._later(asyncio.to_thread(self._carry, kept.sender, recipient, raw))
            elif kept.sender and any(recipient.lower().startswith(start) for start in ANSWERS):
                self._later(self._answer(kept))
        return "250 2.0.0 OK"

    def _later(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    def _carry(self, sender: str, recipient: str, raw: bytes) -> None:
        try:
            if not recipient.lower().startswith(TO_THE_TOWN):
                with smtplib.LMTP(self._way_back.host, self._way_back.port) as back:
                    back.sendmail(sender, [recipient], raw)
            elif self._exchanger:
                with smtplib.SMTP(self._way_back.host, self._exchanger) as there:
                    there.sendmail(sender, [recipient], raw)
        except (OSError, smtplib.SMTPException):
            log.warning("A test letter could not be carried")

    async def _answer(self, envelope: Envelope) -> None:
        start = next(start for start in ANSWERS if envelope.recipient.lower().startswith(start))
        original = self._store.message(envelope)
        if original is None:
            return
        report = ANSWERS[start](
            recipient=envelope.recipient, return_path=envelope.sender, original=original
        )
        await asyncio.sleep(SEND_BACK_AFTER_S)
        await asyncio.to_thread(self._send_back, envelope.sender, report)

    def _send_back(self, return_path: str, report: bytes) -> None:
        for _ in range(TRIES):
            try:
                with smtplib.LMTP(self._way_back.host, self._way_back.port) as back:
                    back.sendmail("", [return_path], report)
            except (OSError, smtplib.SMTPException):
                time.sleep(TRY_AGAIN_S)
            else:
                return
        log.warning("A report could not be sent back")
