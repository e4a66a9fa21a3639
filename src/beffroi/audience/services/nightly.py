"""The night's work, town by town: themes that end, requests nobody confirmed, pauses that are over, old files."""

from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from beffroi.audience.facts import NoSuchTheme
from beffroi.audience.models import Attempt, Import, Subscriber, Subscription, Theme
from beffroi.audience.services import browsers, erasure, farewells, imports, undoing
from beffroi.audience.words import ImportState, Status, ThemeKind
from beffroi.towns import zones
from beffroi.towns.models import Town
from beffroi.towns.queries import open_towns

UNCONFIRMED = timedelta(days=30)
ATTEMPTS = timedelta(days=1)
NEVER_STARTED = timedelta(days=7)
"""A file that was uploaded and forgotten."""
FAREWELL_LEAVES = timedelta(days=2)
"""A night's silence and the relays' retries: until then a farewell needs the addresses that a purge forgets."""


def tidy_all(*, at: datetime) -> None:
    """Every open town."""
    for town in zones.each(open_towns()):
        tidy(town, at=at)


def tidy(town: Town, *, at: datetime) -> None:
    """Everything that is due. Doing it twice changes nothing."""
    end_themes(town, at=at)
    purge_themes(town, at=at)
    erasure.forget_due(town, at=at)
    erasure.forget_unconfirmed(town, created_before=at - UNCONFIRMED, at=at)
    browsers.forget_gone(town, at=at)
    end_pauses(town, at=at)
    empty_imports(town, at=at)
    Attempt.objects.of(town).filter(at__lt=at - ATTEMPTS).delete()
    undoing.sweep_all(town, at=at)


def end_themes(town: Town, *, at: datetime) -> int:
    """Temporary themes whose last day is over: farewell, then closed; says how many."""
    due = Theme.objects.of(town).filter(
        kind=ThemeKind.TEMPORARY, ended_at=None, ends_on__lt=localdate(at)
    )
    ids = list(due.values_list("id", flat=True))
    for theme_id in ids:
        with suppress(NoSuchTheme):  # somebody has just ended it by hand
            farewells.end_theme(town, theme_id, by=None, at=at)
    return len(ids)


def purge_themes(town: Town, *, at: datetime) -> int:
    """Ended themes whose purge date has come: nobody can tell any more who had subscribed."""
    due = Theme.objects.of(town).filter(
        ended_at__lte=at - FAREWELL_LEAVES, purged_at=None, purge_on__lte=localdate(at)
    )
    ids = list(due.values_list("id", flat=True))
    for theme_id in ids:
        _purge(town, theme_id, at=at)
    return len(ids)


@transaction.atomic
def _purge(town: Town, theme_id: int, *, at: datetime) -> None:
    """People who had subscribed to nothing else, ever, are forgotten altogether."""
    rows = Subscription.objects.of(town).filter(theme=theme_id)
    people = {id_ or 0 for id_ in rows.values_list("subscriber_id", flat=True)}
    others = Subscription.objects.of(town).filter(subscriber__in=people).exclude(theme=theme_id)
    only = people - set(others.values_list("subscriber_id", flat=True))
    rows.filter(until=None).update(until=at)
    rows.update(subscriber=None, paper_form=None)
    erasure.forget_those_with_nothing(town, sorted(only), at=at)
    Theme.objects.of(town).filter(pk=theme_id).update(purged_at=at)


def end_pauses(town: Town, *, at: datetime) -> int:
    """Pauses end by themselves; this only clears their traces."""
    over = Subscriber.objects.of(town).exclude(status=Status.ERASED).filter(paused_until__lte=at)
    return over.update(paused_until=None)


def empty_imports(town: Town, *, at: datetime) -> int:
    """Files that can no longer be undone, or that nobody started; says how many."""
    rows = Import.objects.of(town).filter(emptied_at=None)
    old = rows.filter(finished_at__lt=at - imports.UNDO)
    forgotten = rows.filter(state=ImportState.UPLOADED, created_at__lt=at - NEVER_STARTED)
    ids = [*old.values_list("id", flat=True), *forgotten.values_list("id", flat=True)]
    for import_id in ids:
        erasure.empty_import(town, import_id, at=at)
    return len(ids)
