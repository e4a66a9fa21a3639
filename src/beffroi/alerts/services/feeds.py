"""Feeds of others: asked for when they changed, hostile documents refused one by one, humans rung, nothing sent."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from beffroi.alerts import relayed
from beffroi.alerts.models import Feed, ReceivedAlert
from beffroi.alerts.services import relaying
from beffroi.alerts.services.facts import NoSuchThing
from beffroi.alerts.services.polling import note
from beffroi.alerts.services.ringing import ring_about
from beffroi.alerts.words import Trouble
from beffroi.delivery.press import BadText
from beffroi.gateways import feeds
from beffroi.gateways.fetch import NotFetched
from beffroi.kit import cap
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town

log = logging.getLogger(__name__)
AT_ONCE = 50
"""Documents fetched per visit: the newest."""
_KEPT = frozenset({cap.MessageType.ALERT, cap.MessageType.UPDATE, cap.MessageType.CANCEL})
_GRAVE = frozenset({cap.Severity.SEVERE, cap.Severity.EXTREME})


@transaction.atomic
def add(town: Town, address: str, place: str, *, by: Agent | None, at: datetime) -> Feed:
    """The same address again changes its place."""
    row, _ = Feed.objects.of(town).update_or_create(
        address=address,
        defaults={"place": place, "etag": "", "last_modified": ""},
        create_defaults={"town": town, "place": place},
    )
    journal.write(town, journal.Kind.ALERT_SETTINGS, at=at, by=by, about=("feed", row.pk))
    return row


@transaction.atomic
def remove(town: Town, feed_id: int, *, by: Agent, at: datetime) -> None:
    """Raises: NoSuchThing."""
    row = Feed.objects.of(town).filter(pk=feed_id).first()
    if row is None:
        raise NoSuchThing(feed_id)
    journal.write(town, journal.Kind.ALERT_SETTINGS, at=at, by=by, about=("feed", row.pk))
    row.delete()


def visit(town: Town, feed_id: int, *, at: datetime, allow_loopback: bool = False) -> int:
    """How many new alerts concern the town. No transaction is open while a socket is."""
    feed = Feed.objects.of(town).select_related("town").filter(pk=feed_id).first()
    if feed is None:
        return 0
    seen = feeds.Mark(etag=feed.etag, last_modified=feed.last_modified)
    found, trouble, mark = 0, "", seen
    try:
        document = feeds.fetch_document(feed.address, seen=seen, allow_loopback=allow_loopback)
        if document is not None:
            found = _take(feed, document.body, at=at, allow_loopback=allow_loopback)
            mark = document.mark
    except (NotFetched, cap.BadAlert) as wrong:
        trouble = Trouble.NO_ANSWER if isinstance(wrong, NotFetched) else Trouble.UNUSABLE
        log.warning("feed.unusable", extra={"town_id": town.pk, "feed_id": feed_id})
    note(town, feed, trouble, at=at)
    Feed.objects.of(town).filter(pk=feed_id).update(
        etag=mark.etag[:200], last_modified=mark.last_modified[:80]
    )
    return found


def _take(feed: Feed, body: bytes, *, at: datetime, allow_loopback: bool) -> int:
    """Raises: BadAlert (the feed itself), NotFetched (a document; the others are kept, the visit is tried again)."""
    entries = sorted(cap.read_feed(body), key=lambda entry: entry.updated)
    found, missing = 0, None
    for entry in entries[-AT_ONCE:]:  # what begins before what follows it
        try:
            document = feeds.fetch_document(entry.cap_url, allow_loopback=allow_loopback)
            if document is not None:
                found += keep(feed.town, feed.pk, document.body, at=at)
        except NotFetched as wrong:
            missing = wrong
        except (cap.BadAlert, BadText):
            log.warning("feed.bad_alert", extra={"town_id": feed.town_id, "feed_id": feed.pk})
    if missing is not None:
        raise missing
    return found


@transaction.atomic
def keep(town: Town, feed_id: int, document: bytes, *, at: datetime) -> bool:
    """Whether it is news for the town.

    Raises: NoSuchThing, kit.cap.BadAlert, BadText (words that cannot be sent to whoever is on duty).
    """
    feed = Feed.objects.of(town).select_related("town").filter(pk=feed_id).first()
    if feed is None:
        raise NoSuchThing(feed_id)
    alert = cap.read_alert(document)
    info = relayed.concerning(alert, feed.place)
    if alert.status != cap.Status.ACTUAL or alert.message_type not in _KEPT:
        return False
    rows = ReceivedAlert.objects.of(town)
    if rows.filter(sender=alert.sender[:200], identifier=alert.identifier[:200]).exists():
        return False
    earlier = _earlier(feed, alert)
    if info is None and not earlier:
        return False
    row = _received(feed, alert, info, document, earlier=earlier, at=at)
    if not _is_overtaken(row, at=at):
        _tell(row, info, earlier=earlier, at=at)
    return True


def _earlier(feed: Feed, alert: cap.Alert) -> list[ReceivedAlert]:
    """The documents that this one follows: a sender speaks for their own only."""
    names = [one.identifier[:200] for one in alert.references if one.sender == alert.sender]
    rows = ReceivedAlert.objects.of(feed.town).filter(
        sender=alert.sender[:200], identifier__in=names
    )
    return list(rows.select_related("alert").order_by("-sent"))


def _is_overtaken(row: ReceivedAlert, *, at: datetime) -> bool:
    """A document that follows it came first."""
    key = f"{row.sender},{row.identifier}"
    later = ReceivedAlert.objects.of(row.town).filter(references__contains=[key])
    if later.exists():
        row.superseded_at = at
        row.save(update_fields=["superseded_at"])
    return row.superseded_at is not None


def _tell(
    row: ReceivedAlert, info: cap.Info | None, *, earlier: list[ReceivedAlert], at: datetime
) -> None:
    """What it changes for the town's own alert, and whether it wakes somebody. An end wakes nobody."""
    for one in earlier:
        one.superseded_at = at
        one.save(update_fields=["superseded_at"])
    ends = info is None or row.message_type == cap.MessageType.CANCEL
    waits = False
    if row.alert is not None and row.alert.ended_at is None:
        waits = relaying.go_on(row, row.alert, ends=ends, at=at)
    if ends or info is None or info.severity not in _GRAVE or relaying.is_past(row, at=at):
        return
    if waits and row.alert is not None:
        relaying.ring_for_decision(row, row.alert, at=at)
        return
    said = gettext("Alerte reçue\N{NO-BREAK SPACE}: %s.") % row.headline
    ring_about(row.town, said, reference=f"received:{row.pk}", at=at)


def _received(
    feed: Feed,
    alert: cap.Alert,
    info: cap.Info | None,
    document: bytes,
    *,
    earlier: list[ReceivedAlert],
    at: datetime,
) -> ReceivedAlert:
    """One that no longer concerns the town ends what concerned it."""
    aware = cap.awareness(info) if info else None
    before = earlier[0] if earlier else None
    headline = (info.headline or info.event) if info else (before.headline if before else "")
    return ReceivedAlert.objects.create_in(
        feed.town,
        feed=feed,
        sender=alert.sender[:200],
        identifier=alert.identifier[:200],
        sent=alert.sent,
        expires=info.expires if info else None,
        message_type=alert.message_type if info else cap.MessageType.CANCEL,
        headline=relayed.line(headline)[:300],
        colour=aware.colour if aware else None,
        phenomenon=aware.phenomenon if aware else None,
        document=cap.read_text(document),
        references=[f"{r.sender[:200]},{r.identifier[:200]}" for r in alert.references],
        alert=next((one.alert for one in earlier if one.alert), None),
        received_at=at,
    )
