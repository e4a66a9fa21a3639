"""Photographs of entries: decoded, encoded anew in two widths, named by their content; purged when nothing shows them."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import ngettext

from beffroi.content.models import Entry, Picture, RunChange, Version
from beffroi.content.words import Stage
from beffroi.kit import images
from beffroi.towns import journal
from beffroi.towns.models import JournalEntry, Town

UNSEEN = timedelta(days=90)
"""How long a photograph waits that nothing shows: longer than any text lies unsaved in a browser."""


@transaction.atomic
def add(town: Town, raw: bytes, *, at: datetime) -> Picture:
    """The same picture twice is one row, and is new again. Raises: images.BadImage, with what is wrong."""
    wide, small = images.for_page(raw)
    picture, is_new = Picture.objects.of(town).get_or_create(
        sha=wide.sha256,
        defaults={
            "town": town,
            "wide": wide.data,
            "small": small.data,
            "width": wide.width,
            "height": wide.height,
            "added_at": at,
        },
    )
    if not is_new:
        picture.added_at = at
        picture.save(update_fields=["added_at"])
    return picture


@transaction.atomic
def purge(town: Town, *, at: datetime) -> int:
    """Erases what neither an entry nor a former text has shown for `UNSEEN`, nor a run that may still be undone.

    What was refused lets go of its photograph first. Says how many are gone, here and in the journal.
    """
    before = at - UNSEEN
    refused = set(_refused(town, before).values_list("pk", flat=True))
    Entry.objects.of(town).filter(pk__in=refused).update(picture=None)
    shown = Entry.objects.of(town).exclude(picture=None).values("picture_id")
    old = Picture.objects.of(town).filter(added_at__lt=before).exclude(pk__in=shown)
    # locked, so that whoever shows one of them at this moment either is seen below or waits
    ids = set(old.select_for_update(of=("self",)).values_list("pk", flat=True))
    ids -= _wanted_again(town, ids, refused)
    Picture.objects.of(town).filter(pk__in=ids).delete()
    if ids:
        detail = ngettext(
            "%(n)d photo que rien ne montrait", "%(n)d photos que rien ne montrait", len(ids)
        ) % {"n": len(ids)}
        journal.write(town, journal.Kind.CONTENT_PHOTOS_ERASED, at=at, detail=detail)
    return len(ids)


def is_kept(town: Town, picture_id: int | None) -> bool:
    return picture_id is not None and Picture.objects.of(town).filter(pk=picture_id).exists()


def _refused(town: Town, before: datetime) -> QuerySet[Entry]:
    """What others brought and nobody here ever published; nothing has happened to it since `before`."""
    facts = JournalEntry.objects.of(town).filter(object_kind="entry")
    alive = facts.filter(at__gte=before) | facts.filter(kind=journal.Kind.CONTENT_PUBLISHED)
    undone = RunChange.objects.of(town).filter(run__undone_at__gte=before)
    found = Entry.objects.of(town).filter(stage=Stage.WITHDRAWN, changed_at__lt=before, author=None)
    found = found.exclude(pk__in=undone.values("entry_id"))
    return found.exclude(pk__in=alive.exclude(object_id=None).values("object_id"))


def _wanted_again(town: Town, ids: Collection[int], refused: Collection[int]) -> set[int]:
    """Those of `ids` that an entry has taken meanwhile, or that come back with a former text."""
    wanted = list(ids)
    taken = Entry.objects.of(town).filter(picture__in=wanted).values_list("picture_id", flat=True)
    versions = Version.objects.of(town).filter(text__picture_id__in=wanted)
    runs = RunChange.objects.of(town).filter(run__undone_at=None, before__picture_id__in=wanted)
    former = (
        *versions.exclude(entry__in=refused).values_list("text__picture_id", flat=True),
        *runs.values_list("before__picture_id", flat=True),
    )
    return {*(one or 0 for one in taken), *former}
