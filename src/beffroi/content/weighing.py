"""What becomes of each thing found: told before anything is written, and decided by the same words when it is."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import QuerySet

from beffroi.content.facts import Found, LabelUse, Reading
from beffroi.content.models import Entry, Label, Source
from beffroi.content.words import Format, Kind, Stage, Verdict
from beffroi.kit.names import fold_words
from beffroi.towns.models import Town

LABELS_SHOWN = 100
T = TypeVar("T")
_MADE = "sha256:"
"""So begins a key that a reader had to make of a title and an address."""
NO_LONGER_NEWS_S = 370 * 24 * 3600
"""A first visit to an old site does not make last year’s news of its archives: they are left out."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighed:
    verdict: Verdict
    digest: str
    """Of what the source says and of what the town makes of its labels: either may change the entry."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Thing:
    found: Found
    verdict: Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelLine:
    name: str
    count: int
    use: LabelUse


def weigh(found: Found, entry: Entry | None, labels: Sequence[Label], *, at: datetime) -> Weighed:
    """`entry`: as which it is known; `labels`: its own, as the town reads them."""
    said = (found, [(label.name, label.theme_id) for label in labels])
    digest = hashlib.sha256(repr(said).encode()).hexdigest()
    return Weighed(verdict=_verdict(found, entry, labels, digest, at=at), digest=digest)


def weigh_all(
    town: Town,
    source: Source | None,
    reading: Reading,
    uses: Mapping[str, LabelUse],
    *,
    at: datetime,
) -> dict[str, Verdict]:
    """By key, as if it were taken now. Writes nothing."""
    found = {one.key: one for one in reading.found}
    known = recognised(source, found, Entry.objects.of(town))
    labels = {label.name: label for label in _kept_labels(town, source)}
    labels |= {name: used(Label(town=town, name=name), use) for name, use in uses.items()}
    return {
        key: weigh(one, known.get(key), _of(one, labels, town), at=at).verdict
        for key, one in found.items()
    }


def recognised(
    source: Source | None, found: Mapping[str, Found], rows: QuerySet[Entry]
) -> dict[str, Entry]:
    """The entry as which each is known, by key; `rows`: entries of the town.

    A sheet gives no key: what stands at another address under the same title has moved, if no other has that title.
    """
    if source is None:
        return {}
    mine = rows.filter(source=source)
    known = {entry.key: entry for entry in mine.filter(key__in=list(found))}
    strange = [one for key, one in found.items() if key not in known and key.startswith(_MADE)]
    if source.format != Format.SHEET or not strange:
        return known
    others = _alone((_title(one), one) for one in mine.exclude(key__in=list(found)))
    moved = _alone((_title(one), one) for one in strange)
    return known | {one.key: others[title] for title, one in moved.items() if title in others}


def _title(one: Found | Entry) -> str:
    return f"{one.kind} {fold_words(one.title)}"


def _alone(named: Iterable[tuple[str, T]]) -> dict[str, T]:
    """Those whose name nobody else has."""
    found: dict[str, list[T]] = {}
    for name, one in named:
        found.setdefault(name, []).append(one)
    return {name: several[0] for name, several in found.items() if len(several) == 1}


def label_name(name: str) -> str:
    return " ".join(name.split())[:120]


def first_things(
    reading: Reading, verdicts: Mapping[str, Verdict], *, most: int
) -> tuple[Thing, ...]:
    """What is left out comes last."""
    things = [Thing(found=one, verdict=verdicts[one.key]) for one in reading.found]
    things.sort(key=lambda one: one.verdict is Verdict.LEFT_OUT)
    return tuple(things[:most])


def labels_of(found: Sequence[Found], uses: Mapping[str, LabelUse]) -> tuple[LabelLine, ...]:
    """Those that most things bear first."""
    counts = Counter(name for one in found for name in {*map(label_name, one.labels)})
    counts.pop("", None)
    lines = (
        LabelLine(name=name, count=count, use=uses.get(name, LabelUse()))
        for name, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    )
    return tuple(lines)[:LABELS_SHOWN]


def used(label: Label, use: LabelUse) -> Label:
    label.theme_id, label.is_left_out = use.theme_id, use.is_left_out
    return label


def _kept_labels(town: Town, source: Source | None) -> Iterable[Label]:
    return Label.objects.of(town).filter(source=source) if source else ()


def _of(found: Found, labels: Mapping[str, Label], town: Town) -> list[Label]:
    names = filter(None, map(label_name, found.labels))
    return [labels.get(name) or Label(town=town, name=name) for name in names]


def _verdict(
    found: Found, entry: Entry | None, labels: Sequence[Label], digest: str, *, at: datetime
) -> Verdict:
    is_new = entry is None or is_taken_back(entry)
    if any(label.is_left_out for label in labels) or (is_new and _is_past(found, at=at)):
        return Verdict.LEFT_OUT
    if entry is None or is_new:
        return Verdict.NEW
    return Verdict.SAME if entry.found_hash == digest else Verdict.CHANGED


def is_taken_back(entry: Entry) -> bool:
    """Withdrawn with the run of a file, or by its source itself: it comes back when it is given again."""
    return entry.stage == Stage.WITHDRAWN and not entry.found_hash


def _is_past(found: Found, *, at: datetime) -> bool:
    """Old news and dates gone by are not brought in anew."""
    if not found.is_temporary:
        return False
    if found.kind in {Kind.EVENT, Kind.FILM}:
        ends = [date.ends_at or date.begins_at for date in found.occurrences]
        return bool(ends) and max(ends) < at
    dated = found.published_at
    return dated is not None and (at - dated).total_seconds() > NO_LONGER_NEWS_S
