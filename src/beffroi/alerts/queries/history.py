"""Past days of the town's own vigilance, as they were published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Max, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from beffroi.alerts.models import SeenPublication
from beffroi.alerts.words import ColourChoice
from beffroi.towns.models import Town


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """A day on which something was above green."""

    day: date
    colour: ColourChoice
    publications: int


def days(town: Town, *, at: datetime) -> Sequence[Day]:
    """Before today, the newest first."""
    rows = _kept(town).filter(updated_at__lt=_midnight(timezone.localdate(at)))
    groups = rows.annotate(day=TruncDate("updated_at")).values("day")
    counted = groups.annotate(gravest=Max("colour"), n=Count("pk")).order_by("-day")
    return [
        Day(day=row["day"], colour=ColourChoice(row["gravest"]), publications=row["n"])
        for row in counted
        if row["gravest"] > ColourChoice.GREEN
    ]


def publications(town: Town, day: date) -> QuerySet[SeenPublication]:
    """Of that day, in order."""
    first, last = _midnight(day), _midnight(day + timedelta(days=1))
    rows = _kept(town).filter(updated_at__gte=first, updated_at__lt=last)
    return rows.order_by("updated_at", "pk")


def _kept(town: Town) -> QuerySet[SeenPublication]:
    return SeenPublication.objects.of(town).filter(drill=None).exclude(map="")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_current_timezone())
