"""An intercommunality's entries in its communes: shown, changed and withdrawn with it, hidden or corrected where they wish."""

from dataclasses import replace
from datetime import timedelta

import pytest

from beffroi.content.facts import Text
from beffroi.content.models import Entry
from beffroi.content.queries import desk, public
from beffroi.content.services import entries, sharing, sources
from beffroi.content.words import Kind, Mode
from beffroi.towns.kinds import TownKind
from beffroi.towns.models import Town
from tests.cast import NOON


@pytest.fixture
def syndicate(other_town):
    Town.objects.filter(pk=other_town.pk).update(kind=TownKind.INTERCOMMUNALITY)
    other_town.refresh_from_db()
    return other_town


@pytest.fixture
def shared(town, syndicate, stranger, agent):
    sources.inherit(town, syndicate, Mode.AUTOMATIC, by=agent, at=NOON)
    entry = entries.create(syndicate, Kind.NEWS, Text(title="Tri"), by=stranger, at=NOON)
    entries.publish(syndicate, entry.pk, by=stranger, at=NOON)
    assert sharing.share(syndicate, at=NOON) == 1
    return entry


def titles(town):
    return [card.title for card in public.news(town, at=NOON)]


def test_what_it_publishes_is_shown_and_changes_with_it(town, syndicate, stranger, shared):
    assert titles(town) == ["Tri"]
    entries.edit(syndicate, shared.pk, Text(title="Le tri"), revision=1, by=stranger, at=NOON)

    sharing.share(syndicate, at=NOON)

    assert titles(town) == ["Le tri"]
    (whole,) = [public.entry(town, Kind.NEWS, e.slug, at=NOON) for e in Entry.objects.of(town)]
    assert whole.source == syndicate.name


def test_a_look_that_finds_nothing_new_leaves_no_trace(town, syndicate, shared):
    (source,) = desk.sources(town)
    sharing.share(syndicate, at=NOON)

    (run,) = desk.runs(town, source.pk)
    assert (run.made, desk.source(town, source.pk).asked_at) == (1, NOON)


def test_what_it_withdraws_is_gone_and_comes_back_with_it(town, syndicate, stranger, shared):
    entries.withdraw(syndicate, shared.pk, by=stranger, at=NOON)
    sharing.share(syndicate, at=NOON)
    assert titles(town) == []

    entries.publish(syndicate, shared.pk, by=stranger, at=NOON)
    sharing.share(syndicate, at=NOON)
    assert titles(town) == ["Tri"]


def test_a_commune_hides_one_for_good(town, syndicate, agent, shared):
    entries.withdraw(town, Entry.objects.of(town).get().pk, by=agent, at=NOON)
    entries.edit(syndicate, shared.pk, Text(title="Encore"), revision=1, by=agent, at=NOON)

    sharing.share(syndicate, at=NOON)

    assert titles(town) == []


def test_a_commune_s_own_words_stay(town, syndicate, agent, stranger, shared):
    opened = desk.opened(town, Entry.objects.of(town).get().pk)
    mine = replace(opened.text, title="Le tri à Arcachon")
    entries.edit(town, opened.row.pk, mine, revision=opened.row.revision, by=agent, at=NOON)
    entries.edit(syndicate, shared.pk, Text(title="Autre"), revision=1, by=stranger, at=NOON)

    sharing.share(syndicate, at=NOON)

    assert titles(town) == ["Le tri à Arcachon"]
    entries.withdraw(syndicate, shared.pk, by=stranger, at=NOON)
    sharing.share(syndicate, at=NOON)
    assert titles(town) == ["Le tri à Arcachon"]


@pytest.mark.parametrize("name", ["publish_at", "expires_at"])
def test_the_clock_alone_makes_it_due_for_a_while(syndicate, shared, name):
    Entry.objects.of(syndicate).update(publish_at=NOON - timedelta(days=9), expires_at=None)
    assert not sharing.is_due(syndicate, at=NOON)

    Entry.objects.of(syndicate).update(**{name: NOON})
    assert not sharing.is_due(syndicate, at=NOON - timedelta(seconds=1))
    assert sharing.is_due(syndicate, at=NOON + timedelta(minutes=2))
    assert not sharing.is_due(syndicate, at=NOON + timedelta(minutes=9))
