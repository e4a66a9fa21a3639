"""The run of an import: batches of rows, each settled in one transaction together with how far it got.

A process that dies loses at most one batch, which the next one does again; a process that lost its claim to another
can commit nothing more.
"""

import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from typing import IO

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext

from beffroi.audience import sealed
from beffroi.audience.importer import faults, plan as plans, sheets
from beffroi.audience.importer.columns import NamedTheme
from beffroi.audience.importer.rows import FaultyRow, Person, Reader, ReadRow
from beffroi.audience.models import Import, ImportPart, Theme
from beffroi.audience.services import batches, undoing
from beffroi.audience.words import ImportState
from beffroi.delivery import bulk
from beffroi.towns import journal
from beffroi.towns.models import Town

BATCH_ROWS = 2_000
LOOKS_AGAIN = frozenset(4**n - 1 for n in range(10))
"""After the first batch, the fourth, the sixteenth… PostgreSQL looks at the tables again: one that it saw empty, after an
import was taken back, it goes on to believe empty, and 30,000 rows then took ten minutes (measured)."""
LEASE = timedelta(minutes=2)
GRACE = timedelta(seconds=30)
"""A file that was just started is left to its own job."""
Clock = Callable[[], datetime]


class LostClaim(Exception):
    """Another process has taken this import over."""


@dataclass(slots=True)
class _Batch:
    """Rows read and not settled yet."""

    last_line: int = 0
    rows: int = 0
    blank: int = 0
    people: list[Person] = field(default_factory=list)
    faults: list[FaultyRow] = field(default_factory=list)

    def add(self, row: ReadRow) -> None:
        self.last_line = row.line
        self.blank += row.is_blank
        self.rows += not row.is_blank
        self.people.extend(row.people)
        self.faults.extend(row.faults)


def run(town: Town, import_id: int, *, clock: Clock) -> bool:
    """Takes the import where it stands and brings it to its end; False when another process has it."""
    claim = uuid.uuid4()
    if not _claim(town, import_id, claim, at=clock()):
        return False
    row = Import.objects.of(town).get(pk=import_id)
    try:
        with open_file(town, import_id) as file:
            for number, batch in enumerate(_ahead(_batches(row, _reader(town, row), file))):
                _settle(town, row, batch, claim, at=clock())
                if number in LOOKS_AGAIN:
                    bulk.execute("SELECT audience_look_again()", [])
    except faults.BadFile as bad:
        _fail(town, row, type(bad).__name__, claim, at=clock())
        return True
    except LostClaim:
        return False
    _finish(town, row, claim, at=clock())
    return True


def resume_all(*, clock: Clock) -> None:
    """Takes up every import that waits or whose process gave no sign for `LEASE`."""
    orphans = Import.objects.across_towns(why="imports are resumed for every town").filter(
        state__in=(ImportState.WAITING, ImportState.RUNNING), lease_until__lt=clock() - GRACE
    )
    for row in orphans.select_related("town"):
        run(row.town, row.pk, clock=clock)


def open_file(town: Town, import_id: int) -> BytesIO:
    """The file in clear, in memory; never bigger than `kinds.MAX_BYTES`."""
    parts = ImportPart.objects.of(town).filter(of_id=import_id).order_by("n")
    kept = parts.values_list("sealed", "key_id").iterator(chunk_size=8)
    return sealed.whole(town, sealed.FILE, kept)


def named_themes(town: Town) -> list[NamedTheme]:
    """What a file may name: the open themes."""
    rows = Theme.objects.of(town).filter(ended_at=None).values_list("id", "name")
    return [NamedTheme(id=id_, name=name) for id_, name in rows]


def _claim(town: Town, import_id: int, claim: uuid.UUID, *, at: datetime) -> bool:
    free = Q(state=ImportState.WAITING) | Q(state=ImportState.RUNNING, lease_until__lt=at)
    taken = (
        Import.objects.of(town)
        .filter(free, pk=import_id)
        .update(state=ImportState.RUNNING, claim=claim, lease_until=at + LEASE)
    )
    Import.objects.of(town).filter(pk=import_id, claim=claim, started_at=None).update(started_at=at)
    return bool(taken)


