"""Imports as pages show them: the preview before, the progress during, the report after."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from django.db.models import Count, QuerySet

from beffroi.audience import sealed
from beffroi.audience.importer import plan as plans, sheets
from beffroi.audience.importer.plan import Plan
from beffroi.audience.importer.rows import Reader
from beffroi.audience.models import Import, ImportRow
from beffroi.audience.services.importing import named_themes, open_file
from beffroi.audience.services.imports import UNDO, NoSuchImport
from beffroi.audience.words import ImportState, RowReason
from beffroi.kit import spreadsheets
from beffroi.towns.models import Town


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportView:
    id: int
    state: ImportState
    filename: str
    size_bytes: int
    created_at: datetime
    created_by: str
    started_at: datetime | None
    finished_at: datetime | None
    undone_at: datetime | None
    emptied_at: datetime | None
    failure: str
    theme_ids: frozenset[int]
    collected_by: str
    collected_on: date | None
    collected_how: str
    lines_done: int
    lines_total: int
    rows: int
    blank_lines: int
    addresses: int
    added: int
    extended: int
    known: int
    duplicates: int
    stopped: int
    rejected: int

    @property
    def is_running(self) -> bool:
        return self.state in (ImportState.WAITING, ImportState.RUNNING)

    @property
    def percent(self) -> int:
        if not self.is_running:
            return 100 if self.state == ImportState.DONE else 0
        return min(99, 100 * self.lines_done // self.lines_total) if self.lines_total else 0

    @property
    def listed(self) -> int:
        """Lines that did not simply make a subscriber: what the report explains."""
        return self.rejected + self.stopped + self.duplicates + self.known

    def may_undo(self, at: datetime) -> bool:
        return (
            self.state == ImportState.DONE
            and self.finished_at is not None
            and self.finished_at + UNDO >= at
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class PreviewRow:
    line: int
    cells: tuple[str, ...]
    found: tuple[str, ...]
    """The addresses that would be subscribed, in clear: the agent holds the file."""
    problems: tuple[str, ...]
    """In French, with the suggestion."""
    theme_names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """The first rows, read as they would be."""

    plan: Plan
    rows: Sequence[PreviewRow]
    imported_before: datetime | None
    """The very same file was imported then."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportLine:
    line: int
    reason: RowReason
    suggestion: str
    other_line: int | None
    cells: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return _sentence(self.reason, self.suggestion, self.other_line)


def imports(town: Town) -> list[ImportView]:
    """The newest first; files thrown away before their start are left out."""
    rows = Import.objects.of(town).exclude(state=ImportState.DISCARDED)
    return [_view(row) for row in rows.select_related("created_by")[:100]]


def one(town: Town, import_id: int) -> ImportView:
    """Raises: NoSuchImport."""
    row = Import.objects.of(town).select_related("created_by").filter(pk=import_id).first()
    if row is None:
        raise NoSuchImport(import_id)
    return _view(row)


def plan(town: Town, import_id: int) -> Plan:
    """How the file is to be read, as it stands. Raises: NoSuchImport."""
    row = Import.objects.of(town).filter(pk=import_id).first()
    if row is None:
        raise NoSuchImport(import_id)
    return plans.from_json(row.reading)


def preview(town: Town, import_id: int, *, given: Sequence[int] = (), rows: int = 15) -> Preview:
    """Raises: NoSuchImport, importer.faults.BadFile."""
    current = plan(town, import_id)
    themes = named_themes(town)
    names = {theme.id: theme.name for theme in themes}
    reader = Reader(plan=current, themes=themes, given=frozenset(given))
    shown: list[PreviewRow] = []
    with open_file(town, import_id) as file:
        for line in islice(sheets.rows(file, current.reading), current.header_line + 3 * rows):
            read = reader.read(line)
            if line[0] <= current.header_line or read.is_blank or len(shown) == rows:
                continue
            wanted = {theme for person in read.people for theme in person.theme_ids}
            shown.append(
                PreviewRow(
                    line=line[0],
                    cells=tuple(cell.strip()[:60] for cell in line[1]),
                    found=tuple(person.address for person in read.people),
                    problems=tuple(
                        _sentence(bad.reason, bad.suggestion, None) for bad in read.faults
                    ),
                    theme_names=tuple(names[theme] for theme in sorted(wanted) if theme in names),
                )
            )
    return Preview(plan=current, rows=shown, imported_before=_before(town, import_id))


def reasons(town: Town, import_id: int) -> list[tuple[RowReason, int]]:
    """How many lines for each reason, the most frequent first."""
    counts = _listed(town, import_id).order_by().values("reason").annotate(n=Count("id"))
    return sorted(((RowReason(row["reason"]), row["n"]) for row in counts), key=lambda one: -one[1])


def report(
    town: Town, import_id: int, *, reason: str = "", start: int = 0, size: int = 100
) -> list[ReportLine]:
    """Explained lines in the order of the file."""
    rows = _listed(town, import_id)
    if reason:
        rows = rows.filter(reason=reason)
    return [_line(row) for row in rows[start : start + size]]


def report_csv(town: Town, import_id: int) -> Iterator[str]:
    """The explained lines in the shape of the original file, with three columns more; opens in Excel as it is."""
    return spreadsheets.rows(_report_lines(town, import_id))


def _report_lines(town: Town, import_id: int) -> Iterator[Sequence[object]]:
    header = plan(town, import_id).header
    width = max(len(header), 1)
    yield [*(header or [""]), "Ligne", "Motif", "Suggestion"]
    for row in _listed(town, import_id).iterator(chunk_size=1000):
        line = _line(row)
        cells = [*line.cells, *[""] * (width - len(line.cells))]
        yield [*cells, line.line, line.sentence, line.suggestion]


def _listed(town: Town, import_id: int) -> QuerySet[ImportRow]:
    return ImportRow.objects.of(town).filter(of_id=import_id)


def _line(row: ImportRow) -> ReportLine:
    plain = sealed.unseal(row.town_id, sealed.LINE, bytes(row.sealed), row.key_id)
    suggestion, *cells = json.loads(plain)
    return ReportLine(
        line=row.line,
        reason=RowReason(row.reason),
        suggestion=suggestion,
        other_line=row.other_line,
        cells=tuple(cells),
    )


def _sentence(reason: RowReason, suggestion: str, other_line: int | None) -> str:
    sentence = str(reason.label)
    if other_line:
        return f"{sentence} (ligne {other_line})"
    if suggestion:
        return f"{sentence}. Vouliez-vous dire {suggestion}\N{NO-BREAK SPACE}?"
    return sentence


def _before(town: Town, import_id: int) -> datetime | None:
    row = Import.objects.of(town).get(pk=import_id)
    same = Import.objects.of(town).filter(
        digest=bytes(row.digest), state=ImportState.DONE, pk__lt=row.pk
    )
    return same.values_list("finished_at", flat=True).first()


def _view(row: Import) -> ImportView:
    plain = {
        name: getattr(row, name)
        for name in ImportView.__dataclass_fields__
        if name not in ("state", "created_by", "theme_ids")
    }
    return ImportView(
        state=ImportState(row.state),
        created_by=row.created_by.full_name if row.created_by else "",
        theme_ids=frozenset(row.theme_ids),
        **plain,
    )
