"""Is a name free? Asked of its registry."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import cache

from beffroi.gateways import rdap
from beffroi.gateways.rdap import Availability, Registration
from beffroi.towns.models import Town

ANSWER_KEPT_S = 600


@dataclass(frozen=True, kw_only=True, slots=True)
class Freedom:
    name: str
    is_free: bool
    is_taken: bool
    registrar: str
    expires: datetime | None


def freedom(town: Town, name: str) -> Freedom:
    """Certain answers are kept for ten minutes; what nobody could say is neither free nor taken."""
    key = f"mailhosting.rdap.{name}"
    found: Registration | None = cache.get(key)
    if found is None:
        here = settings.BEFFROI_RDAP_URL
        found = rdap.look_up(name, registry=here, allow_loopback=bool(here))
        if found.availability is not Availability.UNKNOWN:
            cache.set(key, found, ANSWER_KEPT_S)
    return Freedom(
        name=name,
        is_free=found.availability is Availability.FREE,
        is_taken=found.availability is Availability.TAKEN,
        registrar=found.registrar,
        expires=found.expires,
    )
