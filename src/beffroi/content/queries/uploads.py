"""A file before it is taken in: each column, the first things as they will be read, what becomes of all, every flaw."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from beffroi.content import brought, weighing
from beffroi.content.brought import Opened
from beffroi.content.facts import LabelUse, Remark
from beffroi.content.models import Label, Source, Upload
from beffroi.content.readers import columns
from beffroi.content.readers.columns import Field
from beffroi.content.readers.tables import Table
from beffroi.content.weighing import LabelLine, Thing
from beffroi.content.words import Format, Kind, Verdict
from beffroi.towns.models import Agent, Town

THINGS_SHOWN = 6
HEADERS_OFFERED = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    n: int
    """From 0, as it stands in the file."""
    name: str
    header: str
    """Empty: it has none."""
    field: Field
    samples: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    row: Upload
    title: str
    columns: tuple[Column, ...]
    offered: tuple[Field, ...]
    """What a column may hold."""
    header_line: int
    lines: tuple[tuple[int, str], ...]
    """Which may be the header: number, first words."""
    table: Table | None
    missing: tuple[Field, ...]
    twice: Mapping[Field, list[str]]
    things: tuple[Thing, ...]
    counts: Mapping[Verdict, int]
    labels: tuple[LabelLine, ...]
    are_labels_known: bool
    """From the file before."""
    remarks: tuple[Remark, ...]
    homeless: int
    """Places that no directory takes: they wait until somebody chooses one."""
    alike: tuple[Source, ...]
    """Known sources that this file may renew."""

    @property
    def to_take(self) -> int:
        return self.counts[Verdict.NEW] + self.counts[Verdict.CHANGED]

    @property
    def is_settled(self) -> bool:
        return not (self.missing or self.twice)


def waiting(town: Town, by: Agent) -> list[Upload]:
    """What this agent brought and is not taken in yet: to be decided on, or under way."""
    rows = Upload.objects.of(town).filter(brought_by=by, run=None)
    return list(rows.select_related("source"))


def upload(town: Town, upload_id: int, *, by: Agent) -> Upload:
    """Raises: NoSuchUpload."""
    return brought.upload(town, upload_id, by=by)


def preview(town: Town, upload_id: int, *, by: Agent, at: datetime) -> Preview:
    """Raises: NoSuchUpload; importer.faults.BadFile."""
    opened = brought.opened(town, brought.upload(town, upload_id, by=by), at=at)
    row, reading, table = opened.row, opened.reading, opened.table
    known = _known_uses(town, row)
    uses = known | brought.uses(row)
    labels = weighing.labels_of(reading.found, uses)
    verdicts = weighing.weigh_all(town, row.source, reading, uses, at=at)
    counts = Counter(verdicts.values())
    return Preview(
        row=row,
        title=reading.title,
        columns=tuple(_columns(table)) if table else (),
        offered=columns.OFFERED[Kind(row.kind)] if table else (),
        header_line=table.header_line if table else 0,
        lines=tuple(_lines(table)) if table else (),
        table=table,
        missing=table.missing if table else (),
        twice=opened.twice,
        things=weighing.first_things(reading, verdicts, most=THINGS_SHOWN),
        counts={verdict: counts[verdict] for verdict in Verdict},
        labels=labels,
        are_labels_known=all(one.name in known for one in labels),
        remarks=reading.remarks,
        homeless=sum(one.kind == Kind.PLACE and not one.category for one in reading.found),
        alike=_alike(town, opened),
    )


def remarks(town: Town, upload_id: int, *, by: Agent, at: datetime) -> tuple[Remark, ...]:
    """Raises: NoSuchUpload; importer.faults.BadFile."""
    return brought.opened(town, brought.upload(town, upload_id, by=by), at=at).reading.remarks


def _known_uses(town: Town, row: Upload) -> dict[str, LabelUse]:
    """As the source reads them."""
    kept = Label.objects.of(town).filter(source=row.source) if row.source else ()
    return {
        label.name: LabelUse(theme_id=label.theme_id, is_left_out=label.is_left_out)
        for label in kept
    }


def _columns(table: Table) -> Iterator[Column]:
    for name, field in table.mapping.items():
        n = table.headers.index(name)
        header = name if columns.is_told(name) else ""
        yield Column(n=n, name=name, header=header, field=field, samples=table.samples(n))


def _lines(table: Table) -> Iterator[tuple[int, str]]:
    filled = [(line, cells) for line, cells in table.rows[:30] if any(cells)][:HEADERS_OFFERED]
    for line, cells in filled:
        words = " · ".join(filter(None, (" ".join(cell.split()) for cell in cells)))
        yield line, words[:60]


def _alike(town: Town, opened: Opened) -> tuple[Source, ...]:
    row, table = opened.row, opened.table
    found = {row.source.pk: row.source} if row.source else {}
    if table:
        found |= {one.pk: one for one in brought.with_headers(town, table.headers)[:5]}
    told = brought.that_told(town, Format(row.format), opened.reading)
    return tuple((found | ({told.pk: told} if told else {})).values())
