"""Reference data that the operator reads for every town: one source for each, made once, which the town may remove."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from beffroi.content.facts import NewSource, Reading
from beffroi.content.models import Run, Source
from beffroi.content.services import importing, sources
from beffroi.content.words import Mode
from beffroi.towns.models import Town


@transaction.atomic
def take(town: Town, reading: Reading, *, at: datetime) -> Run | None:
    """None: the town has removed or paused this source, and decides. What it corrected stays as it is."""
    source = _source(town, reading, at=at)
    if source.removed_at or source.is_paused:
        return None
    run = importing.take(town, source, reading, by=None, at=at)
    source.asked_at, source.failure, source.failing_since = at, "", None
    source.save(update_fields=["asked_at", "failure", "failing_since"])
    return run


def _source(town: Town, reading: Reading, *, at: datetime) -> Source:
    """The one that an agent has brought files to, if there is one: nothing stands twice in the directory."""
    rows = Source.objects.of(town).filter(format=reading.format.value, address="", parent=None)
    known = rows.order_by(F("removed_at").desc(nulls_first=True), "id").first()
    if known is not None:
        return known
    new = NewSource(name=reading.title, format=reading.format, mode=Mode.AUTOMATIC)
    return sources.add(town, new, by=None, at=at)
