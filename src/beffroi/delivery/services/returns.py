"""What comes back: recorded first, then acted on. Names no town: the return path says which delivery it is."""

import enum
import hashlib
import logging
import zlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from beffroi.delivery import keys
from beffroi.delivery.models import Delivery, Event, StrayReturn
from beffroi.delivery.parse.reports import Report, ReportKind, read
from beffroi.delivery.services import bounces
from beffroi.delivery.words import Channel, DeliveryState, EventKind
from beffroi.kit import tokens
from beffroi.towns.models import Town

log = logging.getLogger(__name__)

RAW_KEPT_BYTES = 64 * 1024
DIGEST_BYTES = 16
STRAYS_KEPT = timedelta(days=90)
NO_TOWN = 0
"""Stray reports are sealed for nobody in particular."""

_EVENTS = {
    ReportKind.HARD_BOUNCE: (EventKind.HARD_BOUNCE, DeliveryState.BOUNCED),
    ReportKind.SOFT_BOUNCE: (EventKind.SOFT_BOUNCE, DeliveryState.BOUNCED),
    ReportKind.COMPLAINT: (EventKind.COMPLAINT, DeliveryState.COMPLAINED),
}


class Received(enum.Enum):
    """What was done with a report."""

    ACTED = enum.auto()
    REPEATED = enum.auto()
    """The same report once more: nothing changed."""
    IGNORED = enum.auto()
    """An automatic reply, or a report that all is well."""
    STRAY = enum.auto()
    """Kept for review: it belongs to no delivery of ours, or it is forged, or it cannot be read."""


@transaction.atomic
def receive(raw: bytes, *, envelope_recipient: str, at: datetime) -> Received:
    """One report, as LMTP brought it. When this returns, it is committed or known already."""
    report = read(raw)
    if report.kind in {
        ReportKind.AUTOMATIC_REPLY,
        ReportKind.DELIVERED,
        ReportKind.DELAYED,
    }:
        return Received.IGNORED
    digest = hashlib.sha256(raw).digest()[:DIGEST_BYTES]
    candidates = [envelope_recipient, *report.references]
    delivery = _delivery(candidates)
    if delivery is None or report.kind is ReportKind.UNREADABLE:
        why = "unreadable" if delivery is not None else _why(candidates)
        return _stray(raw, digest, why, at=at)
    return _act(delivery, report, raw, digest, at=at)


def _act(
    delivery: Delivery, report: Report, raw: bytes, digest: bytes, *, at: datetime
) -> Received:
    town = Town.objects.get(pk=delivery.town_id)
    kind, state = _EVENTS[report.kind]
    ring = keys.ring()
    _, created = Event.objects.of(town).get_or_create(
        message_id=delivery.message_id,
        seq=delivery.seq,
        kind=kind,
        digest=digest,
        defaults={
            "town": town,
            "at": at,
            "status": report.status,
            "raw": ring.seal(
                zlib.compress(raw[:RAW_KEPT_BYTES]),
                bound_to=keys.bound_to(town.pk, Channel.EMAIL),
            ),
            "key_id": ring.current,
        },
    )
    if not created:
        return Received.REPEATED
    Delivery.objects.of(town).filter(
        message_id=delivery.message_id, seq=delivery.seq, state__lt=state
    ).update(state=state, settled_at=at)
    contact_points = [delivery.contact_point_id]
    if kind == EventKind.COMPLAINT:
        bounces.complaint(town, contact_points, at=at)
    elif kind == EventKind.HARD_BOUNCE:
        bounces.hard(town, contact_points, at=at)
    else:
        bounces.soft(town, contact_points, at=at)
    log.info(
        "A report was acted on",
        extra={"message_id": delivery.message_id, "seq": delivery.seq, "kind": kind.name},
    )
    return Received.ACTED


def _delivery(candidates: Iterable[str]) -> Delivery | None:
    """The delivery that the first genuine return path names."""
    for candidate in candidates:
        local, _, domain = candidate.rpartition("@")
        if domain.lower() != settings.BEFFROI_RETURN_DOMAIN.lower():
            continue
        try:
            message_id, seq = tokens.read_verp(keys.token_key(), local)
        except tokens.BadToken:
            continue
        delivery = (
            Delivery.objects.across_towns(why="the return path is signed and names the delivery")
            .filter(message_id=message_id, seq=seq)
            .first()
        )
        if delivery is not None:
            return delivery
    return None


def _why(candidates: list[str]) -> str:
    ours = [c for c in candidates if c.lower().startswith(tokens.VERP_PREFIX)]
    return "forged or gone" if ours else "no reference"


def _stray(raw: bytes, digest: bytes, why: str, *, at: datetime) -> Received:
    ring = keys.ring()
    _, created = StrayReturn.objects.get_or_create(
        digest=digest,
        defaults={
            "at": at,
            "why": why,
            "raw": ring.seal(
                zlib.compress(raw[:RAW_KEPT_BYTES]),
                bound_to=keys.bound_to(NO_TOWN, Channel.EMAIL),
            ),
            "key_id": ring.current,
        },
    )
    StrayReturn.objects.filter(at__lt=at - STRAYS_KEPT).delete()
    if created:
        log.warning("A report belongs to no delivery", extra={"why": why})
    return Received.STRAY if created else Received.REPEATED


def raw_report(town: Town, event_id: int) -> bytes:
    """The report as it came, opened; empty when there is none. The caller journals."""
    event = Event.objects.of(town).get(id=event_id)
    if event.raw is None or event.key_id is None:
        return b""
    bound_to = keys.bound_to(town.pk, Channel.EMAIL)
    ring = keys.ring_with(event.key_id)
    return zlib.decompress(ring.unseal(bytes(event.raw), key_id=event.key_id, bound_to=bound_to))
