"""A file that an agent brings: kept while they look at it and put it right, taken in when they say so, forgotten otherwise."""

import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import PurePath

from django.db import transaction
from django.db.models import F
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from beffroi.audience import sealed
from beffroi.audience.importer import faults, kinds
from beffroi.content import brought
from beffroi.content.brought import Opened
from beffroi.content.facts import (
    Brought,
    LabelUse,
    Layout,
    NewSource,
    NoSuchSource,
    NoSuchUpload,
    NothingFound,
    NotSettled,
    OtherFormat,
    TakenAlready,
    UnderWay,
)
from beffroi.content.models import Run, Source, Upload, UploadPart
from beffroi.content.readers import discover, sheet, tables
from beffroi.content.readers.columns import Field
from beffroi.content.reading import read
from beffroi.content.services import importing, sources, visiting
from beffroi.content.words import Category, Flaw, Format, Kind, Mode, Setback
from beffroi.towns.models import Agent, Town

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]
KEPT = timedelta(days=7)
TAKE_TASK = "content.take"
SILENCE = timedelta(minutes=2)
"""A worker that gave no sign for so long has died."""
_LASTING = ("sheet", "delimiter")
TRIES = 3
"""Then the agent is told that it does not work."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """All that an agent may put right of a file before it is taken in."""

    name: str
    mode: Mode
    kind: Kind | None = None
    category: Category | None = None
    source_id: int | None = None
    layout: Layout | None = None
    """None: as it was shown; otherwise its columns are guessed anew."""
    columns: Mapping[str, Field]
    labels: Mapping[str, LabelUse]


@transaction.atomic
def keep(town: Town, new: Brought, chunks: Iterable[bytes], *, by: Agent, at: datetime) -> Upload:
    """Nothing stays of a file that is refused.

    Raises: importer.faults.BadFile, NothingFound with its flaws, OtherFormat, NoSuchSource.
    """
    document = kinds.gather(chunks).getvalue()
    format_ = discover.recognise(document, new.content_type)
    if format_ is None:
        brought.refuse_what_is_no_table(document)
        format_ = Format.SHEET
    source = sources.locked(town, new.source_id) if new.source_id else None
    if source and source.format != format_:
        raise OtherFormat(source.pk)
    row = Upload(
        town=town,
        filename=kinds.base_name(new.filename),
        size_bytes=len(document),
        format=format_.value,
        name=" ".join(new.name.split())[:120],
        kind=new.kind or "",
        category=new.category or "",
        brought_by=by,
        brought_at=at,
    )
    if source:
        row.layout = _layout_of(source, document)
    told = _look(town, row, document, at=at)
    row.name = row.name or " ".join(PurePath(row.filename).stem.replace("_", " ").split())[:120]
    if known := source or told:
        _renew(row, known, document)
        _tell_columns(row, document)
    row.save(force_insert=True)
    for n, piece in enumerate(sealed.pieces(town, brought.USE, document)):
        UploadPart.objects.create_in(town, of=row, n=n, sealed=piece.bytes, key_id=piece.key_id)
    return row


@transaction.atomic
def settle(town: Town, upload_id: int, said: Settled, *, by: Agent, at: datetime) -> bool:
    """Keeps what was put right; says whether the file is read as it was before, by this source.

    Raises: NoSuchUpload, TakenAlready, UnderWay, NoSuchSource.
    """
    row = _waiting(town, upload_id, by=by)
    before = _manner(row)
    row.came_back = ""
    row.name = " ".join(said.name.split())[:120] or row.name
    if said.source_id and said.source_id != row.source_id:
        document = brought.document(town, row)
        _renew(row, sources.locked(town, said.source_id), document)
        _tell_columns(row, document)
    else:
        row.source_id, row.mode = said.source_id, said.mode
        row.kind, row.category = said.kind or row.kind, said.category or ""
        row.columns = _kept(said.columns)
        if said.layout:
            row.layout, row.columns = asdict(said.layout), {}
            _tell_columns(row, brought.document(town, row))
        row.labels |= {name: asdict(use) for name, use in said.labels.items()}
    row.save()
    return before == _manner(row)


def start(town: Town, upload_id: int, *, by: Agent, at: datetime) -> None:
    """Hands the file to the workers.

    Raises: NoSuchUpload, TakenAlready, UnderWay, NoSuchSource, NotSettled, importer.faults.BadFile.
    """
    with transaction.atomic():
        row = _waiting(town, upload_id, by=by)
        if row.source_id:
            sources.locked(town, row.source_id)
        if not brought.is_settled(town, row):
            raise NotSettled(upload_id)
        row.busy_at, row.tries, row.came_back = at, 0, ""
        row.photos_done = row.photos_total = 0
        row.save()
        _ring(row)


def carry_out(town: Town, upload_id: int, *, clock: Clock, allow_loopback: bool = False) -> None:
    """Takes in what `start` handed over, unless that was done meanwhile; what cannot be waits for its agent again."""
    rows = Upload.objects.of(town).filter(pk=upload_id, run=None).exclude(busy_at=None)
    row = rows.select_related("brought_by").first()
    if row is None:
        return
    if row.tries >= TRIES:
        _give_back(row, Setback.STOPPED)
        return
    rows.update(tries=F("tries") + 1, busy_at=clock())
    try:
        take(
            town,
            upload_id,
            by=row.brought_by,
            clock=clock,
            allow_loopback=allow_loopback,
            claim=row.tries + 1,
        )
    except (NoSuchUpload, TakenAlready, UnderWay):
        return
    except NoSuchSource:
        _give_back(row, Setback.SOURCE_GONE)
    except (NotSettled, NothingFound, faults.BadFile):
        _give_back(row, Setback.READ_OTHERWISE)


def resume_all(*, at: datetime) -> None:
    """Rings again for every file whose worker gave no sign for `SILENCE`."""
    why = "files are taken up again for every town"
    rows = Upload.objects.across_towns(why=why).filter(run=None, town__closed_at=None)
    for row in rows.filter(busy_at__lt=at - SILENCE):
        _ring(row)


def take(
    town: Town,
    upload_id: int,
    *,
    by: Agent,
    clock: Clock,
    allow_loopback: bool = False,
    claim: int | None = None,
) -> Run:
    """What the file holds becomes entries; the file is destroyed. One transaction, once the photographs are there.

    `claim`: which try it is, of a worker; another has begun since if the file knows a later one.
    Raises: NoSuchUpload, TakenAlready, UnderWay, NotSettled, NothingFound, NoSuchSource, importer.faults.BadFile.
    """
    at = clock()
    row = brought.upload(town, upload_id, by=by)
    if row.run_id:
        raise TakenAlready(row.run_id)
    found = brought.opened(town, row, at=at)
    _require_takeable(found)

    def tell(done: int, total: int) -> None:
        Upload.objects.of(town).filter(pk=upload_id).exclude(busy_at=None).update(
            busy_at=clock(), photos_done=done, photos_total=total
        )

    photos = visiting.photos(
        town, row.source, found.reading, at=at, allow_loopback=allow_loopback, tell=tell
    )
    with transaction.atomic():
        row = _locked(town, upload_id, by=by)
        if claim is not None and (row.busy_at is None or row.tries != claim):
            raise UnderWay(upload_id)
        source = _source(town, row, found, by=by, at=at)
        sources.use_labels(town, source, brought.uses(row))
        run = importing.take(town, source, found.reading, by=by, at=at, pictures=photos)
        UploadPart.objects.of(town).filter(of=row).delete()
        row.run, row.busy_at = run, None
        row.save(update_fields=["run", "busy_at"])
    return run


@transaction.atomic
def discard(town: Town, upload_id: int, *, by: Agent, at: datetime) -> None:
    """Raises: NoSuchUpload, TakenAlready, UnderWay."""
    _waiting(town, upload_id, by=by).delete()


def forget(town: Town, *, at: datetime) -> int:
    """Files that nobody came back for, and what stands for those that were taken in; says how many."""
    rows = Upload.objects.of(town).filter(brought_at__lt=at - KEPT, busy_at=None)
    return rows.delete()[1].get(Upload._meta.label, 0)


def _look(town: Town, row: Upload, document: bytes, *, at: datetime) -> Source | None:
    """Refuses what holds nothing; gives the source that the file renews, if it says so itself."""
    if row.format == Format.SHEET:
        kind = Kind(row.kind) if row.kind else None
        table = tables.opened(document, kind=kind, layout=Layout(**row.layout))
        if not any(table.below()):
            raise NothingFound(Flaw.ONLY_HEADERS)
        if not row.category and table.kind == Kind.PLACE:
            row.category = sheet.category_told(table) or ""
        alike = brought.with_headers(town, table.headers)
        same = (alike.filter(kind=row.kind) if row.kind else alike).first()
        row.kind, row.columns = table.kind, _kept(table.mapping)
        return same
    reading = read(document, brought.asked(town, row, at=at))
    if not reading.found:
        flaws = {one.flaw for one in reading.remarks}
        is_elsewhere = row.format in (Format.DILA, Format.FINESS) and flaws == {Flaw.NOTHING_INSIDE}
        raise NothingFound(*([Flaw.NOT_HERE] if is_elsewhere else sorted(flaws)))
    row.name = row.name or reading.title[:120]
    return brought.that_told(town, Format(row.format), reading)


def _renew(row: Upload, source: Source, document: bytes) -> None:
    """The file is read as those before it."""
    row.source = source
    row.kind, row.category, row.mode = source.kind, source.category, source.mode
    row.columns, row.labels = source.columns, {}
    row.layout = row.layout or _layout_of(source, document)


def _layout_of(source: Source, document: bytes) -> dict[str, str]:
    """What was chosen for the file before, if this one has its columns there."""
    if not source.layout:
        return {}
    kind, known = Kind(source.kind) if source.kind else None, set(source.columns)
    try:
        table = tables.opened(document, kind=kind, layout=Layout(**source.layout))
    except faults.BadFile:
        return {}
    return dict(source.layout) if 2 * len(known & set(table.headers)) > len(known) else {}


def _tell_columns(row: Upload, document: bytes) -> None:
    """What each column holds, guessed where nobody has said it yet. Raises: importer.faults.BadFile."""
    if row.format == Format.SHEET:
        table = brought.table(row, document)
        row.kind, row.columns = table.kind, _kept(table.mapping)


def _kept(mapping: Mapping[str, Field]) -> dict[str, str]:
    return {name: field.value for name, field in mapping.items()}


def _manner(row: Upload) -> tuple[object, ...]:
    return row.source_id, row.kind, row.category, row.layout, row.columns


def _source(town: Town, row: Upload, found: Opened, *, by: Agent, at: datetime) -> Source:
    if row.source_id:
        source = sources.locked(town, row.source_id)
        source.mode, source.kind, source.category = row.mode, row.kind, row.category
    else:
        new = NewSource(
            name=row.name,
            format=Format(row.format),
            kind=Kind(row.kind) if row.kind else None,
            category=Category(row.category) if row.category else None,
            mode=Mode(row.mode),
        )
        source = sources.add(town, new, by=by, at=at)
    if found.table:
        source.columns = _kept(found.table.mapping)
        source.layout = {name: row.layout[name] for name in _LASTING if row.layout.get(name)}
    source.asked_at, source.failure, source.failing_since = at, "", None
    source.save()
    return source


def _require_takeable(found: Opened) -> None:
    if not found.is_settled:
        raise NotSettled(found.row.pk)
    if not found.reading.found:
        raise NothingFound(*(one.flaw for one in found.reading.remarks))


def _give_back(row: Upload, why: Setback) -> None:
    log.warning("upload.came_back", extra={"town_id": row.town_id, "upload_id": row.pk})
    waiting = Upload.objects.of(row.town).filter(pk=row.pk, run=None)
    waiting.update(busy_at=None, came_back=why)


def _waiting(town: Town, upload_id: int, *, by: Agent) -> Upload:
    row = _locked(town, upload_id, by=by)
    if row.busy_at:
        raise UnderWay(upload_id)
    return row


def _locked(town: Town, upload_id: int, *, by: Agent) -> Upload:
    rows = Upload.objects.of(town).select_for_update(of=("self",))
    row = rows.filter(pk=upload_id, brought_by=by).first()
    if row is None:
        raise NoSuchUpload(upload_id)
    if row.run_id:
        raise TakenAlready(row.run_id)
    return row


def _ring(row: Upload) -> None:
    """Unless the last one still waits; an agent looks on, so it comes before the visits of the clock."""
    job = app.configure_task(
        TAKE_TASK, queueing_lock=f"{TAKE_TASK}:{row.pk}", priority=1, allow_unknown=False
    )
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(town_id=row.town_id, upload_id=row.pk)
