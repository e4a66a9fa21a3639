"""Between an entry's rows and its text: read, written and compared in one place."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from django.db.models import Q

from beffroi.content import stored
from beffroi.content.facts import MAX_DATES, Occurrence as Date, Text
from beffroi.content.models import Entry, EntryTheme, Occurrence
from beffroi.content.models.entries import PRICE_MAX, VERSION_MAX
from beffroi.kit import html
from beffroi.kit.html_text import words as words_of
from beffroi.kit.names import fold_words
from beffroi.towns.models import Town

PLAIN = ("title", "summary", "easy", "category", "venue", "link", "picture_id", "picture_alt")
"""Columns that are the text's own; the others below need a turn."""
WORDS_MAX = 4_000
"""Letters of an entry that a search looks at."""
BATCH = 1_000
"""Rows of one statement."""


def text_of(town: Town, entry: Entry) -> Text:
    """The entry as it is now."""
    return texts_of(town, [entry])[entry.pk]


def texts_of(town: Town, entries: Collection[Entry]) -> dict[int, Text]:
    """Each as it is now, by its row: two statements, however many they are."""
    dates: dict[int, list[Date]] = {entry.pk: [] for entry in entries}
    themes: dict[int, list[int]] = {entry.pk: [] for entry in entries}
    for row in Occurrence.objects.of(town).filter(entry__in=list(dates)):
        dates[row.entry_id].append(date_of(row))
    for link in EntryTheme.objects.of(town).filter(entry__in=list(themes)).order_by("id"):
        themes[link.entry_id].append(link.theme_id)
    return {
        entry.pk: Text(
            **{name: getattr(entry, name) for name in PLAIN},
            html=entry.body,
            place=stored.place_in(entry.place),
            occurrences=tuple(dates[entry.pk]),
            theme_ids=tuple(themes[entry.pk]),
            is_cancelled=entry.is_cancelled,
            publish_at=entry.publish_at,
            expires_at=entry.expires_at,
        )
        for entry in entries
    }


def date_of(row: Occurrence) -> Date:
    return Date(
        begins_at=row.begins_at,
        ends_at=row.ends_at,
        is_all_day=row.is_all_day,
        is_cancelled=row.is_cancelled,
        version=row.version,
        link=row.link,
        price=row.price,
    )


def lasting(since: datetime) -> Q:
    """Of a date: it has not ended then."""
    return Q(ends_at__gt=since) | Q(ends_at=None, begins_at__gte=since)


def fill(entry: Entry, text: Text) -> None:
    """Sets the entry's columns; `place_around` and `change_around` do the rows beside it, once it is saved."""
    for name in PLAIN:
        setattr(entry, name, getattr(text, name))
    entry.title = " ".join(text.title.split())[:200]
    entry.summary = " ".join(text.summary.split())[:300]
    entry.body, entry.easy = html.clean(text.html), html.clean(text.easy)
    entry.place = stored.place_out(text.place)
    entry.is_cancelled = text.is_cancelled
    entry.publish_at, entry.expires_at = text.publish_at, text.expires_at
    entry.words = _words(entry, text)


def place_around(town: Town, made: Iterable[tuple[Entry, Text]]) -> None:
    """Themes and dates of entries that have just been made.

    Themes of another town, or unknown, are not taken (their keys refuse them).
    """
    made = list(made)
    _add_themes(town, [(entry, dict.fromkeys(text.theme_ids)) for entry, text in made])
    _add_dates(town, [(entry, _dates(text)) for entry, text in made])


def change_around(town: Town, changed: Iterable[tuple[Entry, Text, Text]]) -> None:
    """Themes and dates of entries that were there: as they are, as they shall be; only what differs is written."""
    themes, dates = [], []
    gone: dict[int, list[int]] = defaultdict(list)
    for entry, before, after in changed:
        held, wanted = set(before.theme_ids), dict.fromkeys(after.theme_ids)
        for theme_id in held - set(wanted):
            gone[theme_id].append(entry.pk)
        themes.append((entry, [one for one in wanted if one not in held]))
        if (told := _dates(after)) != before.occurrences:
            dates.append((entry, told))
    for theme_id, ids in gone.items():
        EntryTheme.objects.of(town).filter(theme=theme_id, entry__in=ids).delete()
    Occurrence.objects.of(town).filter(entry__in=[entry.pk for entry, _ in dates]).delete()
    _add_themes(town, themes)
    _add_dates(town, dates)


def _dates(text: Text) -> tuple[Date, ...]:
    """As the columns hold them."""
    told = sorted(dict.fromkeys(text.occurrences), key=lambda one: one.begins_at)[:MAX_DATES]
    return tuple(
        replace(one, version=one.version[:VERSION_MAX], price=one.price[:PRICE_MAX]) for one in told
    )


def _add_themes(town: Town, wanted: Iterable[tuple[Entry, Iterable[int]]]) -> None:
    links = [
        EntryTheme(town=town, entry=entry, theme_id=theme_id)
        for entry, theme_ids in wanted
        for theme_id in theme_ids
    ]
    EntryTheme.objects.bulk_create_in(town, links, batch_size=BATCH)


def _add_dates(town: Town, wanted: Iterable[tuple[Entry, Iterable[Date]]]) -> None:
    dates = [
        Occurrence(
            town=town,
            entry=entry,
            begins_at=one.begins_at,
            ends_at=one.ends_at,
            is_all_day=one.is_all_day,
            is_cancelled=one.is_cancelled,
            version=one.version,
            link=one.link,
            price=one.price,
        )
        for entry, told in wanted
        for one in told
    ]
    Occurrence.objects.bulk_create_in(town, dates, batch_size=BATCH)


def _words(entry: Entry, text: Text) -> str:
    place = text.place
    where = (place.street, place.city) if place else ()
    parts = (entry.title, entry.summary, text.venue, *where, words_of(entry.body))
    return fold_words(" ".join(parts))[:WORDS_MAX]
