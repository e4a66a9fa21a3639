"""What agents see: every entry of the town, its former texts, the sources and their runs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, Q, QuerySet, When

from beffroi.content import rows, stored
from beffroi.content.facts import NoSuchEntry, NoSuchRun, NoSuchSource, Remark, Text
from beffroi.content.models import (
    Contributor,
    Entry,
    Label,
    Picture,
    Run,
    RunChange,
    Source,
    Version,
)
from beffroi.content.words import Kind, Stage
from beffroi.kit.names import fold_words
from beffroi.towns.models import Town

EVERY = timedelta(minutes=55)
PATIENCE = timedelta(minutes=10)
"""How long a page waits for a visit that an agent asked for; most take seconds."""
FORGOTTEN = timedelta(minutes=20), timedelta(hours=1)
"""The age of a wish whose worker has died: it is made known once more; later the clock's own visit has come."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """An entry in its editor."""

    row: Entry
    text: Text


def entries(
    town: Town, *, kind: Kind | None = None, stage: Stage | None = None, asked: str = ""
) -> QuerySet[Entry]:
    """What waits for a decision first, what waits longest before the rest; then what was changed last."""
    found = _rows(town)
    if kind:
        found = found.filter(kind=kind)
    if stage:
        found = found.filter(stage=stage)
    for word in fold_words(asked).split():
        found = found.filter(words__contains=word)
    waits_since = Case(When(stage=Stage.PROPOSED, then="changed_at"))
    return found.order_by(waits_since.asc(nulls_last=True), "-changed_at", "-id")


def opened(town: Town, entry_id: int) -> Opened:
    """Raises: NoSuchEntry."""
    row = _rows(town).filter(pk=entry_id).first()
    if row is None:
        raise NoSuchEntry(entry_id)
    return Opened(row=row, text=rows.text_of(town, row))


def versions(town: Town, entry_id: int) -> list[tuple[Version, Text]]:
    """Newest first."""
    found = Version.objects.of(town).filter(entry_id=entry_id).select_related("by")
    return [(row, stored.text_in(row.text)) for row in found[:50]]


def version(town: Town, entry_id: int, version_id: int) -> tuple[Version, Text]:
    """Raises: NoSuchEntry."""
    found = Version.objects.of(town).filter(entry_id=entry_id, pk=version_id)
    row = found.select_related("by", "entry").first()
    if row is None:
        raise NoSuchEntry(version_id)
    return row, stored.text_in(row.text)


def to_read_over(town: Town) -> QuerySet[Entry]:
    """What waits longest comes first."""
    return _rows(town).filter(stage=Stage.PROPOSED).order_by("changed_at", "id")


def texts(town: Town, found: Iterable[Entry]) -> list[Opened]:
    """The entries of one page, with all that they hold."""
    return [Opened(row=row, text=rows.text_of(town, row)) for row in found]


def counts(town: Town) -> dict[Stage, int]:
    found = Entry.objects.of(town).order_by().values_list("stage").annotate(n=Count("id"))
    return {Stage(stage): n for stage, n in found}


def photo(town: Town, picture_id: int | None) -> Picture | None:
    """Of this town, without its bytes."""
    if picture_id is None:
        return None
    return Picture.objects.of(town).filter(pk=picture_id).defer("wide", "small").first()


def photo_bytes(town: Town, picture_id: int) -> bytes | None:
    """WebP, for the desk: also of a draft."""
    row = Picture.objects.of(town).filter(pk=picture_id).defer("wide").first()
    return bytes(row.small) if row else None


def waiting(town: Town) -> int:
    """Entries that somebody must read over."""
    return Entry.objects.of(town).filter(stage=Stage.PROPOSED).count()


def sources(town: Town) -> QuerySet[Source]:
    """With `published` and `proposed`: how many entries came of each."""
    return (
        Source.objects.of(town)
        .filter(removed_at=None)
        .select_related("parent")
        .annotate(
            published=Count("entries", filter=Q(entries__stage=Stage.PUBLISHED)),
            proposed=Count("entries", filter=Q(entries__stage=Stage.PROPOSED)),
        )
    )


def source(town: Town, source_id: int) -> Source:
    """Raises: NoSuchSource."""
    row = sources(town).filter(pk=source_id).first()
    if row is None:
        raise NoSuchSource(source_id)
    return row


def labels(town: Town, source_id: int) -> list[Label]:
    return list(Label.objects.of(town).filter(source_id=source_id).select_related("theme"))


def runs(town: Town, source_id: int, *, limit: int = 30) -> list[Run]:
    """Newest first."""
    return list(Run.objects.of(town).filter(source_id=source_id).select_related("by")[:limit])


def run(town: Town, run_id: int) -> tuple[Run, tuple[Remark, ...], list[RunChange]]:
    """Raises: NoSuchRun."""
    row = Run.objects.of(town).select_related("source", "by").filter(pk=run_id).first()
    if row is None:
        raise NoSuchRun(run_id)
    changes = RunChange.objects.of(town).filter(run=row).select_related("entry")
    return row, stored.remarks_in(row.remarks), list(changes[:500])


def contributors(town: Town) -> QuerySet[Contributor]:
    """With `written`: how many entries each has brought."""
    return Contributor.objects.of(town).annotate(written=Count("entries"))


def due_sources(town: Town, *, at: datetime) -> list[Source]:
    """Those with an address that nobody has asked within the hour, or for which an agent waits in vain."""
    found = Source.objects.of(town).filter(removed_at=None).exclude(address="")
    is_due = Q(asked_at=None) | Q(asked_at__lt=at - EVERY)
    after, before = FORGOTTEN
    is_forgotten = Q(wanted_at__lt=at - after, wanted_at__gt=at - before)
    return list(found.filter(Q(is_due, is_paused=False) | is_forgotten))


def is_waited_for(source: Source, *, at: datetime) -> bool:
    """An agent looks at its page until it has been read."""
    return source.wanted_at is not None and source.wanted_at > at - PATIENCE


def _rows(town: Town) -> QuerySet[Entry]:
    beside = ("source", "contributor", "author", "changed_by", "service")
    return Entry.objects.of(town).select_related(*beside)
