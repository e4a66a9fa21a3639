"""One letter handed to the relay, now. Télmails never come this way: they are pipelined (smtp.py)."""

import smtplib
import ssl

from beffroi.gateways.relay import Relay, Tls

TIMEOUT_S = 20.0


def send(relay: Relay, letter: bytes, *, sender: str, recipient: str) -> bool:
    """Whether the relay accepted it."""
    try:
        with _connect(relay) as link:
            if relay.tls in {Tls.OFFERED, Tls.REQUIRED} and not relay.is_local:
                _secure(link, relay)
            if relay.user:
                link.login(relay.user, relay.password)
            link.sendmail(sender, [recipient], letter)
    except (OSError, smtplib.SMTPException, ssl.SSLError):
        return False
    return True


def _connect(relay: Relay) -> smtplib.SMTP:
    if relay.tls is Tls.IMPLICIT:
        context = relay.tls_context()
        return smtplib.SMTP_SSL(relay.host, relay.port, timeout=TIMEOUT_S, context=context)
    return smtplib.SMTP(relay.host, relay.port, timeout=TIMEOUT_S)


def _secure(link: smtplib.SMTP, relay: Relay) -> None:
    link.ehlo()
    if relay.tls is Tls.REQUIRED or link.has_extn("starttls"):
        link.starttls(context=relay.tls_context())
        link.ehlo()
