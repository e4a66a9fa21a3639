"""E-mails: a message is composed once, then one copy is struck for each recipient."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime

from django.conf import settings

from beffroi.delivery import keys
from beffroi.delivery.models import Message
from beffroi.delivery.outgoing import OutgoingMessage
from beffroi.delivery.press.slots import MARKER, BadText, Filler, check_slots, pieces
from beffroi.delivery.words import UNSUBSCRIBE_PATH, Lane
from beffroi.gateways.parcels import Manner
from beffroi.kit import mime, tokens
from beffroi.kit.contacts import NotAnAddress, canonical_email

_HEADER_TOKEN = re.compile(r"[A-Za-z0-9._:@ -]*\Z")
MAX_HEADER_TOKEN = 200


@dataclass(frozen=True, kw_only=True)
class LetterPlate:
    """One e-mail, composed. `strike` runs once per recipient: bytes only."""

    undated: mime.Compiled
    compiled: mime.Compiled
    """`undated` with the date at which it is to leave."""
    filler: Filler
    returns: tokens.Series
    at_domain: bytes
    manner: Manner | None = None

    def strike(
        self, seq: int, contact_point_id: int, link_version: int, address: bytes
    ) -> tuple[bytes, bytes]:
        """(return path, the whole message with its final dot)."""
        local = self.returns.token(seq)
        values = self.filler.values(seq, contact_point_id, link_version)
        values["to"], values["ref"] = address, local
        return local + self.at_domain, self.compiled.fill(values)

    def at(self, now: datetime) -> "LetterPlate":
        date = format_datetime(now).encode("ascii")
        return replace(self, compiled=self.undated.with_value("date", date))


def compose(message: Message, *, at: datetime) -> LetterPlate:
    """Everything that the recipients share, done once."""
    domain = settings.BEFFROI_RETURN_DOMAIN
    compiled = mime.compile_message(
        headers=list(_headers(message, domain)),
        text=list(pieces(message.text, message.base_url)),
        html=list(pieces(message.html, message.base_url)),
        boundary=hashlib.sha256(b"boundary.%d" % message.pk).hexdigest()[:24],
    ).ending_in(b".\r\n")
    return LetterPlate(
        undated=compiled,
        compiled=compiled,
        filler=Filler(
            message_id=message.pk,
            town_id=message.town_id,
            token_key=keys.token_key(),
            needs=frozenset(compiled.holes),
        ),
        returns=tokens.verp_locals(keys.token_key(), message_id=message.pk),
        at_domain=b"@" + domain.encode("ascii"),
    ).at(at)


def check(message: OutgoingMessage) -> None:
    """Raises: BadText."""
    if not mime.one_line(message.subject) or not message.text.strip():
        raise BadText("A message has a subject and a text")
    if MARKER.search(message.subject):
        raise BadText("The subject holds no slot")
    for header in (message.list_id, message.feedback_id):
        if not _HEADER_TOKEN.match(header) or len(header) > MAX_HEADER_TOKEN:
            raise BadText("list_id and feedback_id are short plain ASCII")
    check_slots(message.html)
    for address in (message.from_address, *filter(None, [message.reply_to])):
        _check_address(address)


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
