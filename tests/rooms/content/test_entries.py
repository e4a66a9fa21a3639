"""An entry: written, published, read by residents when its time has come, corrected, restored, withdrawn."""

import io
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from PIL import Image

from beffroi.audience.models import Theme
from beffroi.audience.services import themes
from beffroi.content.facts import (
    Incomplete,
    NoSuchContributor,
    Occurrence,
    Overwritten,
    Place,
    Text,
    WrongStage,
)
from beffroi.content.queries import desk, directories, public
from beffroi.content.services import contributors, entries, pictures
from beffroi.content.words import Category, Kind, Stage
from tests.cast import NOON

HOUR = timedelta(hours=1)


def a_published(town, by, kind=Kind.NEWS, at=NOON, **text):
    entry = entries.create(town, kind, Text(**{"title": "La piscine rouvre"} | text), by=by, at=at)
    return entries.publish(town, entry.pk, by=by, at=at)


def titles(cards):
    return [card.title for card in cards]


def test_a_draft_is_read_by_nobody_and_a_published_one_by_all(town, agent):
    draft = entries.create(town, Kind.NEWS, Text(title="La piscine rouvre"), by=agent, at=NOON)
    assert public.news(town, at=NOON) == []

    entries.publish(town, draft.pk, by=agent, at=NOON)

    assert titles(public.news(town, at=NOON)) == ["La piscine rouvre"]


def test_its_dates_alone_open_and_close_it(town, agent):
    text = {"publish_at": NOON + HOUR, "expires_at": NOON + 3 * HOUR}
    a_published(town, agent, **text)

    seen = [bool(public.news(town, at=NOON + n * HOUR)) for n in range(4)]

    assert seen == [False, True, True, False]


@pytest.mark.parametrize(
    ("kind", "text", "lack"),
    [
        (Kind.NEWS, {"title": " ?! "}, "title"),
        (Kind.EVENT, {"title": "Loto"}, "date"),
        (Kind.PLACE, {"title": "Dr Martin"}, "category"),
        (Kind.NEWS, {"publish_at": NOON, "expires_at": NOON}, "expired"),
    ],
)
def test_what_is_incomplete_is_not_published(town, agent, kind, text, lack):
    entry = entries.create(town, kind, Text(**{"title": "x"} | text), by=agent, at=NOON)

    with pytest.raises(Incomplete, match=lack):
        entries.publish(town, entry.pk, by=agent, at=NOON)


def test_two_who_edit_at_once_lose_nothing(town, agent):
    entry = a_published(town, agent)
    entries.edit(town, entry.pk, Text(title="Premier"), revision=1, by=agent, at=NOON)

    with pytest.raises(Overwritten):
        entries.edit(town, entry.pk, Text(title="Second"), revision=1, by=agent, at=NOON)

    kept = [text.title for _, text in desk.versions(town, entry.pk)]
    assert desk.opened(town, entry.pk).text.title == "Premier"
    assert kept == ["Second", "La piscine rouvre"]


def test_an_earlier_text_comes_back_whole(town, agent):
    when = Occurrence(begins_at=NOON + HOUR, price="gratuit")
    place = Place(street="1 place Lucien", phones=("05 56 22 00 00",))
    before = a_published(
        town, agent, Kind.EVENT, title="Loto", occurrences=(when,), place=place, venue="Salle"
    )
    then = desk.opened(town, before.pk).text
    entries.edit(
        town,
        before.pk,
        Text(title="Loto annulé", occurrences=(when,), is_cancelled=True),
        revision=1,
        by=agent,
        at=NOON,
    )

    version, _ = desk.versions(town, before.pk)[0]
    entries.restore(town, before.pk, version.pk, by=agent, at=NOON)

    assert desk.opened(town, before.pk).text == then


def test_a_withdrawn_entry_is_gone_and_comes_back_by_one_step(town, agent):
    entry = a_published(town, agent)
    entries.withdraw(town, entry.pk, by=agent, at=NOON)
    assert public.entry(town, Kind.NEWS, entry.slug, at=NOON) is None

    entries.publish(town, entry.pk, by=agent, at=NOON + HOUR)

    assert public.entry(town, Kind.NEWS, entry.slug, at=NOON + HOUR).card.title == entry.title
    with pytest.raises(WrongStage):
        entries.propose(town, entry.pk, by=agent, at=NOON)


