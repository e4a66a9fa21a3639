"""Files of subscribers: taken in, planned, started, taken back. The run itself is `importing`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext
from procrastinate.contrib.django import app

from beffroi.audience import sealed
from beffroi.audience.importer import kinds, plan as plans, sheets
from beffroi.audience.importer.columns import Role
from beffroi.audience.importer.plan import Plan
from beffroi.audience.models import Import, ImportPart, Theme
from beffroi.audience.services import erasure, importing, proofs, undoing
from beffroi.audience.words import ImportState
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town

UNDO = timedelta(days=30)
RUN_TASK, SWEEP_TASK = "audience.run_import", "audience.sweep"


class NoSuchImport(Exception):
    """This town has no such import."""


class WrongState(Exception):
    """The import has gone too far, or not far enough, for this."""


class NoContactColumn(Exception):
    """No column holds addresses or mobile numbers."""


class NoThemeAnywhere(Exception):
    """Neither the form nor a column says what people are to receive."""


class NotAttested(Exception):
    """Who collected the consent, when and how must be said."""


class TooLate(Exception):
    """The thirty days are over."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Attestation:
    """Where the consent of these people comes from (GDPR art. 7(1): the town must be able to show it)."""

    collected_by: str
    collected_on: date
    """The last day of the collection."""
    collected_how: str


@transaction.atomic
def upload(
    town: Town, filename: str, chunks: Iterable[bytes], *, by: Agent | None, at: datetime
) -> int:
    """Takes the file in, sealed, and guesses how to read it. Raises: importer.faults.BadFile; nothing is kept."""
    file = kinds.gather(chunks)
    plan = plans.guess(file, importing.named_themes(town))
    body = file.getvalue()
    row = Import.objects.create_in(
        town,
        filename=kinds.base_name(filename),
        size_bytes=len(body),
        digest=sealed.fingerprint(town, sealed.FILE, sha256(body).digest()),
        reading=plans.to_json(plan),
        lines_total=sheets.lines_in(file, plan.reading),
        created_by=by,
        created_at=at,
    )
    for n, packed in enumerate(sealed.pieces(town, sealed.FILE, body)):
        ImportPart.objects.create_in(town, of=row, n=n, sealed=packed.bytes, key_id=packed.key_id)
    return row.pk


@transaction.atomic
def read_again(
    town: Town, import_id: int, *, delimiter: str = "", sheet: str = "", at: datetime
) -> None:
    """Another separator or sheet, chosen by the agent: the columns are guessed anew.

    Raises: NoSuchImport, WrongState, importer.faults.BadFile.
    """
    row = _locked(town, import_id, {ImportState.UPLOADED})
    old = plans.from_json(row.reading).reading
    with importing.open_file(town, import_id) as file:
        reading = sheets.with_choice(file, old, delimiter=delimiter, sheet=sheet)
        plan = plans.guess_from(file, reading, importing.named_themes(town))
        row.lines_total = sheets.lines_in(file, reading)
    row.reading = plans.to_json(plan)
    row.save(update_fields=["reading", "lines_total"])


@transaction.atomic
def set_plan(
    town: Town, import_id: int, plan: Plan, *, theme_ids: Sequence[int], at: datetime
) -> None:
    """Keeps what the agent has corrected so far, to look again. Raises: NoSuchImport, WrongState."""
    row = _locked(town, import_id, {ImportState.UPLOADED})
    row.reading = plans.to_json(plan)
    row.theme_ids = list(
        Theme.objects.of(town).filter(pk__in=list(theme_ids)).values_list("id", flat=True)
    )
    row.save(update_fields=["reading", "theme_ids"])


@transaction.atomic
def start(
    town: Town,
    import_id: int,
    plan: Plan,
    attestation: Attestation,
    *,
    theme_ids: Sequence[int],
    by: Agent | None,
    at: datetime,
    defer: bool = True,
) -> None:
    """Hands the file to the workers; `defer=False` when the caller runs it itself.

    Raises: NoSuchImport, WrongState, NoContactColumn, NoThemeAnywhere, NotAttested.
    """
    row = _locked(town, import_id, {ImportState.UPLOADED})
    roles = {column.role for column in plan.columns}
    given = Theme.objects.of(town).filter(pk__in=list(theme_ids), ended_at=None)
    if Role.EMAIL not in roles and Role.PHONE not in roles:
        raise NoContactColumn
    if not given.exists() and not roles & {Role.THEME, Role.THEMES}:
        raise NoThemeAnywhere
    how, who = attestation.collected_how.strip(), attestation.collected_by.strip()
    if not how or not who or attestation.collected_on > localdate(at):
        raise NotAttested
    row.reading = plans.to_json(plan)
    row.theme_ids = list(given.values_list("id", flat=True))
    row.collected_by, row.collected_how = who[:200], how[:500]
    row.collected_on = attestation.collected_on
    row.consent_text = proofs.current_text(town)
    row.state, row.lease_until = ImportState.WAITING, at
    row.save()
    if defer:
        app.configure_task(RUN_TASK, allow_unknown=False).defer(town_id=town.pk, import_id=row.pk)


@transaction.atomic
def discard(town: Town, import_id: int, *, at: datetime) -> None:
    """A file that was never started is destroyed. Raises: NoSuchImport, WrongState."""
    row = _locked(town, import_id, {ImportState.UPLOADED})
    row.state = ImportState.DISCARDED
    row.save(update_fields=["state"])
    erasure.empty_import(town, import_id, at=at)


@transaction.atomic
def undo(town: Town, import_id: int, *, by: Agent | None, at: datetime, defer: bool = True) -> int:
    """Removes what this import added and nothing else; says how many people are gone.

    Raises: NoSuchImport, WrongState, TooLate.
    """
    row = _locked(town, import_id, {ImportState.DONE})
    if row.finished_at is not None and row.finished_at + UNDO < at:
        raise TooLate(import_id)
    gone = undoing.take_back(town, import_id, at=at)
    row.state, row.undone_at = ImportState.UNDONE, at
    row.save(update_fields=["state", "undone_at"])
    erasure.empty_import(town, import_id, at=at)
    if defer:
        app.configure_task(SWEEP_TASK, allow_unknown=False).defer(town_id=town.pk)
    journal.write(
        town,
        journal.Kind.IMPORT_UNDONE,
        at=at,
        by=by,
        about=("import", import_id),
        detail=gettext("{count} abonnés retirés").format(count=gone),
    )
    return gone


def _locked(town: Town, import_id: int, allowed: set[ImportState]) -> Import:
    row = Import.objects.of(town).select_for_update(of=("self",)).filter(pk=import_id).first()
    if row is None:
        raise NoSuchImport(import_id)
    if row.state not in allowed:
        raise WrongState(import_id)
    return row
