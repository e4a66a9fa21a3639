"""What a reader found becomes entries: new ones made, known ones changed in place, none deleted, all of it undone at will."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from beffroi.content import rows, slugs, stored
from beffroi.content.completeness import require_whole
from beffroi.content.facts import Found, Incomplete, NoSuchRun, Reading, Text, Undone
from beffroi.content.models import Entry, Label, Run, RunChange, Source
from beffroi.content.services import entries
from beffroi.content.services.sources import locked as locked_source
from beffroi.content.weighing import is_taken_back, label_name, recognised, weigh
from beffroi.content.words import Kind, Mode, Outcome, Stage, Verdict
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town

REMARKS_KEPT = 200


@dataclass(kw_only=True, slots=True)
class _Ground:
    """What one run needs of the town, read once."""

    town: Town
    source: Source
    run: Run
    labels: Mapping[str, Label]
    known: Mapping[str, Entry]
    pictures: Mapping[str, int]
    at: datetime


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A thing that makes an entry, or changes the one as which it is known."""

    found: Found
    text: Text
    digest: str
    entry: Entry | None


def take(
    town: Town,
    source: Source,
    reading: Reading,
    *,
    by: Agent | None,
    at: datetime,
    pictures: Mapping[str, int] | None = None,
) -> Run:
    """One transaction. `pictures`: rows that were made of the addresses in `reading`."""
    with transaction.atomic():
        locked_source(town, source.pk)
        found = {one.key: one for one in reading.found}
        run = Run.objects.create_in(
            town,
            source=source,
            at=at,
            by=by,
            outcome=Outcome.READ,
            remarks=stored.remarks_out(reading.remarks, most=REMARKS_KEPT),
        )
        ground = _Ground(
            town=town,
            source=source,
            run=run,
            labels=_labels(town, source, found.values()),
            known=recognised(source, found, Entry.objects.of(town).select_for_update(of=("self",))),
            pictures=pictures or {},
            at=at,
        )
        wanted = list(_sorted_out(ground, found.values()))
        _make(ground, [one for one in wanted if one.entry is None])
        _renew(ground, [(one.entry, one) for one in wanted if one.entry is not None])
        run.save()
        if run.made or run.changed:
            detail = gettext("{name} ({made} nouveaux, {changed} changés)").format(
                name=source.name, made=run.made, changed=run.changed
            )
            about = ("source", source.pk)
            journal.write(
                town, journal.Kind.CONTENT_IMPORTED, at=at, by=by, about=about, detail=detail
            )
    return run


@transaction.atomic
def undo(town: Town, run_id: int, *, by: Agent, at: datetime) -> Run:
    """What the run made is withdrawn, what it changed is as before; what an agent changed since stays.

    Raises: NoSuchRun, Undone.
    """
    run = Run.objects.of(town).select_for_update(of=("self",)).filter(pk=run_id).first()
    if run is None:
        raise NoSuchRun(run_id)
    if run.undone_at:
        raise Undone(run_id)
    Source.objects.of(town).select_for_update(of=("self",)).get(pk=run.source_id)  # as `take` does
    noted = RunChange.objects.of(town).filter(run=run).select_related("entry")
    changes = [one for one in noted.select_for_update(of=("entry",)) if not one.entry.corrected]
    made = [one.entry for one in changes if one.before is None]
    for entry in made:
        _take_back(run.source, entry)
    _save(town, made)
    befores = {one.entry: stored.text_in(one.before) for one in changes if one.before is not None}
    now = rows.texts_of(town, list(befores))
    for entry, text in befores.items():
        rows.fill(entry, text)
    _write(town, [(entry, now[entry.pk], text) for entry, text in befores.items()], at=at)
    run.undone_at = at
    run.save(update_fields=["undone_at"])
    about = ("source", run.source_id)
    journal.write(town, journal.Kind.CONTENT_IMPORT_UNDONE, at=at, by=by, about=about)
    return run


def _take_back(source: Source, entry: Entry) -> None:
    """A feed, asked every hour, does not bring it back; a file, given again by a person, does."""
    if not (source.address or source.parent_id):
        entry.found_hash = ""
    if entry.stage != Stage.WITHDRAWN:
        entries.step(entry, Stage.WITHDRAWN)


def _sorted_out(ground: _Ground, found: Iterable[Found]) -> Iterator[_Wanted]:
    """What is to be written; the others are only counted."""
    run = ground.run
    for one in found:
        names = filter(None, map(label_name, one.labels))
        labels = [ground.labels[name] for name in names]
        entry = ground.known.get(one.key)
        weighed = weigh(one, entry, labels, at=ground.at)
        run.left_out += weighed.verdict is Verdict.LEFT_OUT
        run.same += weighed.verdict is Verdict.SAME
        run.made += weighed.verdict is Verdict.NEW
        run.changed += weighed.verdict is Verdict.CHANGED
        if weighed.verdict in (Verdict.NEW, Verdict.CHANGED):
            themes = tuple(dict.fromkeys(label.theme_id for label in labels if label.theme_id))
            yield _Wanted(one, _text(ground, one, themes), weighed.digest, entry)


