"""The sources that a town follows, and what it makes of their labels."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from beffroi.audience.models import Theme
from beffroi.content.facts import AddressTaken, LabelUse, NewSource, NoSuchSource
from beffroi.content.models import Label, Source
from beffroi.content.services import bells
from beffroi.content.words import Mode
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town


@transaction.atomic
def add(town: Town, new: NewSource, *, by: Agent | None, at: datetime) -> Source:
    """Raises: AddressTaken."""
    taken = Source.objects.of(town).filter(address=new.address, removed_at=None)
    if new.address and taken.exists():
        raise AddressTaken(new.address)
    row = Source.objects.create_in(
        town,
        name=" ".join(new.name.split())[:120],
        format=new.format.value,
        address=new.address,
        kind=new.kind or "",
        category=new.category or "",
        mode=new.mode,
        added_by=by,
        added_at=at,
    )
    use_labels(town, row, new.labels)
    _note(row, by=by, at=at)
    return row


@transaction.atomic
def ask(town: Town, source_id: int, *, by: Agent, at: datetime) -> None:
    """A worker visits it now, while `by` waits. Raises: NoSuchSource."""
    row = locked(town, source_id)
    row.wanted_at, row.wanted_by = at, by
    row.save(update_fields=["wanted_at", "wanted_by"])
    bells.call(row, for_an_agent=True)


@transaction.atomic
def inherit(town: Town, parent: Town, mode: Mode, *, by: Agent | None, at: datetime) -> Source:
    """What `parent` publishes is shown here as well. Raises: AddressTaken."""
    if Source.objects.of(town).filter(parent=parent, removed_at=None).exists():
        raise AddressTaken(parent.name)
    row = Source.objects.create_in(
        town, name=parent.name, parent=parent, mode=mode, added_by=by, added_at=at
    )
    bells.ring(parent)
    _note(row, by=by, at=at)
    return row


@transaction.atomic
def change(
    town: Town,
    source_id: int,
    *,
    name: str,
    mode: Mode,
    is_paused: bool,
    by: Agent,
    at: datetime,
) -> Source:
    """Raises: NoSuchSource."""
    row = locked(town, source_id)
    row.name, row.mode, row.is_paused = " ".join(name.split())[:120], mode, is_paused
    row.save(update_fields=["name", "mode", "is_paused"])
    _note(row, by=by, at=at)
    return row


@transaction.atomic
def map_labels(
    town: Town,
    source_id: int,
    themes: Mapping[int, int | None],
    left_out: frozenset[int],
    *,
    by: Agent,
    at: datetime,
) -> None:
    """`themes`: a theme for each label, by ids. The source is read again in full at its next visit. Raises: NoSuchSource."""
    row = locked(town, source_id)
    for label in Label.objects.of(town).filter(source=row):
        label.theme_id = themes.get(label.pk)
        label.is_left_out = label.pk in left_out
        label.save(update_fields=["theme", "is_left_out"])
    row.etag = row.last_modified = ""
    row.save(update_fields=["etag", "last_modified"])
    _note(row, by=by, at=at)


def use_labels(town: Town, source: Source, uses: Mapping[str, LabelUse]) -> None:
    """By name; those not met before are made. Called inside a transaction that holds the source."""
    kept = {label.name: label for label in Label.objects.of(town).filter(source=source)}
    fresh = [Label(town=town, source=source, name=name) for name in uses if name not in kept]
    kept |= {label.name: label for label in Label.objects.bulk_create_in(town, fresh)}
    open_ids = set(Theme.objects.of(town).filter(ended_at=None).values_list("id", flat=True))
    for name, use in uses.items():
        label = kept[name]
        label.theme_id = use.theme_id if use.theme_id in open_ids else None
        label.is_left_out = use.is_left_out
        label.save(update_fields=["theme", "is_left_out"])


@transaction.atomic
def remove(town: Town, source_id: int, *, by: Agent, at: datetime) -> None:
    """It is asked no more; its entries stay, and are the town’s. Raises: NoSuchSource."""
    row = locked(town, source_id)
    row.removed_at, row.wanted_at, row.wanted_by = at, None, None
    row.save(update_fields=["removed_at", "wanted_at", "wanted_by"])
    _note(row, by=by, at=at)


@transaction.atomic
def take_back(town: Town, source_id: int, *, by: Agent, at: datetime) -> None:
    """Undoes `remove`. Raises: NoSuchSource, AddressTaken when it was added again meanwhile."""
    row = Source.objects.of(town).select_for_update().filter(pk=source_id).first()
    if row is None:
        raise NoSuchSource(source_id)
    others = Source.objects.of(town).filter(removed_at=None).exclude(pk=row.pk)
    same = others.filter(parent=row.parent) if row.parent_id else others.filter(address=row.address)
    if (row.address or row.parent_id) and same.exists():
        raise AddressTaken(row.address)
    row.removed_at = None
    row.save(update_fields=["removed_at"])
    _note(row, by=by, at=at)


def locked(town: Town, source_id: int) -> Source:
    """Called inside a transaction. Raises: NoSuchSource."""
    rows = Source.objects.of(town).select_for_update(of=("self",))
    row = rows.filter(pk=source_id, removed_at=None).first()
    if row is None:
        raise NoSuchSource(source_id)
    return row


def _note(row: Source, *, by: Agent | None, at: datetime) -> None:
    kind = journal.Kind.SOURCE_CHANGED
    journal.write(row.town, kind, at=at, by=by, about=("source", row.pk), detail=row.name)
