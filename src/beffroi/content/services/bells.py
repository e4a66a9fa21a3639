"""Rings jobs: what carries an intercommunality’s entries to its communes, what visits a source. Twice is once."""

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from beffroi.content.models import Source
from beffroi.towns.kinds import TownKind
from beffroi.towns.models import Town

SHARE_TASK, VISIT_TASK = "content.share", "content.visit"


def ring(town: Town) -> None:
    """Something of a body that shares has changed: a job carries it over, a second later at most."""
    if town.kind == TownKind.COMMUNE:
        return
    _defer(f"{SHARE_TASK}:{town.pk}", SHARE_TASK, town_id=town.pk)


def call(source: Source, *, for_an_agent: bool = False) -> None:
    """A visit to the source: before those of the clock when somebody looks on."""
    lock = f"{VISIT_TASK}:{source.pk}{':now' if for_an_agent else ''}"
    place = {"town_id": source.town_id, "source_id": source.pk}
    _defer(lock, VISIT_TASK, priority=int(for_an_agent), **place)


def _defer(lock: str, task: str, *, priority: int = 0, **arguments: int) -> None:
    job = app.configure_task(task, queueing_lock=lock, priority=priority, allow_unknown=False)
    try:
        with transaction.atomic():
            job.defer(**arguments)
    except AlreadyEnqueued:
        return  # the one that waits will do this as well
