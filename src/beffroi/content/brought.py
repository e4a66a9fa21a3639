"""A file that waits, opened as its agent has settled it so far."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from beffroi.audience import sealed
from beffroi.audience.importer import faults
from beffroi.content.facts import LabelUse, Layout, NoSuchUpload, Reading
from beffroi.content.models import Source, Upload, UploadPart
from beffroi.content.readers import columns, sheet, tables
from beffroi.content.readers.columns import Field
from beffroi.content.readers.tables import Table
from beffroi.content.reading import Asked, read
from beffroi.content.words import Category, Format, Kind
from beffroi.towns import zones
from beffroi.towns.models import Agent, Town

USE = b"content"
"""What the sealed pieces are tied to, beside their town (`audience.sealed`)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    row: Upload
    reading: Reading
    table: Table | None
    """Of a sheet."""
    twice: Mapping[Field, list[str]]
    """What more columns were said to hold than can."""

    @property
    def is_settled(self) -> bool:
        return not self.twice and (self.table is None or not self.table.missing)


def upload(town: Town, upload_id: int, *, by: Agent) -> Upload:
    """Raises: NoSuchUpload."""
    rows = Upload.objects.of(town).select_related("source")
    row = rows.filter(pk=upload_id, brought_by=by).first()
    if row is None:
        raise NoSuchUpload(upload_id)
    if row.source and row.source.removed_at:
        row.source = None
    return row


def opened(town: Town, row: Upload, *, at: datetime) -> Opened:
    """Raises: NoSuchUpload when its pieces are gone; importer.faults.BadFile."""
    body = document(town, row)
    if row.format != Format.SHEET:
        reading = read(body, asked(town, row, at=at))
        return Opened(row=row, reading=reading, table=None, twice={})
    found = table(row, body)
    return Opened(
        row=row,
        reading=sheet.read_table(found, zone=zones.here(), category=_category(row)),
        table=found,
        twice=tables.twice(found.headers, fields(row.columns)),
    )


def is_settled(town: Town, row: Upload) -> bool:
    """As `Opened.is_settled`, without reading all that the file holds. Raises: as `opened`."""
    body = document(town, row)
    if row.format != Format.SHEET:
        return True
    found = table(row, body)
    return not found.missing and not tables.twice(found.headers, fields(row.columns))


def document(town: Town, row: Upload) -> bytes:
    """Raises: NoSuchUpload when its pieces are gone."""
    parts = UploadPart.objects.of(town).filter(of=row).order_by("n")
    body = sealed.whole(town, USE, parts.values_list("sealed", "key_id")).getvalue()
    if not body:
        raise NoSuchUpload(row.pk)
    return body


def table(row: Upload, document: bytes) -> Table:
    """Raises: importer.faults.BadFile."""
    kind = Kind(row.kind) if row.kind else None
    layout = Layout(**row.layout)
    return tables.opened(document, kind=kind, mapping=fields(row.columns), layout=layout)


def asked(town: Town, row: Source | Upload, *, at: datetime) -> Asked:
    return Asked(
        format=Format(row.format),
        at=at,
        kind=Kind(row.kind) if row.kind else None,
        category=_category(row),
        columns=fields(row.columns),
        insee_codes=insee_codes(town),
    )


def insee_codes(town: Town) -> tuple[str, ...]:
    """Whose reference data are wanted."""
    return (town.insee_code,) if town.insee_code else ()


def fields(kept: Mapping[str, str]) -> dict[str, Field]:
    return {name: Field(value) for name, value in kept.items() if value in set(Field)}


def uses(row: Upload) -> dict[str, LabelUse]:
    return {name: LabelUse(**use) for name, use in row.labels.items()}


def with_headers(town: Town, headers: Collection[str]) -> QuerySet[Source]:
    """Sources of sheets with the same columns, the last brought first."""
    told = sorted(filter(columns.is_told, headers))
    rows = _by_file(town, Format.SHEET).order_by("-asked_at")
    if not told:
        return rows.none()
    names = [row.pk for row in rows if sorted(filter(columns.is_told, row.columns)) == told]
    return rows.filter(pk__in=names)


def that_told(town: Town, format_: Format, reading: Reading) -> Source | None:
    """The source of which most of these things are known; of reference data there is but one.

    Not of films: two cinemas show the same.
    """
    rows = _by_file(town, format_)
    if format_ in (Format.DILA, Format.FINESS):
        return rows.order_by("id").first()
    keys = [one.key for one in reading.found if one.kind != Kind.FILM]
    known = Count("entries", filter=Q(entries__key__in=keys))
    best = rows.order_by().annotate(known=known).order_by("-known", "id").first()
    return best if best and 2 * best.known > len(keys) else None


def refuse_what_is_no_table(document: bytes) -> None:
    """A page or a program’s data, which no reader knows. Raises: importer.faults.UnknownKind."""
    if document[:200].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"<", b"{", b"["):
        raise faults.UnknownKind


def _by_file(town: Town, format_: Format) -> QuerySet[Source]:
    rows = Source.objects.of(town)
    return rows.filter(format=format_.value, address="", parent=None, removed_at=None)


def _category(row: Source | Upload) -> Category | None:
    return Category(row.category) if row.category else None
