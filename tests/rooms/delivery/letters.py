"""What mail servers send back, as they really write it."""

from email.message import EmailMessage

from django.conf import settings

from beffroi.delivery import keys
from beffroi.kit import tokens
from beffroi.servers.outside import answers


def the_return_path(message_id: int, seq: int) -> str:
    local = tokens.verp_local(keys.token_key(), message_id=message_id, seq=seq).decode()
    return f"{local}@{settings.BEFFROI_RETURN_DOMAIN}"


def original(message_id: int, seq: int) -> EmailMessage:
    letter = EmailMessage()
    letter["From"] = "telmail@arcachon.example"
    letter["Subject"] = "Fête de l’été"
    letter["Message-ID"] = f"<{the_return_path(message_id, seq)}>"
    return letter


def a_bounce(
    message_id: int,
    seq: int,
    *,
    address: str = "habitant.0@exemple.fr",
    status: str = "5.1.1",
    action: str = "failed",
) -> bytes:
    raw = answers.bounce(
        recipient=address,
        return_path=the_return_path(message_id, seq),
        original=original(message_id, seq),
    )
    return raw.replace(b"Status: 5.1.1", f"Status: {status}".encode()).replace(
        b"Action: failed", f"Action: {action}".encode()
    )


def a_complaint(message_id: int, seq: int, *, address: str = "habitant.0@exemple.fr") -> bytes:
    return answers.complaint(
        recipient=address,
        return_path=the_return_path(message_id, seq),
        original=original(message_id, seq),
    )


OUT_OF_OFFICE = b"""From: Camille Durand <camille@exemple.fr>\r
To: r-x@retours.localhost\r
Subject: =?utf-8?Q?Absence_du_bureau?=\r
Auto-Submitted: auto-replied\r
Content-Type: text/plain; charset=utf-8\r
\r
Je suis absente jusqu'au 30 novembre.\r
"""

QMAIL = b"""From: MAILER-DAEMON@mx.exemple.fr\r
To: r-x@retours.localhost\r
Subject: failure notice\r
\r
Hi. This is the qmail-send program at mx.exemple.fr.\r
I'm afraid I wasn't able to deliver your message to the following addresses.\r
This is a permanent error; I've given up. Sorry it didn't work out.\r
\r
<camille@exemple.fr>:\r
Sorry, no mailbox here by that name. (#5.1.1)\r
\r
--- Below this line is a copy of the message.\r
\r
Return-Path: <telmail@arcachon.example>\r
Subject: Bonjour\r
"""

NOT_SPAM = b"""From: fbl@orange.example\r
Content-Type: multipart/report; report-type=feedback-report; boundary=b\r
\r
--b\r
Content-Type: text/plain\r
\r
x\r
--b\r
Content-Type: message/feedback-report\r
\r
Feedback-Type: not-spam\r
Version: 1\r
\r
--b--\r
"""
