"""A day of storm, played from the shipped file: from draft to messages received, by volunteers only."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

from django.db import transaction

from beffroi.alerts import bulletins
from beffroi.alerts.models import Alert, Drill
from beffroi.alerts.services import rights
from beffroi.alerts.services.dropping import drop_prepared
from beffroi.alerts.services.facts import NoSuchThing
from beffroi.alerts.services.following import follow
from beffroi.gateways import weather
from beffroi.kit.vigilance import Change
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town
from beffroi.towns.permissions import Permission

STORM = Path(__file__).parent.parent / "storm"
STORM_DAY = date(2026, 1, 12)
_DAY = re.compile(rb"2026-01-1[1-5](?=T)")


def steps() -> list[Path]:
    """The publications of the shipped day, in order: one folder each, named by its hour (UTC)."""
    return sorted(folder for folder in STORM.iterdir() if folder.is_dir())


@transaction.atomic
def start(town: Town, *, by: Agent, at: datetime) -> Drill:
    """Ends whatever drill was still being played. Raises: NotAllowed."""
    rights.require(town, by, Permission.ALERT_SEND)
    for earlier in Drill.objects.of(town).filter(finished_at=None):
        _finish(earlier, at=at)
    drill = Drill.objects.create_in(town, started_at=at, by=by)
    journal.write(town, journal.Kind.DRILL, at=at, by=by, about=("drill", drill.pk))
    return drill


@transaction.atomic
def play(town: Town, drill_id: int, *, at: datetime) -> tuple[Change, ...]:
    """The next publication of the day; nothing once all are played. Raises: NoSuchThing."""
    drill = Drill.objects.of(town).select_for_update().filter(pk=drill_id).first()
    if drill is None:
        raise NoSuchThing(drill_id)
    folders = steps()
    if drill.finished_at is not None or drill.step >= len(folders):
        return ()
    raw = weather.read_publication(folders[drill.step])
    texts = _today(raw.texts, at=drill.started_at) if raw.texts is not None else None
    shifted = weather.RawPublication(map=_today(raw.map, at=drill.started_at), texts=texts)
    found = follow(town, bulletins.read(shifted), at=at, drill=drill)
    drill.step += 1
    drill.save(update_fields=["step"])
    if drill.step >= len(folders):
        _finish(drill, at=at)
    return found


def _finish(drill: Drill, *, at: datetime) -> None:
    drill.finished_at = at
    drill.save(update_fields=["finished_at"])
    for alert in Alert.objects.of(drill.town).filter(drill=drill):
        drop_prepared(alert, at=at)
        if alert.ended_at is None:
            alert.ended_at = at
            alert.save(update_fields=["ended_at"])


def _today(raw: bytes, *, at: datetime) -> bytes:
    """The dates of the file moved by whole days, so that the storm is of the day of the drill."""
    shift = at.astimezone(UTC).date() - STORM_DAY

    def move(found: re.Match[bytes]) -> bytes:
        moved = date.fromisoformat(found[0].decode()) + shift
        return moved.isoformat().encode()

    return _DAY.sub(move, raw)