def test_an_agenda_lists_dates_in_order_and_leaves_out_what_has_ended(town, agent):
    loto = Occurrence(begins_at=NOON + 2 * HOUR, ends_at=NOON + 4 * HOUR)
    fair = Occurrence(begins_at=NOON - 5 * HOUR, ends_at=NOON + 9 * HOUR)
    over = Occurrence(begins_at=NOON - 5 * HOUR, ends_at=NOON - HOUR)
    a_published(town, agent, Kind.EVENT, title="Loto", occurrences=(loto, over))
    a_published(town, agent, Kind.EVENT, title="Foire", occurrences=(fair,))

    found = public.dates(town, Kind.EVENT, since=NOON, until=NOON + timedelta(days=1), at=NOON)

    assert [(one.card.title, one.occurrence) for one in found] == [("Foire", fair), ("Loto", loto)]


def test_a_directory_is_by_name_and_by_category(town, agent):
    for title in ("Zoé coiffure", "Fleurs d’Élise", "Épicerie du Port", "3 Brasseurs", "Dr Abel"):
        category = Category.HEALTH if title == "Dr Abel" else Category.SHOP
        a_published(town, agent, Kind.PLACE, title=title, category=category)

    lines = directories.lines(town, Category.SHOP, at=NOON)

    assert [one.letter for one in lines] == ["0-9", "E", "F", "Z"]
    assert titles(directories.listed(town, [one.id for one in lines], at=NOON)) == [
        "3 Brasseurs", "Épicerie du Port", "Fleurs d’Élise", "Zoé coiffure",
    ]  # fmt: skip


def test_an_association_writes_by_its_link_and_waits_to_be_read(town, agent):
    row, secret = contributors.invite(town, "Les Amis du lac", "", by=agent, at=NOON)

    entry = contributors.contribute(town, secret, Kind.PAGE, Text(title="Vide-grenier"), at=NOON)

    assert (entry.stage, entry.kind, desk.waiting(town)) == (Stage.PROPOSED, Kind.NEWS, 1)
    contributors.close(town, row.pk, by=agent, at=NOON)
    with pytest.raises(NoSuchContributor):
        contributors.contribute(town, secret, Kind.NEWS, Text(title="Encore"), at=NOON)


def test_the_name_of_a_hidden_theme_is_shown_on_no_card_and_lists_nothing(town, agent, theme):
    entry = a_published(town, agent, theme_ids=(theme.id,))
    assert [one.name for one in public.news(town, at=NOON)[0].themes] == [theme.name]

    Theme.objects.of(town).filter(pk=theme.id).update(is_public=False)

    assert public.entry(town, Kind.NEWS, entry.slug, at=NOON).card.themes == ()
    assert public.news(town, at=NOON, theme_slug=theme.slug) == []


def test_themes_and_pictures_of_another_town_are_refused_by_the_database(town, other_town, agent):
    themes.make_common(other_town, at=NOON)
    theirs = Theme.objects.of(other_town).first()
    picture = pictures.add(other_town, _drawn(), at=NOON)

    for text in ({"theme_ids": (theirs.pk,)}, {"picture_id": picture.pk}):
        with pytest.raises(IntegrityError), transaction.atomic():
            entries.create(town, Kind.NEWS, Text(title="x", **text), by=agent, at=NOON)
            connection.check_constraints()


def _drawn():
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    return out.getvalue()


def test_feeds_and_counts_ask_little_of_the_database(town, agent, django_assert_max_num_queries):
    for number in range(12):
        a_published(town, agent, title=f"Nouvelle {number}")

    with django_assert_max_num_queries(4):
        assert len(public.latest(town, at=NOON)) == 12
    with django_assert_max_num_queries(1):
        assert public.counts(town, at=NOON) == {(Kind.NEWS, ""): 12}
