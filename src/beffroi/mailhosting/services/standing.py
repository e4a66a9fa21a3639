"""The servers that all towns share: are their addresses on black lists, does mail wait in their queue?"""

from pathlib import Path

from django.conf import settings
from django.core.cache import cache

from beffroi.gateways.dns import lists, look
from beffroi.gateways.dns.lists import Listing
from beffroi.gateways.public import is_private_literal
from beffroi.mailhosting.trials import QUEUE, STANDING
from beffroi.servers.mail import queue

KEPT_S, QUEUE_KEPT_S = 24 * 3600, 900


def refresh() -> tuple[Listing, ...]:
    """Private addresses stand on no list."""
    places = settings.DNS_PLACES
    found = look.addresses(settings.BEFFROI_MAIL_HOST, places)
    public = tuple(one for one in found if not is_private_literal(one, places.allow_private))
    listings = lists.standings(public, places)
    cache.set(STANDING, listings, KEPT_S)
    return listings


def count_queue() -> None:
    """Where the queue cannot be read from here, nothing is said of it."""
    if not settings.BEFFROI_MAIL_DIR:
        return
    found = queue.waiting(Path(settings.BEFFROI_MAIL_DIR))
    if found is not None:
        cache.set(QUEUE, found, QUEUE_KEPT_S)
