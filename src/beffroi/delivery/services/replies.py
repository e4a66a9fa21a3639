"""What residents answer to an SMS: STOP is obeyed, the rest is kept for the town. The sender's number says whose
it is, and the short code that they answered which towns it concerns."""

import json
import logging
import re
import unicodedata
import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction

from beffroi.delivery import keys
from beffroi.delivery.kinds import kind
from beffroi.delivery.models import Event, InboundText, Message, StrayReturn, WaitingReply
from beffroi.delivery.outgoing import DeliveryRef
from beffroi.delivery.services import stops
from beffroi.delivery.services.returns import NO_TOWN
from beffroi.delivery.statements import statement
from beffroi.delivery.words import Channel, EventKind, Lane, StopReason
from beffroi.gateways.parcels import Report, ReportKind
from beffroi.kit.phones import NotAPhone
from beffroi.kit.sealing import UnknownKey, Unreadable
from beffroi.towns.models import Town

log = logging.getLogger(__name__)

_STOP_WORDS = frozenset(
    {"stop", "arret", "arreter", "arretez", "desabo", "desabonnement", "desabonner", "desinscription",
     "desinscrire", "stopsms", "stoppub", "unsubscribe"}
)  # fmt: skip
STOP_WORDS_MAX = 4
"""« Stop merci beaucoup » asks to stop; a sentence that happens to begin with « arrêt » does not."""


AT_ONCE = 1_000


class _Correspondence(NamedTuple):
    """The last SMS that one town sent to a number."""

    town_id: int
    contact_point_id: int
    message_id: int
    seq: int
    sender: str


def asks_to_stop(text: str) -> bool:
    """STOP, Arrêt, « désabo », s t o p, STOP 36180…"""
    plain = unicodedata.normalize("NFD", text.casefold())
    words = re.findall(r"[a-z]+", "".join(c for c in plain if not unicodedata.combining(c)))
    if "".join(words) in _STOP_WORDS:
        return True
    return bool(words) and words[0] in _STOP_WORDS and len(words) <= STOP_WORDS_MAX


@transaction.atomic
def keep(reply: Report, *, at: datetime) -> None:
    """The towns that wrote under the sender which was answered are obeyed or told; else the one that wrote last."""
    letters = _correspondence(reply.sender.decode("ascii", "replace"))
    answered = [letter for letter in letters if letter.sender == reply.to] or letters[:1]
    if not answered:
        _stray(reply, at=at)
    elif asks_to_stop(reply.text):
        for letter in answered:
            _stop(letter, at=at)
    else:
        _tell(answered[0], reply.text, at=at)


def take_in(reports: Sequence[Report], *, at: datetime) -> None:
    """Puts the answers among these away, sealed, until `keep_waiting`; needs to see no town."""
    ring, bound_to = keys.ring(), keys.bound_to(NO_TOWN, Channel.SMS)
    for report in reports:
        if report.kind is not ReportKind.REPLY:
            continue
        plain = _written(report)
        WaitingReply.objects.get_or_create(
            digest=ring.fingerprint(plain, bound_to=bound_to),
            defaults={
                "at": at,
                "raw": ring.seal(plain, bound_to=bound_to),
                "key_id": ring.current,
            },
        )


def keep_waiting() -> int:
    """Keeps the answers that were taken in, each as of when it came; says how many.

    One that cannot be opened stays, for the day when its key is back, and holds up no other.
    """
    waiting = list(WaitingReply.objects.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    return sum(_keep_one(pk) for pk in waiting)


@transaction.atomic
def _keep_one(pk: int) -> bool:
    row = WaitingReply.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
    if row is None:
        return False
    bound_to = keys.bound_to(NO_TOWN, Channel.SMS)
    try:
        plain = keys.ring_with(row.key_id).unseal(
            bytes(row.raw), key_id=row.key_id, bound_to=bound_to
        )
    except (UnknownKey, Unreadable):
        log.exception("A waiting reply cannot be opened", extra={"waiting_reply": pk})
        return False
    keep(_read(plain), at=row.at)
    row.delete()
    return True


def _written(reply: Report) -> bytes:
    sender = reply.sender.decode("latin-1")
    return json.dumps([reply.provider, sender, reply.to, reply.text]).encode()


def _read(plain: bytes) -> Report:
    provider, sender, to, text = json.loads(plain)
    return Report(ReportKind.REPLY, provider, "", sender=sender.encode("latin-1"), to=to, text=text)


def _correspondence(number: str) -> list[_Correspondence]:
    """What was last sent to this number by each town, newest first."""
    try:
        canonical = kind(Channel.SMS).canonical(number)
    except NotAPhone:
        return []
    plain, ring = kind(Channel.SMS).comparable(canonical), keys.ring()
    town_ids = list(Town.objects.values_list("pk", flat=True))
    fingerprints = [
        ring.fingerprint(plain, bound_to=keys.bound_to(town_id, Channel.SMS), key_id=key_id)
        for town_id in town_ids
        for key_id in ring.generations
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            statement("correspondence"), {"channel": Channel.SMS, "fingerprints": fingerprints}
        )
        return [_Correspondence(*row) for row in cursor.fetchall()]


def _stop(letter: _Correspondence, *, at: datetime) -> None:
    town = Town.objects.get(pk=letter.town_id)
    message = Message.objects.of(town).get(id=letter.message_id)
    through = DeliveryRef(
        message_id=letter.message_id,
        seq=letter.seq,
        contact_point_id=letter.contact_point_id,
        reference=message.reference,
        theme_ids=tuple(message.theme_ids),
        lane=Lane(message.lane),
        frozen_at=message.frozen_at,
    )
    stops.stop(
        town, letter.contact_point_id, reason=StopReason.UNSUBSCRIBED, at=at, through=through
    )
    log.info("A reply asked to stop", extra={"message_id": letter.message_id, "seq": letter.seq})


def _tell(letter: _Correspondence, text: str, *, at: datetime) -> None:
    town, ring = Town.objects.get(pk=letter.town_id), keys.ring()
    bound_to = keys.bound_to(town.pk, Channel.SMS)
    plain = text.encode("utf-8", "replace")
    _, created = InboundText.objects.of(town).get_or_create(
        contact_point_id=letter.contact_point_id,
        message_id=letter.message_id,
        digest=ring.fingerprint(plain, bound_to=bound_to),
        defaults={
            "town": town,
            "seq": letter.seq,
            "at": at,
            "raw": ring.seal(plain, bound_to=bound_to),
            "key_id": ring.current,
        },
    )
    if created:
        Event.objects.create_in(
            town,
            message_id=letter.message_id,
            seq=letter.seq,
            kind=EventKind.REPLIED,
            at=at,
        )


def _stray(reply: Report, *, at: datetime) -> None:
    """From a number to which nobody here ever wrote."""
    ring, bound_to = keys.ring(), keys.bound_to(NO_TOWN, Channel.EMAIL)
    plain = b"%b\n%b\n%b" % (reply.sender, reply.to.encode(), reply.text.encode("utf-8", "replace"))
    StrayReturn.objects.get_or_create(
        digest=ring.fingerprint(plain, bound_to=bound_to),
        defaults={
            "at": at,
            "why": "reply of a stranger",
            "raw": ring.seal(zlib.compress(plain), bound_to=bound_to),
            "key_id": ring.current,
        },
    )
