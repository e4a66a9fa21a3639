"""Search over all that residents may read: accents, capitals, one slip of the finger and another word for the same thing are
forgiven. What other rooms publish stands among it: a door lends it (`Lent`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein

from beffroi.content import rows, synonyms
from beffroi.content.facts import Card, Occurrence as Date
from beffroi.content.models import Entry, Occurrence
from beffroi.content.queries.public import cards, readable
from beffroi.kit.names import fold_words
from beffroi.towns.models import Town

ASKED_MAX = 80
WORDS_MAX = 8
SMALL_WORDS = frozenset(
    "a au aux d de des du en et l la le les mon ma ou pour sur un une".split()  # noqa: SIM905
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Lent:
    """Something that another room publishes."""

    key: str
    title: str
    summary: str
    words: str
    """Its title and its text, folded (`kit.names.fold_words`)."""
    published_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    card: Card
    date: Date | None
    """Of an event or a film: the next one, else the last."""
    is_past: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Hits:
    shown: list[Hit | Lent]
    total: int
    meant: str
    """What was looked for instead, if a word was mistyped; else empty."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Text:
    what: int | Lent
    """An entry's row, or what was lent."""
    title: str
    words: str
    published_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class _Term:
    """A word that was asked for, or several that are one thing."""

    name: str
    also: tuple[str, ...] = ()

    def is_in(self, text: str) -> bool:
        return f" {self.name}" in f" {text}" or self._is_otherwise_in(text)

    def weight_in(self, title: str) -> int:
        if f" {self.name}" in f" {title}":
            return 10
        return 6 if self._is_otherwise_in(title) else 0

    def _is_otherwise_in(self, text: str) -> bool:
        return any(f" {form} " in f" {text} " for form in self.also)


def search(
    town: Town, asked: str, *, at: datetime, lent: Sequence[Lent] = (), limit: int = 30
) -> Hits:
    """What holds every word asked for, or begins with it. What is over comes last; then those with the words in their
    titles come first, and among equals the nearest in time."""
    words = fold_words(asked[:ASKED_MAX]).split()
    if not words:
        return Hits(shown=[], total=0, meant="")
    texts = _texts(town, lent, at)
    meant = _meant(words, texts)
    terms = _terms(meant)
    found = [text for text in texts if all(term.is_in(text.words) for term in terms)]
    dates = _dates(town, [one.what for one in found if isinstance(one.what, int)], at)
    plain = " ".join(_telling(meant))

    def rank(text: _Text) -> tuple[bool, int, float]:
        date, is_past = dates.get(text.what, (None, False))
        moment = date.begins_at if date else text.published_at
        return is_past, -_weight(text.title, terms, plain), abs((moment - at).total_seconds())

    found.sort(key=rank)
    return Hits(
        shown=_shown(town, [one.what for one in found[:limit]], dates),
        total=len(found),
        meant="" if meant == words else plain,
    )


def _texts(town: Town, lent: Sequence[Lent], at: datetime) -> list[_Text]:
    entries = readable(town, at=at).order_by("pk")
    return [
        _Text(what=pk, title=fold_words(title), words=words, published_at=published_at or at)
        for pk, title, words, published_at in entries.values_list(
            "pk", "title", "words", "publish_at"
        )
    ] + [
        _Text(
            what=one,
            title=fold_words(one.title),
            words=one.words,
            published_at=one.published_at,
        )
        for one in lent
    ]


def _dates(
    town: Town, ids: Sequence[int], at: datetime
) -> dict[int | Lent, tuple[Date | None, bool]]:
    """Of those that have dates: the next, or the last if all are over."""
    dated = Occurrence.objects.of(town).filter(entry__in=ids)
    over = dated.order_by("entry_id", "-begins_at", "id").distinct("entry_id")
    coming = (
        dated.filter(rows.lasting(at)).order_by("entry_id", "begins_at", "id").distinct("entry_id")
    )
    found: dict[int | Lent, tuple[Date | None, bool]] = {
        row.entry_id: (rows.date_of(row), True) for row in over
    }
    return found | {row.entry_id: (rows.date_of(row), False) for row in coming}


def _shown(
    town: Town,
    chosen: Sequence[int | Lent],
    dates: dict[int | Lent, tuple[Date | None, bool]],
) -> list[Hit | Lent]:
    ids = [one for one in chosen if isinstance(one, int)]
    known = {card.id: card for card in cards(town, Entry.objects.of(town).filter(pk__in=ids))}
    shown: list[Hit | Lent] = []
    for one in chosen:
        if isinstance(one, Lent):
            shown.append(one)
        else:
            date, is_past = dates.get(one, (None, False))
            shown.append(Hit(card=known[one], date=date, is_past=is_past))
    return shown


def _telling(words: Sequence[str]) -> list[str]:
    return [word for word in words if word not in SMALL_WORDS] or list(words)


def _meant(words: Sequence[str], texts: Sequence[_Text]) -> list[str]:
    known = {word for text in texts for word in text.words.split()}
    return [word if word in SMALL_WORDS else _nearest(word, known) for word in words]


def _terms(words: Sequence[str]) -> list[_Term]:
    """Names of the table of synonyms, the longest first; then the words that are left."""
    left, terms = f" {' '.join(words)} ", []
    for line in synonyms.LINES:
        forms = _by_length(line)
        if named := [form for form in forms if f" {form} " in left]:
            terms.append(_Term(name=named[0], also=tuple(forms)))
            for form in named:
                left = left.replace(f" {form} ", " ")
    rest = [word for word in left.split() if word not in SMALL_WORDS]
    names = rest if terms else _telling(words)
    return (terms + [_Term(name=name) for name in names])[:WORDS_MAX]


def _by_length(line: Sequence[str]) -> list[str]:
    return sorted((form for name in line for form in synonyms.forms(name)), key=len, reverse=True)


def _nearest(word: str, known: set[str]) -> str:
    """The word itself if a text holds it or one that begins with it; else the nearest, one slip in four letters away."""
    if len(word) < 4 or word in synonyms.WORDS or any(one.startswith(word) for one in known):
        return word
    slips = max(1, len(word) // 4)
    best = process.extractOne(
        word, known | synonyms.WORDS, scorer=DamerauLevenshtein.distance, score_cutoff=slips
    )
    return str(best[0]) if best else _singular(word, known)


def _singular(word: str, known: set[str]) -> str:
    """« pharmacies » finds a pharmacy."""
    stem = word.rstrip("sx")
    return stem if any(one.startswith(stem) for one in known) else word


def _weight(title: str, terms: Sequence[_Term], asked: str) -> int:
    """In tens, so that titles that are about as near are equals."""
    named = sum(term.weight_in(title) for term in terms)
    return named + round(fuzz.ratio(title, asked) / 10)
