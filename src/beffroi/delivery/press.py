"""The press: a message is composed once, then one copy is struck for each recipient."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime

from django.conf import settings

from beffroi.delivery import keys
from beffroi.delivery.models import Message
from beffroi.delivery.outgoing import OutgoingMessage
from beffroi.delivery.words import (
    CONFIRM_PATH,
    PREFERENCES_PATH,
    UNSUBSCRIBE_PATH,
    Channel,
    Lane,
    Slot,
)
from beffroi.kit import mime, tokens
from beffroi.kit.contacts import NotAnAddress, canonical_email

_MARKER = re.compile(r"https://slot\.invalid/([^/\s\"'<>]*)/?")
_BASE_URL = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~-]+)*\Z")
_HEADER_TOKEN = re.compile(r"[A-Za-z0-9._:@ -]*\Z")
MAX_HEADER_TOKEN = 200

_PATHS = {
    Slot.UNSUBSCRIBE_URL: UNSUBSCRIBE_PATH,
    Slot.PREFERENCES_URL: PREFERENCES_PATH,
    Slot.CONFIRM_URL: CONFIRM_PATH,
    Slot.CODE: None,
}


class BadText(Exception):
    """This text or one of its headers cannot be sent as it stands."""


@dataclass(frozen=True, kw_only=True)
class Plate:
    """One message, composed. `strike` runs once per recipient: bytes only."""

    message_id: int
    town_id: int
    compiled: mime.Compiled
    token_key: bytes = field(repr=False)
    domain: bytes
    date: bytes
    needs: frozenset[str]

    def strike(
        self, seq: int, contact_point_id: int, link_version: int, address: bytes
    ) -> tuple[bytes, bytes]:
        """(return path, the whole message with its final dot)."""
        key, needs, town_id = self.token_key, self.needs, self.town_id
        local = tokens.verp_local(key, message_id=self.message_id, seq=seq)
        values = {"to": address, "ref": local, "date": self.date}
        if "unsubscribe" in needs:
            values["unsubscribe"] = tokens.link_token(
                key, tokens.Kind.UNSUBSCRIBE, town_id=town_id, number=self.message_id, part=seq
            )
        if "preferences" in needs:
            values["preferences"] = tokens.link_token(
                key,
                tokens.Kind.PREFERENCES,
                town_id=town_id,
                number=contact_point_id,
                part=link_version,
            )
        if "confirm" in needs:
            values["confirm"] = tokens.link_token(
                key,
                tokens.Kind.CONFIRM,
                town_id=town_id,
                number=self.message_id,
                part=seq,
                salt=link_version,
            )
        if "code" in needs:
            values["code"] = tokens.six_digits(
                key, town_id=town_id, message_id=self.message_id, seq=seq
            )
        return local + b"@" + self.domain, self.compiled.fill(values) + b".\r\n"


def compose(message: Message, *, at: datetime) -> Plate:
    """Everything that the recipients share, done once."""
    domain = settings.BEFFROI_RETURN_DOMAIN
    compiled = mime.compile_message(
        headers=list(_headers(message, domain)),
        text=list(_pieces(message.text, message.base_url)),
        html=list(_pieces(message.html, message.base_url)),
        boundary=hashlib.sha256(b"boundary.%d" % message.pk).hexdigest()[:24],
    )
    return Plate(
        message_id=message.pk,
        town_id=message.town_id,
        compiled=compiled,
        token_key=keys.token_key(),
        domain=domain.encode("ascii"),
        date=format_datetime(at).encode("ascii"),
        needs=frozenset(compiled.holes),
    )


def parts(message: OutgoingMessage) -> int:
    """How many parts the networks will count and bill for one delivery."""
    return 1


def check(message: OutgoingMessage) -> None:
    """Refuses before the freeze what could not be sent after it. Raises: BadText."""
    if message.channel == Channel.EMAIL:
        _check_email(message)
    _check_slots(message.text)


def _check_email(message: OutgoingMessage) -> None:
    if not mime.one_line(message.subject) or not message.text.strip():
        raise BadText("A message has a subject and a text")
    if _MARKER.search(message.subject):
        raise BadText("The subject holds no slot")
    if not _BASE_URL.match(message.base_url):
        raise BadText("base_url is a plain address without a final slash")
    for header in (message.list_id, message.feedback_id):
        if not _HEADER_TOKEN.match(header) or len(header) > MAX_HEADER_TOKEN:
            raise BadText("list_id and feedback_id are short plain ASCII")
    _check_slots(message.html)
    for address in filter(None, (message.from_address, message.reply_to)):
        _check_address(address)


def _check_slots(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as broken:
        raise BadText("Broken characters") from broken
    known = {slot.value for slot in Slot}
    for marker in _MARKER.finditer(text):
        if marker[1] not in known or not marker[0].endswith("/"):
            raise BadText("Unknown slot")


def _check_address(address: str) -> None:
    try:
        canonical_email(address)
    except NotAnAddress as bad:
        raise BadText("A sender or reply address is not an address") from bad


def _headers(message: Message, domain: str) -> Iterator[tuple[str, mime.Pieces]]:
    sender = canonical_email(message.from_address)
    yield "From", [mime.mailbox(message.from_name, sender)]
    yield "To", [mime.Hole("to")]
    if message.reply_to:
        yield "Reply-To", [canonical_email(message.reply_to)]
    yield "Subject", [mime.words(message.subject, after=len("Subject: "))]
    yield "Date", [mime.Hole("date")]
    yield "Message-ID", ["<", mime.Hole("ref"), f"@{domain}>"]
    if message.with_list_unsubscribe:
        url = f"<{message.base_url}{UNSUBSCRIBE_PATH}"
        yield "List-Unsubscribe", [url, mime.Hole("unsubscribe"), ">"]
        yield "List-Unsubscribe-Post", ["List-Unsubscribe=One-Click"]
    if message.list_id:
        yield "List-Id", [f"<{message.list_id}>"]
    if message.feedback_id:
        yield "Feedback-ID", [message.feedback_id]
    if message.lane == Lane.TRANSACTIONAL:
        yield "Auto-Submitted", ["auto-generated"]  # RFC 3834, 5
    if message.lane == Lane.CAMPAIGN:
        yield "Precedence", ["bulk"]


def _pieces(text: str, base_url: str) -> Iterator[str | mime.Hole]:
    position = 0
    for marker in _MARKER.finditer(text):
        slot = Slot(marker[1])
        path = _PATHS[slot]
        yield text[position : marker.start()] + (f"{base_url}{path}" if path else "")
        yield mime.Hole(slot.value)
        position = marker.end()
    if position < len(text):
        yield text[position:]
