"""Photographs that nothing shows any more are erased, ninety days later; whatever may come back keeps its own."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from PIL import Image

from beffroi.content.facts import Found, NewSource, PictureLink, Reading, Text
from beffroi.content.models import Entry, Picture, Version
from beffroi.content.queries import desk
from beffroi.content.services import entries, importing, pictures, sources
from beffroi.content.words import Format, Kind, Mode
from beffroi.towns.models import JournalEntry
from tests.cast import NOON

DAY = timedelta(days=1)
LATER = NOON + pictures.UNSEEN + DAY
SHELF = "https://www.exemple-sur-beffroi.example/photo.jpg"


def a_photo(town, colour="#17456b", *, at=NOON):
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "PNG")
    return pictures.add(town, out.getvalue(), at=at)


def left(town):
    return set(Picture.objects.of(town).values_list("pk", flat=True))


def an_entry(town, agent, photo):
    text = Text(title="Le port", picture_id=photo.pk, picture_alt="Le port, vu de la jetée")
    return entries.create(town, Kind.NEWS, text, by=agent, at=NOON)


def without_its_photo(town, entry, agent, *, at):
    opened = desk.opened(town, entry.pk)
    text = replace(opened.text, picture_id=None)
    return entries.edit(
        town, entry.pk, text, revision=opened.row.revision, by=agent, at=at
    )  # fmt: skip


@pytest.fixture
def source(town, agent):
    new = NewSource(
        name="Site de la mairie",
        format=Format.FEED,
        mode=Mode.MODERATED,
        address="https://www.exemple-sur-beffroi.example/feed/",
    )
    return sources.add(town, new, by=agent, at=NOON)


def brought(town, source, photo, *, title="La fête du port", at=NOON):
    one = Found(key="1", kind=Kind.NEWS, title=title, picture=PictureLink(url=SHELF, alt="Le port"))
    reading = Reading(format=Format.FEED, found=(one,))
    return importing.take(town, source, reading, by=None, at=at, pictures={SHELF: photo.pk})


def test_a_photo_that_was_never_shown_is_erased_when_its_time_is_over_and_the_journal_counts_it(
    town, other_town, agent
):
    never, shown, elsewhere = a_photo(town), a_photo(town, "#b3391f"), a_photo(other_town)
    an_entry(town, agent, shown)

    assert pictures.purge(town, at=NOON + pictures.UNSEEN) == 0
    assert pictures.purge(town, at=LATER) == 1

    assert (left(town), left(other_town)) == ({shown.pk}, {elsewhere.pk})
    assert never.pk not in left(town)
    (line,) = JournalEntry.objects.of(town).filter(kind="content.photos_erased")
    assert line.detail == "1 photo que rien ne montrait"


def test_a_photo_brought_in_again_waits_from_then_on(town):
    photo = a_photo(town)
    assert a_photo(town, at=LATER - DAY).pk == photo.pk

    assert pictures.purge(town, at=LATER) == 0


def test_a_former_text_keeps_its_photo_and_brings_it_back(town, agent):
    photo = a_photo(town)
    entry = an_entry(town, agent, photo)
    without_its_photo(town, entry, agent, at=NOON + DAY)

    assert pictures.purge(town, at=LATER + DAY) == 0

    version = Version.objects.of(town).get()
    entries.restore(town, entry.pk, version.pk, by=agent, at=LATER + DAY)
    assert Entry.objects.of(town).get().picture_id == photo.pk


def test_a_run_that_may_be_undone_keeps_the_photos_of_before(town, source):
    before, after = a_photo(town), a_photo(town, "#b3391f")
    brought(town, source, before)
    run = brought(town, source, after, title="La fête du port, demain", at=NOON + DAY)
    assert pictures.purge(town, at=LATER + DAY) == 0

    importing.undo(town, run.pk, by=run.source.added_by, at=LATER + DAY)

    assert Entry.objects.of(town).get().picture_id == before.pk
    assert pictures.purge(town, at=LATER + 2 * DAY) == 1
    assert left(town) == {before.pk}


def test_what_a_source_brought_and_the_town_refused_lets_go_of_its_photo(town, source, agent):
    run = brought(town, source, a_photo(town))
    importing.undo(town, run.pk, by=agent, at=LATER)
    assert pictures.purge(town, at=LATER + DAY) == 0

    assert pictures.purge(town, at=LATER + pictures.UNSEEN + DAY) == 1

    assert Entry.objects.of(town).get().picture_id is None


def test_what_the_town_had_published_and_withdrew_keeps_its_photo_for_next_year(
    town, source, agent
):
    brought(town, source, a_photo(town))
    entry = Entry.objects.of(town).get()
    entries.publish(town, entry.pk, by=agent, at=NOON)
    entries.withdraw(town, entry.pk, by=agent, at=NOON)

    assert pictures.purge(town, at=LATER) == 0


def test_a_former_text_of_what_was_refused_comes_back_without_its_photo(town, source, agent):
    brought(town, source, a_photo(town))
    entry = Entry.objects.of(town).get()
    without_its_photo(town, entry, agent, at=NOON)
    entries.withdraw(town, entry.pk, by=agent, at=NOON)
    version = Version.objects.of(town).get()
    assert version.text["picture_id"] and pictures.purge(town, at=LATER) == 1

    row = entries.restore(town, entry.pk, version.pk, by=agent, at=LATER)

    assert row.picture_id is None
