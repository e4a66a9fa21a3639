"""How long what came back is kept, and who may look at what belongs to nobody. For the whole house: names no town."""

import zlib
from datetime import datetime, timedelta

from django.db import transaction

from beffroi.delivery import keys
from beffroi.delivery.models import Event, StrayReturn
from beffroi.delivery.services.returns import NO_TOWN, STRAYS_KEPT
from beffroi.delivery.words import Channel
from beffroi.towns.journal import HouseKind, write_of_house
from beffroi.towns.models import Agent

RAW_KEPT = timedelta(days=30)
"""A report quotes the address and often the letter; its outcome, which is kept, says what the town needs."""


class NoSuchStray(Exception):
    """It is deleted already, or was never there."""


@transaction.atomic
def read_stray(stray_id: int, *, by: Agent, at: datetime) -> bytes:
    """The report as it came; the reading is journalled. Raises: NoSuchStray."""
    stray = _stray(stray_id)
    bound_to = keys.bound_to(NO_TOWN, Channel.EMAIL)
    ring = keys.ring_with(stray.key_id)
    raw = ring.unseal(bytes(stray.raw), key_id=stray.key_id, bound_to=bound_to)
    write_of_house(HouseKind.STRAY_READ, at=at, by=by, detail=str(stray_id))
    return zlib.decompress(raw)


@transaction.atomic
def delete_stray(stray_id: int, *, by: Agent, at: datetime) -> None:
    """Raises: NoSuchStray."""
    _stray(stray_id).delete()
    write_of_house(HouseKind.STRAY_DELETED, at=at, by=by, detail=str(stray_id))


@transaction.atomic
def purge(*, at: datetime) -> int:
    """Empties old reports, keeps what they said, and deletes old strays; says how many were emptied."""
    events = Event.objects.across_towns(why="old reports are emptied for every town alike")
    emptied = events.filter(at__lt=at - RAW_KEPT, raw__isnull=False).update(raw=None, key_id=None)
    StrayReturn.objects.filter(at__lt=at - STRAYS_KEPT).delete()
    return emptied


def _stray(stray_id: int) -> StrayReturn:
    stray = StrayReturn.objects.select_for_update().filter(pk=stray_id).first()
    if stray is None:
        raise NoSuchStray(stray_id)
    return stray
