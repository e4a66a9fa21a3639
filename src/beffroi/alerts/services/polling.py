"""Asks Météo-France, with the town's key, what is out."""

import logging
from datetime import datetime

from beffroi.alerts import bulletins, sealed
from beffroi.alerts.models import Watch
from beffroi.alerts.services.following import follow
from beffroi.gateways import weather
from beffroi.gateways.fetch import NotFetched
from beffroi.kit.vigilance import BadBulletin
from beffroi.towns.models import Town

log = logging.getLogger(__name__)


def poll(
    town: Town, *, at: datetime, service: str = weather.SERVICE, allow_loopback: bool = False
) -> bool:
    """Whether an answer came, be it that nothing is out. A town without a key asks nothing.

    The socket is closed before the transaction opens.
    """
    watch = Watch.objects.of(town).filter(sealed_key__isnull=False).first()
    if watch is None:
        return False
    key = sealed.unseal(town, bytes(watch.sealed_key or b""), watch.key_id or 0)
    failure = ""
    try:
        raw = weather.fetch_publication(key, service=service, allow_loopback=allow_loopback)
        if raw is not None:
            follow(town, bulletins.read(raw), at=at)
    except (NotFetched, BadBulletin) as wrong:
        failure = f"{type(wrong).__name__}: {wrong}"[:200]
        log.warning("weather.no_bulletin", extra={"town_id": town.pk})
    answered = {} if failure else {"answered_at": at}
    Watch.objects.of(town).update(asked_at=at, failure=failure, **answered)
    return not failure
