"""An entry from its first words to its withdrawal. A step is one of `words.ALLOWED`; every former text is kept."""

from dataclasses import fields, replace
from datetime import datetime

from django.db import transaction

from beffroi.content import rows, slugs, stored
from beffroi.content.completeness import require_whole
from beffroi.content.facts import (
    Incomplete,
    Lack,
    NoSuchEntry,
    NotYours,
    Overwritten,
    Text,
    WrongStage,
)
from beffroi.content.models import Contributor, Entry, Version
from beffroi.content.services import bells, pictures
from beffroi.content.words import ALLOWED, Kind, Stage
from beffroi.towns import journal
from beffroi.towns.models import Agent, Service, Town

OWN = frozenset({Stage.DRAFT, Stage.PROPOSED})
CORRECTABLE = frozenset(field.name for field in fields(Text)) - {"publish_at", "expires_at"}


@transaction.atomic
def create(
    town: Town,
    kind: Kind,
    text: Text,
    *,
    by: Agent | None,
    at: datetime,
    service: Service | None = None,
    contributor: Contributor | None = None,
) -> Entry:
    """A draft; of a contributor, something to be read over."""
    entry = Entry(
        town=town,
        kind=kind,
        stage=Stage.PROPOSED if contributor else Stage.DRAFT,
        slug=slugs.free(town, [(kind, text.title)])[0],
        author=by,
        service=service,
        contributor=contributor,
        created_at=at,
        changed_by=by,
        changed_at=at,
    )
    rows.fill(entry, text)
    entry.save(force_insert=True)
    rows.place_around(town, [(entry, text)])
    note(entry, journal.Kind.CONTENT_CREATED, by=by, at=at)
    return entry


def edit(
    town: Town,
    entry_id: int,
    text: Text,
    *,
    revision: int,
    by: Agent,
    at: datetime,
    own_only: bool = False,
) -> Entry:
    """Changes what is there, published or not. Of a source’s entry, what differs is the town’s from now on.

    `own_only`: `by` belongs to a service, and changes what they wrote until it is published.
    Raises: NoSuchEntry; NotYours; Overwritten, when what was typed is kept as a version; Incomplete, if residents read
    the entry.
    """
    with transaction.atomic():
        entry = locked(town, entry_id, of=by if own_only else None)
        is_stale = entry.revision != revision
        if is_stale:
            _keep(entry, text, by=by, at=at)
        else:
            _change(town, entry, text, by=by, at=at)
    if is_stale:
        raise Overwritten(entry_id)
    return entry


@transaction.atomic
def restore(
    town: Town,
    entry_id: int,
    version_id: int,
    *,
    by: Agent,
    at: datetime,
    own_only: bool = False,
) -> Entry:
    """An earlier text takes the place of today’s, which is kept too. Raises: NoSuchEntry, NotYours, Incomplete."""
    entry = locked(town, entry_id, of=by if own_only else None)
    version = Version.objects.of(town).filter(entry=entry, pk=version_id).first()
    if version is None:
        raise NoSuchEntry(version_id)
    text = stored.text_in(version.text)
    if not pictures.is_kept(town, text.picture_id):
        text = replace(text, picture_id=None)
    _change(town, entry, text, by=by, at=at)
    return entry


@transaction.atomic
def publish(
    town: Town, entry_id: int, *, by: Agent | None, at: datetime, since: datetime | None = None
) -> Entry:
    """From `since` on, or at once, or as its text says. Raises: NoSuchEntry, WrongStage, Incomplete."""
    entry = locked(town, entry_id)
    text = rows.text_of(town, entry)
    require_whole(Kind(entry.kind), text)
    entry.publish_at = since or entry.publish_at or at
    if entry.expires_at and entry.expires_at <= entry.publish_at:
        raise Incomplete(Lack.EXPIRED)
    move(entry, Stage.PUBLISHED)
    entry.changed_at = at
    entry.save(update_fields=["publish_at", "changed_at"])
    note(entry, journal.Kind.CONTENT_PUBLISHED, by=by, at=at)
    return entry


