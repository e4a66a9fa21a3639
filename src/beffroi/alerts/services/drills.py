"""A day of storm, the shipped one or one of the town's own past: from draft to messages received, by volunteers only."""

from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from beffroi.alerts import bulletins
from beffroi.alerts.models import Alert, Drill
from beffroi.alerts.queries import history
from beffroi.alerts.services import rights
from beffroi.alerts.services.dropping import drop_prepared
from beffroi.alerts.services.facts import NoSuchThing
from beffroi.alerts.services.following import follow
from beffroi.gateways import weather
from beffroi.gateways.weather import RawPublication
from beffroi.kit.vigilance import Change
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town
from beffroi.towns.permissions import Permission

STORM = Path(__file__).parent.parent / "storm"
STORM_DAY = date(2026, 1, 12)


def steps() -> list[Path]:
    """The publications of the shipped day, in order: one folder each, named by its hour (UTC)."""
    return sorted(folder for folder in STORM.iterdir() if folder.is_dir())


@transaction.atomic
def start(town: Town, *, by: Agent, at: datetime, day: date | None = None) -> Drill:
    """Ends whatever drill was still being played. Raises: NotAllowed, NoSuchThing (nothing is kept of that day)."""
    rights.require(town, by, Permission.ALERT_SEND)
    if day is not None and not history.publications(town, day).exists():
        raise NoSuchThing(day)
    for earlier in Drill.objects.of(town).filter(finished_at=None):
        _finish(earlier, at=at)
    drill = Drill.objects.create_in(town, started_at=at, by=by, day=day)
    detail = day.isoformat() if day else ""
    journal.write(town, journal.Kind.DRILL, at=at, by=by, about=("drill", drill.pk), detail=detail)
    return drill


@transaction.atomic
def play(town: Town, drill_id: int, *, at: datetime) -> tuple[Change, ...]:
    """The next publication of the day; nothing once all are played. Raises: NoSuchThing."""
    drill = Drill.objects.of(town).select_for_update().filter(pk=drill_id).first()
    if drill is None:
        raise NoSuchThing(drill_id)
    publications = _publications(drill)
    if drill.finished_at is not None or drill.step >= len(publications):
        return ()
    shift = timezone.localdate(drill.started_at) - (drill.day or STORM_DAY)
    raw = bulletins.moved(publications[drill.step], by=shift)
    found = follow(town, bulletins.read(raw), at=at, drill=drill)
    drill.step += 1
    drill.save(update_fields=["step"])
    if drill.step >= len(publications):
        _finish(drill, at=at)
    return found


def _publications(drill: Drill) -> list[RawPublication]:
    if drill.day is None:
        return [weather.read_publication(folder) for folder in steps()]
    return [
        RawPublication(map=one.map.encode(), texts=one.texts.encode() or None)
        for one in history.publications(drill.town, drill.day)
    ]


def _finish(drill: Drill, *, at: datetime) -> None:
    drill.finished_at = at
    drill.save(update_fields=["finished_at"])
    for alert in Alert.objects.of(drill.town).filter(drill=drill):
        drop_prepared(alert, at=at)
        if alert.ended_at is None:
            alert.ended_at = at
            alert.save(update_fields=["ended_at"])
