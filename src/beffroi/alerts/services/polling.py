"""Asks Météo-France, with the town's key, what is out."""

import logging
from datetime import datetime
from http import HTTPStatus

from beffroi.alerts import bulletins, sealed
from beffroi.alerts.models import Feed, Watch
from beffroi.alerts.services.following import follow
from beffroi.alerts.words import Trouble
from beffroi.gateways import weather
from beffroi.gateways.fetch import NotFetched
from beffroi.kit.sealing import UnknownKey, Unreadable
from beffroi.kit.vigilance import BadBulletin
from beffroi.towns.models import Town

log = logging.getLogger(__name__)
REFUSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


def poll(
    town: Town,
    *,
    at: datetime,
    service: str = weather.SERVICE,
    allow_loopback: bool = False,
    timeout_s: float = weather.ANSWER_S,
) -> bool:
    """Whether an answer came, be it that nothing is out. A town without a key asks nothing.

    The socket is closed before the transaction opens.
    """
    watch = Watch.objects.of(town).filter(sealed_key__isnull=False).first()
    if watch is None:
        return False
    trouble = ""
    try:
        key = sealed.unseal(town, bytes(watch.sealed_key or b""), watch.key_id or 0)
        raw = weather.fetch_publication(
            key, service=service, allow_loopback=allow_loopback, timeout_s=timeout_s
        )
        if raw is not None:
            follow(town, bulletins.read(raw), at=at)
    except (UnknownKey, Unreadable, NotFetched, BadBulletin) as wrong:
        trouble = _trouble(wrong)
        log.warning("weather.no_bulletin", extra={"town_id": town.pk, "why": type(wrong).__name__})
    except Exception:
        note(town, watch, Trouble.FAULT, at=at)
        raise
    note(town, watch, trouble, at=at)
    return not trouble


def note(town: Town, asker: Watch | Feed, trouble: str, *, at: datetime) -> None:
    """What came of a question, and since when it goes wrong in this way."""
    since = (asker.failing_since or at) if trouble == asker.failure else at
    answered = {"answered_at": at} if isinstance(asker, Watch) and not trouble else {}
    type(asker).objects.of(town).filter(pk=asker.pk).update(
        asked_at=at, failure=trouble, failing_since=since if trouble else None, **answered
    )


def _trouble(wrong: Exception) -> Trouble:
    if isinstance(wrong, NotFetched):
        return Trouble.KEY_REFUSED if wrong.status in REFUSED else Trouble.NO_ANSWER
    return Trouble.UNUSABLE if isinstance(wrong, BadBulletin) else Trouble.KEY_UNREADABLE