@transaction.atomic
def propose(town: Town, entry_id: int, *, by: Agent, at: datetime, own_only: bool = False) -> Entry:
    """Whoever may publish will read it over. Raises: NoSuchEntry, NotYours, WrongStage."""
    entry = locked(town, entry_id, of=by if own_only else None)
    move(entry, Stage.PROPOSED)
    note(entry, journal.Kind.CONTENT_PROPOSED, by=by, at=at)
    return entry


@transaction.atomic
def withdraw(town: Town, entry_id: int, *, by: Agent, at: datetime) -> Entry:
    """Residents no longer read it; no source brings it back. Raises: NoSuchEntry, WrongStage."""
    entry = locked(town, entry_id)
    move(entry, Stage.WITHDRAWN)
    note(entry, journal.Kind.CONTENT_WITHDRAWN, by=by, at=at)
    return entry


@transaction.atomic
def put_back(town: Town, entry_id: int, to: Stage, *, by: Agent, at: datetime) -> Entry:
    """Undoes `withdraw`. Raises: NoSuchEntry, WrongStage, Incomplete."""
    entry = locked(town, entry_id)
    if entry.stage != Stage.WITHDRAWN:
        raise WrongStage(entry.stage, to)
    if to is Stage.PUBLISHED:
        return publish(town, entry_id, by=by, at=at)
    move(entry, to)
    note(entry, journal.Kind.CONTENT_CHANGED, by=by, at=at)
    return entry


@transaction.atomic
def back_to_draft(
    town: Town, entry_id: int, *, by: Agent, at: datetime, own_only: bool = False
) -> Entry:
    """Raises: NoSuchEntry, NotYours, WrongStage."""
    entry = locked(town, entry_id, of=by if own_only else None)
    move(entry, Stage.DRAFT)
    note(entry, journal.Kind.CONTENT_CHANGED, by=by, at=at)
    return entry


def locked(town: Town, entry_id: int, *, of: Agent | None = None) -> Entry:
    """Called inside a transaction. `of`: only what this agent wrote and nobody published.

    Raises: NoSuchEntry, NotYours.
    """
    entry = Entry.objects.of(town).select_for_update(of=("self",)).filter(pk=entry_id).first()
    if entry is None:
        raise NoSuchEntry(entry_id)
    if of is not None and not is_still_of(entry, of):
        raise NotYours(entry_id)
    return entry


def is_still_of(entry: Entry, agent: Agent) -> bool:
    """They wrote it, and it waits: nobody else answers for it yet."""
    return entry.author_id == agent.pk and entry.stage in OWN


def move(entry: Entry, to: Stage) -> None:
    """Raises: WrongStage."""
    step(entry, to)
    entry.save(update_fields=["stage", "publish_at"])


def step(entry: Entry, to: Stage) -> None:
    """The only way to change a stage; whoever asks saves it. Raises: WrongStage."""
    if to not in ALLOWED[Stage(entry.stage)]:
        raise WrongStage(entry.stage, to)
    entry.stage = to


def _differing(before: Text, after: Text) -> set[str]:
    return {name for name in CORRECTABLE if getattr(before, name) != getattr(after, name)}


def note(entry: Entry, kind: journal.Kind, *, by: Agent | None, at: datetime) -> None:
    journal.write(entry.town, kind, at=at, by=by, about=("entry", entry.pk), detail=entry.title)
    bells.ring(entry.town)


def _change(town: Town, entry: Entry, text: Text, *, by: Agent, at: datetime) -> None:
    before = rows.text_of(town, entry)
    if entry.stage == Stage.PUBLISHED:
        text = replace(text, publish_at=text.publish_at or entry.publish_at)
        require_whole(Kind(entry.kind), text)
    if text == before:
        return
    _keep(entry, before, by=entry.changed_by, at=at)
    if entry.source_id:
        entry.corrected = sorted(set(entry.corrected) | _differing(before, text))
    rows.fill(entry, text)
    entry.changed_by, entry.changed_at, entry.revision = by, at, entry.revision + 1
    entry.save()
    rows.change_around(town, [(entry, before, text)])
    note(entry, journal.Kind.CONTENT_CHANGED, by=by, at=at)


def _keep(entry: Entry, text: Text, *, by: Agent | None, at: datetime) -> None:
    Version.objects.create_in(
        entry.town,
        entry=entry,
        at=at,
        by=by,
        revision=entry.revision,
        text=stored.text_out(text),
    )