def _make(ground: _Ground, wanted: list[_Wanted]) -> None:
    titles = [(one.found.kind, one.found.title) for one in wanted]
    made = []
    for one, slug in zip(wanted, slugs.free(ground.town, titles), strict=True):
        entry = Entry(
            town=ground.town,
            kind=one.found.kind,
            stage=Stage.PROPOSED,
            slug=slug,
            created_at=ground.at,
            changed_at=ground.at,
            source=ground.source,
            key=one.found.key,
            credit=one.found.credit[:200],
            found_hash=one.digest,
        )
        rows.fill(entry, one.text)
        _publish_if_automatic(ground, entry, one.text)
        made.append((entry, one.text))
    Entry.objects.bulk_create_in(ground.town, [entry for entry, _ in made], batch_size=rows.BATCH)
    rows.place_around(ground.town, made)
    _note(ground, {entry: None for entry, _ in made})


def _publish_if_automatic(ground: _Ground, entry: Entry, text: Text) -> None:
    if ground.source.mode == Mode.AUTOMATIC and _is_whole(Kind(entry.kind), text):
        entry.publish_at = entry.publish_at or ground.at
        entries.step(entry, Stage.PUBLISHED)


def _renew(ground: _Ground, wanted: Iterable[tuple[Entry, _Wanted]]) -> None:
    """Corrections of the town stay; so do its stage and its dates of publication."""
    wanted = list(wanted)
    befores = rows.texts_of(ground.town, [entry for entry, _ in wanted])
    changed, notes = [], {}
    for entry, one in wanted:
        before = befores[entry.pk]
        text = _with_corrections(entry, before, one.text)
        is_back = is_taken_back(entry)
        entry.key, entry.credit = one.found.key, one.found.credit[:200]
        entry.found_hash = one.digest
        if is_back:
            entries.step(entry, Stage.PUBLISHED if ground.source.parent_id else Stage.PROPOSED)
        rows.fill(entry, text)
        if is_back and not ground.source.parent_id:
            _publish_if_automatic(ground, entry, text)
        changed.append((entry, before, text))
        notes[entry] = None if is_back else stored.text_out(before)
    _write(ground.town, changed, at=ground.at)
    _note(ground, notes)


def _with_corrections(entry: Entry, before: Text, said: Text) -> Text:
    kept = {name: getattr(before, name) for name in entry.corrected}
    if said.picture_id is None or not said.picture_alt:
        kept["picture_alt"] = before.picture_alt
        kept["picture_id"] = said.picture_id or before.picture_id
    kept |= {"publish_at": before.publish_at, "expires_at": before.expires_at}
    if not before.theme_ids or "theme_ids" not in kept:
        kept["theme_ids"] = tuple(dict.fromkeys((*before.theme_ids, *said.theme_ids)))
    return replace(said, **kept)


def _note(ground: _Ground, befores: Mapping[Entry, stored.Json | None]) -> None:
    changes = [
        RunChange(town=ground.town, run=ground.run, entry=entry, before=before)
        for entry, before in befores.items()
    ]
    RunChange.objects.bulk_create_in(ground.town, changes, batch_size=rows.BATCH)


def _write(town: Town, changed: Iterable[tuple[Entry, Text, Text]], *, at: datetime) -> None:
    """Entries that were filled anew: as they were, as they shall be."""
    changed = list(changed)
    for entry, _, _ in changed:
        entry.changed_by, entry.changed_at, entry.revision = None, at, entry.revision + 1
    _save(town, [entry for entry, _, _ in changed])
    rows.change_around(town, changed)


def _save(town: Town, known: list[Entry]) -> None:
    """All of each; one statement for a thousand."""
    columns = [one.name for one in Entry._meta.concrete_fields if not one.primary_key]
    Entry.objects.bulk_create_in(
        town,
        known,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=columns,
        batch_size=rows.BATCH,
    )


def _is_whole(kind: Kind, text: Text) -> bool:
    try:
        require_whole(kind, replace(text, picture_id=None))
    except Incomplete:
        return False
    return True


def _text(ground: _Ground, found: Found, themes: tuple[int, ...]) -> Text:
    picture = found.picture
    shelf = found.category.value if found.category else ground.source.category
    date = found.published_at
    return Text(
        title=found.title,
        summary=found.summary,
        html=found.html,
        category=shelf,
        venue=found.venue[:200],
        place=found.place,
        occurrences=found.occurrences,
        theme_ids=themes,
        link=found.link,
        picture_id=ground.pictures.get(picture.url) if picture else None,
        picture_alt=picture.alt[:300] if picture else "",
        is_cancelled=found.is_cancelled,
        publish_at=min(date, ground.at) if date else None,
    )


def _labels(town: Town, source: Source, found: Iterable[Found]) -> dict[str, Label]:
    """Every label that was ever seen, with what the town makes of it."""
    names = {label_name(name) for one in found for name in one.labels} - {""}
    kept = {row.name: row for row in Label.objects.of(town).filter(source=source)}
    fresh = [Label(town=town, source=source, name=name) for name in sorted(names - set(kept))]
    return kept | {row.name: row for row in Label.objects.bulk_create_in(town, fresh)}
