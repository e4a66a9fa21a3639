"""Are the house's own addresses on black lists? Asked every few hours for all towns: they share the servers."""

from django.conf import settings
from django.core.cache import cache

from beffroi.gateways.dns import lists, look
from beffroi.gateways.dns.lists import Listing
from beffroi.gateways.public import is_private_literal
from beffroi.mailhosting.trials import STANDING

KEPT_S = 24 * 3600


def refresh() -> tuple[Listing, ...]:
    """Private addresses stand on no list."""
    places = settings.DNS_PLACES
    found = look.addresses(settings.BEFFROI_MAIL_HOST, places)
    public = tuple(one for one in found if not is_private_literal(one, places.allow_private))
    listings = lists.standings(public, places)
    cache.set(STANDING, listings, KEPT_S)
    return listings
