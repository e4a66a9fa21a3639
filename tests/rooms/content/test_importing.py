"""What a source brings: made once, changed in place, never deleted, corrected by the town, undone as a whole."""

from dataclasses import replace
from datetime import timedelta

import pytest

from beffroi.content.facts import Found, NewSource, Occurrence, PictureLink, Reading, Remark, Undone
from beffroi.content.models import Entry
from beffroi.content.queries import desk, public
from beffroi.content.services import entries, importing, sources
from beffroi.content.words import Flaw, Format, Kind, Mode, Stage
from tests.cast import NOON

DAY = timedelta(days=1)
NEWS = Found(
    key="guid-1", kind=Kind.NEWS, title="Travaux rue Pasteur", html="<p>Deux mois.</p>",
    published_at=NOON - DAY, labels=("Travaux",),
)  # fmt: skip


@pytest.fixture
def source(town, agent):
    new = NewSource(
        name="Site de la mairie",
        format=Format.FEED,
        mode=Mode.AUTOMATIC,
        address="https://www.exemple-sur-beffroi.example/feed/",
    )
    return sources.add(town, new, by=agent, at=NOON)


def taken(town, source, *found, at=NOON, remarks=()):
    reading = Reading(format=Format.FEED, found=found, remarks=remarks)
    return importing.take(town, source, reading, by=None, at=at)


def figures(run):
    return run.made, run.changed, run.same, run.left_out


def test_the_same_twice_is_one_entry(town, source):
    first, second = taken(town, source, NEWS), taken(town, source, NEWS)

    assert (figures(first), figures(second)) == ((1, 0, 0, 0), (0, 0, 1, 0))
    (card,) = public.news(town, at=NOON)
    assert (card.title, card.published_at) == (NEWS.title, NEWS.published_at)


def test_a_change_at_the_source_changes_the_entry_and_not_its_address(town, source):
    taken(town, source, NEWS)
    slug = Entry.objects.of(town).get().slug

    run = taken(town, source, replace(NEWS, title="Travaux rue Pasteur : fini"))

    assert figures(run) == (0, 1, 0, 0)
    assert public.entry(town, Kind.NEWS, slug, at=NOON).card.title == "Travaux rue Pasteur : fini"


def test_what_the_source_no_longer_lists_stays(town, source):
    taken(town, source, NEWS)
    taken(town, source)

    assert len(public.news(town, at=NOON)) == 1


def test_a_correction_of_the_town_outlives_the_sources_own_changes(town, source, agent):
    taken(town, source, NEWS)
    opened = desk.opened(town, Entry.objects.of(town).get().pk)
    better = replace(opened.text, title="Rue Pasteur en travaux")
    entries.edit(town, opened.row.pk, better, revision=opened.row.revision, by=agent, at=NOON)

    taken(town, source, replace(NEWS, title="TRAVAUX !!!", html="<p>Trois mois.</p>"))

    whole = public.entry(town, Kind.NEWS, opened.row.slug, at=NOON)
    assert (whole.card.title, whole.html) == ("Rue Pasteur en travaux", "<p>Trois mois.</p>")


def test_what_the_town_withdrew_no_source_brings_back(town, source, agent):
    taken(town, source, NEWS)
    entries.withdraw(town, Entry.objects.of(town).get().pk, by=agent, at=NOON)

    taken(town, source, replace(NEWS, title="De nouveau"))

    assert public.news(town, at=NOON) == []


def test_a_moderated_source_waits_to_be_read(town, source, agent):
    sources.change(
        town, source.pk, name="Site", mode=Mode.MODERATED, is_paused=False, by=agent, at=NOON
    )
    source.refresh_from_db()

    taken(town, source, NEWS)

    assert (public.news(town, at=NOON), desk.waiting(town)) == ([], 1)


def test_a_label_is_mapped_to_a_theme_or_left_out(town, source, agent, theme):
    taken(town, source, NEWS, replace(NEWS, key="2", title="Offre d’emploi", labels=("Emploi",)))
    labels = {label.name: label.pk for label in desk.labels(town, source.pk)}
    sources.map_labels(
        town, source.pk, {labels["Travaux"]: theme.id}, frozenset({labels["Emploi"]}),
        by=agent, at=NOON,
    )  # fmt: skip

    run = taken(town, source, NEWS, replace(NEWS, key="3", title="Autre", labels=("Emploi",)))

    assert figures(run) == (0, 1, 0, 1)
    assert [card.title for card in public.news(town, at=NOON, theme_slug=theme.slug)] == [
        NEWS.title
    ]


def test_old_news_and_dates_gone_by_are_left_out(town, source):
    past = Found(
        key="e", kind=Kind.EVENT, title="Bal", occurrences=(Occurrence(begins_at=NOON - DAY),)
    )
    run = taken(town, source, past, replace(NEWS, published_at=NOON - 400 * DAY))

    assert figures(run) == (0, 0, 0, 2)


def test_a_picture_without_a_description_is_not_shown(town, source):
    found = replace(NEWS, picture=PictureLink(url="https://www.exemple.example/p.jpg"))
    reading = Reading(format=Format.FEED, found=(found,), remarks=(Remark(flaw=Flaw.NO_ALT),))

    run = importing.take(town, source, reading, by=None, at=NOON, pictures={})

    assert public.news(town, at=NOON)[0].photo is None
    assert desk.run(town, run.pk)[1] == (Remark(flaw=Flaw.NO_ALT),)


def test_a_run_is_undone_as_a_whole(town, source, agent):
    first = taken(town, source, NEWS)
    second = taken(
        town, source, replace(NEWS, title="Changé"), replace(NEWS, key="2", title="Neuf")
    )

    importing.undo(town, second.pk, by=agent, at=NOON)

    assert [card.title for card in public.news(town, at=NOON)] == [NEWS.title]
    importing.undo(town, first.pk, by=agent, at=NOON)
    assert public.news(town, at=NOON) == []
    assert {entry.stage for entry in Entry.objects.of(town)} == {Stage.WITHDRAWN}
    with pytest.raises(Undone):
        importing.undo(town, first.pk, by=agent, at=NOON)


def test_what_an_agent_corrected_since_outlives_the_undoing_of_its_run(town, source, agent):
    run = taken(town, source, NEWS)
    opened = desk.opened(town, Entry.objects.of(town).get().pk)
    better = replace(opened.text, title="Rue Pasteur en travaux")
    entries.edit(town, opened.row.pk, better, revision=opened.row.revision, by=agent, at=NOON)

    importing.undo(town, run.pk, by=agent, at=NOON)

    assert [card.title for card in public.news(town, at=NOON)] == ["Rue Pasteur en travaux"]


def test_an_undone_run_is_not_made_again_by_the_next_visit(town, source, agent):
    run = taken(town, source, NEWS)
    importing.undo(town, run.pk, by=agent, at=NOON)

    taken(town, source, NEWS)

    assert public.news(town, at=NOON) == []
