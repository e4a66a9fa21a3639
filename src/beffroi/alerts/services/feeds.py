"""Feeds of others: asked for when they changed, hostile documents refused one by one, humans rung, nothing sent."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from beffroi.alerts.models import Feed, ReceivedAlert
from beffroi.alerts.services.facts import NoSuchThing
from beffroi.alerts.services.ringing import ring_about
from beffroi.delivery.press import BadText
from beffroi.gateways import feeds
from beffroi.gateways.fetch import NotFetched
from beffroi.kit import cap
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town

log = logging.getLogger(__name__)
AT_ONCE = 50
"""Documents fetched per visit: the newest."""
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
    feed = Feed.objects.of(town).filter(pk=feed_id).first()
    if feed is None:
        return 0
    seen = feeds.Mark(etag=feed.etag, last_modified=feed.last_modified)
    found, failure, mark = 0, "", seen
    try:
        document = feeds.fetch_document(feed.address, seen=seen, allow_loopback=allow_loopback)
        if document is not None:
            found = _take(feed, document.body, at=at, allow_loopback=allow_loopback)
            mark = document.mark
    except (NotFetched, cap.BadAlert) as wrong:
        failure = f"{type(wrong).__name__}: {wrong}"[:200]
        log.warning("feed.unusable", extra={"town_id": town.pk, "feed_id": feed_id})
    Feed.objects.of(town).filter(pk=feed_id).update(
        asked_at=at,
        failure=failure,
        etag=mark.etag[:200],
        last_modified=mark.last_modified[:80],
    )
    return found


def _take(feed: Feed, body: bytes, *, at: datetime, allow_loopback: bool) -> int:
    """Raises: BadAlert (the feed itself), NotFetched (a document; the others are kept, the visit is tried again)."""
    entries = sorted(cap.read_feed(body), key=lambda entry: entry.updated, reverse=True)
    found, missing = 0, None
    for entry in entries[:AT_ONCE]:
        try:
            document = feeds.fetch_document(entry.cap_url, allow_loopback=allow_loopback)
            if document is not None:
                found += _keep(feed, cap.read_alert(document.body), document.body, at=at)
        except NotFetched as wrong:
            missing = wrong
        except (cap.BadAlert, BadText):
            log.warning("feed.bad_alert", extra={"town_id": feed.town_id, "feed_id": feed.pk})
    if missing is not None:
        raise missing
    return found


@transaction.atomic
def _keep(feed: Feed, alert: cap.Alert, document: bytes, *, at: datetime) -> bool:
    """Raises: BadText (words that cannot be sent to whoever is on duty)."""
    info = next((info for info in alert.infos if _concerns(info, feed.place)), None)
    if info is None or alert.status != cap.Status.ACTUAL:
        return False
    rows = ReceivedAlert.objects.of(feed.town)
    if rows.filter(sender=alert.sender[:200], identifier=alert.identifier[:200]).exists():
        return False
    row = _received(feed, alert, info, document, at=at)
    if info.severity in _GRAVE and (row.expires is None or row.expires > at):
        said = gettext("Alerte reçue\N{NO-BREAK SPACE}: %s.") % row.headline
        ring_about(feed.town, said, reference=f"received:{row.pk}", at=at)
    return True


def _received(
    feed: Feed, alert: cap.Alert, info: cap.Info, document: bytes, *, at: datetime
) -> ReceivedAlert:
    aware = cap.awareness(info)
    return ReceivedAlert.objects.create_in(
        feed.town,
        feed=feed,
        sender=alert.sender[:200],
        identifier=alert.identifier[:200],
        sent=alert.sent,
        expires=info.expires,
        message_type=alert.message_type,
        headline=(info.headline or info.event)[:300],
        colour=aware.colour if aware else None,
        phenomenon=aware.phenomenon if aware else None,
        document=document.decode("utf-8", "replace").replace("\x00", ""),
        received_at=at,
    )


def _concerns(info: cap.Info, place: str) -> bool:
    wanted = place.casefold()
    return any(wanted in area.description.casefold() for area in info.areas)