def _reader(town: Town, row: Import) -> Reader:
    themes = named_themes(town)
    given = frozenset(row.theme_ids) & {theme.id for theme in themes}
    return Reader(plan=plans.from_json(row.reading), themes=themes, given=given)


def _batches(row: Import, reader: Reader, file: IO[bytes]) -> Iterator[_Batch]:
    """Reads on from where the import stands. Touches no database."""
    start = max(row.lines_done, reader.plan.header_line)
    batch = _Batch()
    for line in sheets.rows(file, reader.plan.reading):
        if line[0] <= start:
            continue
        batch.add(reader.read(line))
        if batch.rows + batch.blank >= BATCH_ROWS:
            yield batch
            batch = _Batch()
    if batch.last_line:
        yield batch


def _ahead(batches: Iterator[_Batch]) -> Iterator[_Batch]:
    """One batch is read while the database settles the one before: a third faster."""
    with ThreadPoolExecutor(max_workers=1) as reader:
        following = reader.submit(next, batches, None)
        while (batch := following.result()) is not None:
            following = reader.submit(next, batches, None)
            yield batch


@transaction.atomic
def _settle(town: Town, row: Import, batch: _Batch, claim: uuid.UUID, *, at: datetime) -> None:
    result = batches.write(town, row, batch.people, at=at)
    listed = [*batch.faults, *result.listed]
    _list(town, row, listed)
    changed = (
        Import.objects.of(town)
        .filter(pk=row.pk, claim=claim, state=ImportState.RUNNING)
        .update(
            lease_until=at + LEASE,
            lines_done=batch.last_line,
            rows=F("rows") + batch.rows,
            blank_lines=F("blank_lines") + batch.blank,
            addresses=F("addresses") + len(batch.people),
            added=F("added") + result.added,
            extended=F("extended") + result.extended,
            known=F("known") + result.known,
            duplicates=F("duplicates") + result.duplicates,
            stopped=F("stopped") + result.stopped,
            rejected=F("rejected") + len(batch.faults),
        )
    )
    if not changed:
        raise LostClaim(row.pk)


def _list(town: Town, row: Import, listed: Sequence[FaultyRow]) -> None:
    if not listed:
        return
    sealer = sealed.Sealer(town)
    packed = [
        sealer.seal(sealed.LINE, json.dumps([one.suggestion, *one.cells]).encode())
        for one in listed
    ]
    bulk.execute(
        "INSERT INTO audience_importrow (town_id, of_id, line, reason, other_line, sealed, key_id)"
        " SELECT %b, %b, * FROM unnest(%b::int[], %b::text[], %b::int[], %b::bytea[], %b::smallint[])",
        [
            town.pk,
            row.pk,
            [one.line for one in listed],
            [one.reason.value for one in listed],
            [one.other_line for one in listed],
            [one.bytes for one in packed],
            [one.key_id for one in packed],
        ],
    )


@transaction.atomic
def _finish(town: Town, row: Import, claim: uuid.UUID, *, at: datetime) -> None:
    """The file itself has served; the lines that need explaining stay until it can no longer be undone."""
    mine = Import.objects.of(town).filter(pk=row.pk, claim=claim, state=ImportState.RUNNING)
    if not mine.update(state=ImportState.DONE, finished_at=at, claim=None, lease_until=None):
        return
    ImportPart.objects.of(town).filter(of=row).delete()
    row.refresh_from_db()
    sentence = gettext("{added} abonnés ajoutés, {extended} complétés, {rejected} lignes écartées")
    journal.write(
        town,
        journal.Kind.SUBSCRIBERS_IMPORTED,
        at=at,
        by=row.created_by,
        about=("import", row.pk),
        detail=sentence.format(added=row.added, extended=row.extended, rejected=row.rejected),
    )


@transaction.atomic
def _fail(town: Town, row: Import, failure: str, claim: uuid.UUID, *, at: datetime) -> None:
    """Nothing is left half-done: what the first batches added goes away again."""
    mine = Import.objects.of(town).filter(pk=row.pk, claim=claim, state=ImportState.RUNNING)
    if not mine.update(
        state=ImportState.FAILED, failure=failure, finished_at=at, claim=None, lease_until=None
    ):
        return
    undoing.take_back(town, row.pk, at=at)
