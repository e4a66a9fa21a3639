"""What an intercommunality publishes is shown by its communes as well: carried over like the finds of any source."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from beffroi.content import rows
from beffroi.content.facts import Found, PictureLink, Reading, Text
from beffroi.content.models import Entry, Picture, Source
from beffroi.content.queries.public import readable
from beffroi.content.services import entries, importing
from beffroi.content.words import Category, Format, Kind, Stage
from beffroi.towns.models import Town

LATELY = timedelta(minutes=3)
"""A worker looks each minute and may be late; what is shared twice stays as it is."""


def share(town: Town, *, at: datetime) -> int:
    """How many communes show what `town` publishes. Each is one transaction: a fault in one keeps nothing from the others."""
    why = "an intercommunality’s entries are shown by its communes"
    children = Source.objects.across_towns(why=why).filter(
        parent=town, removed_at=None, is_paused=False, town__closed_at=None
    )
    shared = list(
        readable(town, at=at).select_related("picture").prefetch_related("theme_links__theme")
    )
    texts = rows.texts_of(town, shared)
    reading = Reading(format=Format.FEED, found=tuple(_found(row, texts[row.pk]) for row in shared))
    count = 0
    for source in children.select_related("town"):
        with transaction.atomic():
            pictures = _carry(source.town, [row.picture for row in shared if row.picture])
            run = importing.take(source.town, source, reading, by=None, at=at, pictures=pictures)
            if not (run.made or run.changed):
                run.delete()  # else each look would tell of nothing new
            _withdraw(source.town, source, {one.key for one in reading.found}, at=at)
            source.asked_at = at
            source.save(update_fields=["asked_at"])
        count += 1
    return count


def is_due(town: Town, *, at: datetime) -> bool:
    """The clock alone has just changed what is shown: a date of publication that came, one of expiry."""
    lately = at - LATELY, at
    turned = Q(publish_at__range=lately) | Q(expires_at__range=lately)
    return Entry.objects.of(town).filter(turned, stage=Stage.PUBLISHED).exists()


def _found(row: Entry, text: Text) -> Found:
    picture = row.picture
    return Found(
        key=str(row.pk),
        kind=Kind(row.kind),
        title=text.title,
        summary=text.summary,
        html=text.html,
        link=text.link,
        published_at=row.publish_at,
        category=Category(text.category) if text.category else None,
        picture=PictureLink(url=picture.sha, alt=text.picture_alt) if picture else None,
        occurrences=text.occurrences,
        place=text.place,
        venue=text.venue,
        is_cancelled=text.is_cancelled,
        labels=tuple(link.theme.name for link in row.theme_links.all()),
    )


def _carry(town: Town, pictures: list[Picture]) -> Mapping[str, int]:
    """The same photographs, as the commune’s own rows."""
    carried = {}
    for one in pictures:
        copied, _ = Picture.objects.of(town).get_or_create(
            sha=one.sha,
            defaults={
                "town": town,
                "wide": one.wide,
                "small": one.small,
                "width": one.width,
                "height": one.height,
                "added_at": one.added_at,
            },
        )
        carried[one.sha] = copied.pk
    return carried


def _withdraw(town: Town, source: Source, keys: set[str], *, at: datetime) -> None:
    """What the intercommunality no longer shows, its communes do not either, unless they made it theirs."""
    gone = Entry.objects.of(town).filter(source=source, stage=Stage.PUBLISHED, corrected=[])
    for entry in gone.exclude(key__in=keys):
        entries.move(entry, Stage.WITHDRAWN)
        entry.found_hash = ""
        entry.save(update_fields=["found_hash"])
