"""What residents may read now: published, begun, not expired. Facts only, few queries, whatever the number of entries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from beffroi.content import rows, stored
from beffroi.content.facts import Card, Dated, Occurrence as Date, Photo, ThemeName, Whole
from beffroi.content.models import Entry, EntryTheme, Occurrence, Picture
from beffroi.content.words import Kind, Stage
from beffroi.towns.models import Town

MOST = 500
"""Of a list that no page cuts: practical pages, a week of screenings. Nothing comes near."""


def news(
    town: Town, *, at: datetime, theme_slug: str = "", first: int = 0, limit: int = 20
) -> list[Card]:
    """Newest first."""
    found = _news(town, at=at, theme_slug=theme_slug)
    return cards(town, found[first : first + limit])


def latest(town: Town, *, at: datetime, theme_slug: str = "", limit: int = 30) -> list[Whole]:
    """The news with their texts, newest first: for feeds."""
    return wholes(town, _news(town, at=at, theme_slug=theme_slug)[:limit])


def entry(town: Town, kind: Kind, slug: str, *, at: datetime) -> Whole | None:
    """None: residents may not read it, or no longer."""
    found = readable(town, at=at).filter(kind=kind, slug=slug)
    found = found.select_related("source", "contributor")
    return next(iter(wholes(town, found[:1])), None)


def dates(
    town: Town,
    kind: Kind,
    *,
    since: datetime,
    until: datetime,
    at: datetime,
    first: int = 0,
    limit: int = MOST,
) -> list[Dated]:
    """Dates of events, or screenings of films, that have not ended at `since`; in order."""
    entries = readable(town, at=at).filter(kind=kind)
    found = (
        Occurrence.objects.of(town)
        .filter(rows.lasting(since), begins_at__lt=until, entry__in=entries.values("pk"))
        .order_by("begins_at", "id")[first : first + limit]
    )
    dated = list(found)
    by_id = {
        card.id: card for card in cards(town, entries.filter(pk__in={d.entry_id for d in dated}))
    }
    return [
        Dated(occurrence=rows.date_of(row), card=by_id[row.entry_id])
        for row in dated
        if row.entry_id in by_id
    ]


def shelves(town: Town, *, at: datetime) -> list[Card]:
    """Practical pages, shelf by shelf, by name."""
    return cards(
        town, readable(town, at=at).filter(kind=Kind.PAGE).order_by("category", "title")[:MOST]
    )


def counts(town: Town, *, at: datetime) -> dict[tuple[Kind, str], int]:
    """How many entries each kind and category has: a page without any is not offered."""
    found = readable(town, at=at).order_by().values_list("kind", "category")
    return {
        (Kind(kind), category): number
        for kind, category, number in found.annotate(number=Count("pk"))
    }


def readable(town: Town, *, at: datetime) -> QuerySet[Entry]:
    """What the clock and the stage let residents read."""
    return Entry.objects.of(town).filter(
        Q(expires_at=None) | Q(expires_at__gt=at), stage=Stage.PUBLISHED, publish_at__lte=at
    )


def wholes(town: Town, found: Iterable[Entry]) -> list[Whole]:
    """With their texts and dates: few queries for any number of entries. Also of a draft, for its preview."""
    listed = list(found)
    dates: dict[int, list[Date]] = defaultdict(list)
    for one in Occurrence.objects.of(town).filter(entry__in=listed):
        dates[one.entry_id].append(rows.date_of(one))
    return [
        Whole(
            card=card,
            html=row.body,
            easy=row.easy,
            link=row.link,
            credit=row.credit,
            source=brings.name if (brings := row.source or row.contributor) else "",
            occurrences=tuple(dates[row.pk]),
            changed_at=row.changed_at,
            expires_at=row.expires_at,
        )
        for row, card in zip(listed, cards(town, listed), strict=True)
    ]


def cards(town: Town, found: Iterable[Entry]) -> list[Card]:
    """Three queries for any number of entries; their texts are not read twice."""
    listed = list(found)
    themes = _themes(town, [row.pk for row in listed])
    photos = _photos(town, [row for row in listed if row.picture_id and row.picture_alt])
    return [
        Card(
            id=row.pk,
            kind=Kind(row.kind),
            slug=row.slug,
            title=row.title,
            summary=row.summary,
            published_at=row.publish_at or row.created_at,
            category=row.category,
            venue=row.venue,
            place=stored.place_in(row.place),
            themes=tuple(themes[row.pk]),
            photo=photos.get(row.pk),
            is_cancelled=row.is_cancelled,
        )
        for row in listed
    ]


def picture(town: Town, sha: str, *, is_small: bool, at: datetime) -> bytes | None:
    """WebP; None once no entry shows it any longer. Of a draft too, for its preview: nobody else knows its name."""
    column = "small" if is_small else "wide"
    alive = Entry.objects.of(town).filter(Q(expires_at=None) | Q(expires_at__gt=at))
    showing = alive.exclude(stage=Stage.WITHDRAWN).exclude(picture=None)
    kept = Picture.objects.of(town).filter(sha=sha, pk__in=showing.values("picture_id"))
    found = kept.values_list(column, flat=True).first()
    return None if found is None else bytes(found)


def _news(town: Town, *, at: datetime, theme_slug: str) -> QuerySet[Entry]:
    found = readable(town, at=at).filter(kind=Kind.NEWS)
    if theme_slug:
        themed = EntryTheme.objects.of(town).filter(theme__slug=theme_slug, theme__is_public=True)
        found = found.filter(pk__in=themed.values("entry_id"))
    return found.select_related("source", "contributor").order_by("-publish_at", "-id")


def _themes(town: Town, ids: Sequence[int]) -> dict[int, list[ThemeName]]:
    found: dict[int, list[ThemeName]] = defaultdict(list)
    links = EntryTheme.objects.of(town).filter(
        entry__in=ids, theme__ended_at=None, theme__is_public=True
    )
    for entry_id, slug, name in links.order_by("theme__position").values_list(
        "entry_id", "theme__slug", "theme__name"
    ):
        found[entry_id].append(ThemeName(slug=slug, name=name))
    return found


def _photos(town: Town, pictured: Sequence[Entry]) -> dict[int, Photo]:
    ids = [row.picture_id for row in pictured if row.picture_id]
    kept = {
        row.pk: row for row in Picture.objects.of(town).filter(pk__in=ids).defer("wide", "small")
    }
    return {
        row.pk: Photo(
            sha=kept[row.picture_id].sha,
            alt=row.picture_alt,
            width=kept[row.picture_id].width,
            height=kept[row.picture_id].height,
        )
        for row in pictured
        if row.picture_id in kept
    }
