"""Reads what comes back: non-delivery reports (RFC 3464), complaints (RFC 5965), automatic replies (RFC 3834).

Status and Action are read here first: the fallback library calls "Status 4.x.x, Action failed" permanent.
"""

import email
import enum
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.policy import compat32

from flufl.bounce import all_failures

from beffroi.delivery.parse.status import STATUS, Severity, severity

_LIBRARY_STUMBLES = (LookupError, ValueError, TypeError, AttributeError)
"""flufl.bounce 6.0.0 raises IndexError when there is no From; nobody knows what else it meets."""
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)  # it logs the trace of each stumble
MAX_REPORT_BYTES = 1024 * 1024
_QUOTES = frozenset({"message/rfc822", "message/rfc822-headers", "text/rfc822-headers"})
_SMTP_CODE = re.compile(r"\b[45]\d\d\b")
_ADDRESS = re.compile(r"<?([A-Za-z0-9._=+-]+@[A-Za-z0-9.-]+)>?")


class ReportKind(enum.Enum):
    HARD_BOUNCE = enum.auto()
    SOFT_BOUNCE = enum.auto()
    COMPLAINT = enum.auto()
    DELIVERED = enum.auto()
    """A report that says all is well."""
    DELAYED = enum.auto()
    """Still being tried by somebody else."""
    AUTOMATIC_REPLY = enum.auto()
    """Out of office and the like."""
    UNREADABLE = enum.auto()


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    kind: ReportKind
    status: str = ""
    """Enhanced status code, when given."""
    references: tuple[str, ...] = ()
    """Addresses and Message-IDs inside that may be return paths of ours; local@domain."""


def read(raw: bytes) -> Report:
    """What this message says; never raises for a bad one."""
    message = email.message_from_bytes(raw[:MAX_REPORT_BYTES], policy=compat32)
    references = tuple(dict.fromkeys(_references(message)))
    for part in message.walk():
        content_type = part.get_content_type()
        if content_type == "message/feedback-report":
            return _complaint(part, references)
        if content_type == "message/delivery-status":
            report = _delivery_status(part, references)
            if report is not None:
                return report
    if _is_automatic(message):
        return Report(kind=ReportKind.AUTOMATIC_REPLY, references=references)
    return _by_library(message, references)


def _delivery_status(part: Message, references: tuple[str, ...]) -> Report | None:
    """The worst of the recipients' fields; ours have one recipient."""
    found: list[Report] = []
    for fields in _field_groups(part):
        action = str(fields.get("Action", "")).strip().lower()
        if not action:
            continue
        status, code = _status(fields)
        kind = _kind(action, status, code)
        if kind is not None:
            found.append(Report(kind=kind, status=status, references=references))
    order = [ReportKind.HARD_BOUNCE, ReportKind.SOFT_BOUNCE, ReportKind.DELAYED]
    return min(found, key=lambda r: order.index(r.kind) if r.kind in order else 9, default=None)


def _status(fields: Message) -> tuple[str, int]:
    """(enhanced status, SMTP code). "5.0.0" says nothing: the diagnostic often knows better."""
    diagnostic = str(fields.get("Diagnostic-Code", ""))
    found = STATUS.search(str(fields.get("Status", "")))
    better = STATUS.search(diagnostic)
    if better is not None and (found is None or found[0].endswith(".0.0")):
        found = better
    code = _SMTP_CODE.search(diagnostic)
    return found[0] if found else "", int(code[0]) if code else 0


def _kind(action: str, status: str, code: int) -> ReportKind | None:
    if action in {"delivered", "relayed", "expanded"}:
        return ReportKind.DELIVERED
    if action == "delayed":
        return ReportKind.DELAYED
    if action != "failed":
        return None
    if not status or status == "5.0.0":
        hard = severity(code or 550, "") is Severity.HARD
    else:
        hard = severity(code, status) is Severity.HARD
    return ReportKind.HARD_BOUNCE if hard else ReportKind.SOFT_BOUNCE


def _field_groups(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    if isinstance(payload, list):  # the parser cut it at the blank lines
        yield from (group for group in payload if isinstance(group, Message))
        return
    for group in re.split(r"\r?\n\s*\r?\n", str(payload)):
        yield email.message_from_string(group.strip() + "\n\n", policy=compat32)


def _complaint(part: Message, references: tuple[str, ...]) -> Report:
    """ "not-spam" is the opposite of a complaint (RFC 6430)."""
    for fields in _field_groups(part):
        if str(fields.get("Feedback-Type", "")).strip().lower() == "not-spam":
            return Report(kind=ReportKind.DELIVERED, references=references)
    return Report(kind=ReportKind.COMPLAINT, references=references)


def _is_automatic(message: Message) -> bool:
    submitted = str(message.get("Auto-Submitted", "")).split(";")[0].strip().lower()
    if message.get_content_type() == "multipart/report":
        return False
    if submitted.startswith("auto-") or "X-Autoreply" in message or "X-Autorespond" in message:
        return not _from_daemon(message)
    precedence = str(message.get("Precedence", "")).strip().lower()
    return precedence == "auto_reply"


def _from_daemon(message: Message) -> bool:
    sender = str(message.get("From", "")).lower()
    return "mailer-daemon" in sender or "postmaster" in sender


def _by_library(message: Message, references: tuple[str, ...]) -> Report:
    try:
        temporary, permanent = all_failures(message)
    except _LIBRARY_STUMBLES:
        return Report(kind=ReportKind.UNREADABLE, references=references)
    if not temporary and not permanent:
        return Report(kind=ReportKind.UNREADABLE, references=references)
    status = STATUS.search(_start_of_text(message))
    hard = severity(0, status[0]) is Severity.HARD if status is not None else bool(permanent)
    kind = ReportKind.HARD_BOUNCE if hard else ReportKind.SOFT_BOUNCE
    return Report(kind=kind, status=status[0] if status else "", references=references)


def _start_of_text(message: Message) -> str:
    for part in message.walk():
        if part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                return payload[:8_192].decode("utf-8", "replace")
    return ""


def _references(message: Message) -> Iterator[str]:
    """Everything in the report that may name the delivery: envelope fields first, then quoted headers."""
    for part in message.walk():
        content_type = part.get_content_type()
        if content_type == "message/feedback-report":
            for fields in _field_groups(part):
                yield from _addresses(str(fields.get("Original-Mail-From", "")))
        elif content_type in _QUOTES:
            for original in _originals(part):
                yield from _quoted(original)
    for name in ("In-Reply-To", "References"):
        yield from _addresses(str(message.get(name, "")))


def _originals(part: Message) -> Iterator[Message]:
    """The message that the report is about, or its headers."""
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (original for original in payload if isinstance(original, Message))
        return
    text = part.get_payload(decode=True)
    if isinstance(text, bytes):
        yield email.message_from_bytes(text, policy=compat32)


def _quoted(original: Message) -> Iterator[str]:
    for name in ("Message-ID", "Return-Path"):
        yield from _addresses(str(original.get(name, "")))


def _addresses(text: str) -> Iterator[str]:
    yield from (match[1] for match in _ADDRESS.finditer(text))
