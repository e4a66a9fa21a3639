"""What the world sends back: a non-delivery report (RFC 3464) or a complaint (RFC 5965)."""

from email import message_from_string
from email.message import EmailMessage, Message
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText
from email.policy import SMTP
from email.utils import formatdate, make_msgid

HOST = "monde.example"


def bounce(*, recipient: str, return_path: str, original: EmailMessage) -> bytes:
    """The mailbox does not exist after all."""
    report = _report(
        "delivery-status", to=return_path, subject="Undelivered Mail Returned to Sender"
    )
    report.attach(
        MIMEText(
            f"Votre message n'a pas pu être remis à <{recipient}> : cette adresse n'existe pas.\n",
            _charset="utf-8",
        )
    )
    report.attach(
        _fields(
            "delivery-status",
            f"Reporting-MTA: dns; {HOST}\r\nArrival-Date: {formatdate()}\r\n\r\n"
            f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
            f"Diagnostic-Code: smtp; 550 5.1.1 <{recipient}>: user unknown\r\n",
        )
    )
    report.attach(_headers_of(original))
    return report.as_bytes(policy=SMTP)


def complaint(*, recipient: str, return_path: str, original: EmailMessage) -> bytes:
    """The reader pressed the button that says it is spam."""
    domain = return_path.rpartition("@")[2]
    report = _report("feedback-report", to=f"plaintes@{domain}", subject="Abuse report")
    report.attach(MIMEText("This is an abuse report.\n"))
    report.attach(
        _fields(
            "feedback-report",
            "Feedback-Type: abuse\r\nUser-Agent: Monde/1.0\r\nVersion: 1\r\n"
            f"Original-Mail-From: <{return_path}>\r\nArrival-Date: {formatdate()}\r\n",
        )
    )
    report.attach(_headers_of(original))
    return report.as_bytes(policy=SMTP)


def _report(kind: str, *, to: str, subject: str) -> MIMEMultipart:
    report = MIMEMultipart("report")
    report.set_param("report-type", kind)
    report["From"] = f"Mail Delivery System <mailer-daemon@{HOST}>"
    report["To"] = f"<{to}>"
    report["Subject"] = subject
    report["Date"] = formatdate()
    report["Message-ID"] = make_msgid(domain=HOST)
    report["Auto-Submitted"] = "auto-replied"
    return report


def _fields(subtype: str, text: str) -> Message:
    head = f"Content-Type: message/{subtype}\r\nMIME-Version: 1.0\r\n\r\n"
    return message_from_string(head + text)


def _headers_of(original: EmailMessage) -> MIMENonMultipart:
    part = MIMENonMultipart("text", "rfc822-headers")
    kept = ("From", "Subject", "Date", "Message-ID")
    lines = [f"{name}: {str(original[name]).strip()}" for name in kept if name in original]
    part.set_payload("\r\n".join(lines).encode("ascii", "replace").decode("ascii") + "\r\n")
    return part
