"""Search forgives accents, capitals, plurals and one slip; and opening hours are told as a neighbour would."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from beffroi.content import hours
from beffroi.content.facts import Hours, Occurrence
from beffroi.content.queries.search import Lent, search
from beffroi.content.words import Category, Kind
from beffroi.kit.names import fold_words
from tests.cast import NOON
from tests.rooms.content.test_entries import a_published

PARIS = ZoneInfo("Europe/Paris")
DAY = timedelta(days=1)


def found(town, asked, **more):
    shown = search(town, asked, at=NOON, **more).shown
    return [one.title if isinstance(one, Lent) else one.card.title for one in shown]


@pytest.fixture
def town_with_things(town, agent):
    for title in ("Pharmacie de la Plage", "Médiathèque", "École Paul-Bert", "Piscine"):
        a_published(town, agent, Kind.PLACE, title=title, category=Category.USEFUL)
    a_published(town, agent, title="Travaux à la piscine", html="<p>Fermée pour deux mois.</p>")
    return town


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("pharmacie", "Pharmacie de la Plage"),
        ("PHARMACIES", "Pharmacie de la Plage"),
        ("farmacie", "Pharmacie de la Plage"),
        ("mediateque", "Médiathèque"),
        ("ecole paul bert", "École Paul-Bert"),
        ("la piscine", "Piscine"),
        ("pisc", "Piscine"),
        ("piscine fermée", "Travaux à la piscine"),
    ],
)
def test_a_word_is_found_as_people_type_it(town_with_things, asked, first):
    assert found(town_with_things, asked)[:1] == [first]


@pytest.mark.parametrize("asked", ["", "   ", "?!", "zzzzzz", "piscine zzzzzz", "\x00"])
def test_nothing_found_is_no_error(town_with_things, asked):
    assert found(town_with_things, asked) == []


def test_what_was_understood_is_told(town_with_things):
    assert search(town_with_things, "farmacie", at=NOON).meant == "pharmacie"
    assert search(town_with_things, "Pharmacie", at=NOON).meant == ""


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("docteur", "Cabinet médical : médecins généralistes"),
        ("doctuer", "Cabinet médical : médecins généralistes"),
        ("poubelles", "Calendrier des ordures ménagères"),
        ("hôtel de ville", "Mairie annexe"),
        ("petite enfance", "Crèche Les Oursons"),
        ("centre aquatique", "Piscine"),
        ("mairie annexe", "Mairie annexe"),
        ("médecin docteur", "Cabinet médical : médecins généralistes"),
        ("la déchetterie", "Déchèterie du Bassin"),
        ("carte d’identité", "Refaire un passeport"),
    ],
)
def test_another_word_for_the_same_thing_finds_it(town, agent, asked, title):
    for one in (
        "Cabinet médical : médecins généralistes", "Calendrier des ordures ménagères", "Mairie annexe",
        "Crèche Les Oursons", "Piscine", "Déchèterie du Bassin", "Refaire un passeport",
    ):  # fmt: skip
        a_published(town, agent, Kind.PAGE, title=one, category=Category.PRACTICAL)

    assert found(town, asked) == [title]


def test_what_comes_stands_before_what_is_over_and_the_nearest_first(town, agent):
    for title, days in [
        ("Loto ancien", -300),
        ("Loto lointain", 40),
        ("Loto prochain", 3),
        ("Loto passé", -9),
    ]:
        date = Occurrence(
            begins_at=NOON + days * DAY, ends_at=NOON + days * DAY + timedelta(hours=3)
        )
        a_published(town, agent, Kind.EVENT, title=title, occurrences=(date,))

    shown = search(town, "loto", at=NOON).shown

    assert found(town, "loto") == ["Loto prochain", "Loto lointain", "Loto passé", "Loto ancien"]
    assert [one.is_past for one in shown] == [False, False, True, True]
    assert shown[0].date.begins_at == NOON + 3 * DAY


def test_of_two_that_say_the_same_the_newer_stands_first(town, agent):
    for days in (400, 2, 90):
        a_published(
            town, agent, title="Travaux rue du Port", summary=str(days), at=NOON - days * DAY
        )

    shown = search(town, "travaux port", at=NOON).shown

    assert [one.card.summary for one in shown] == ["2", "90", "400"]


def test_what_another_room_lends_stands_among_it_and_nothing_is_left_out_unsaid(town, agent):
    def lent(number):
        title = f"Marché de Noël {number}"
        return Lent(
            key=str(number), title=title, summary="", words=fold_words(f"{title} chalets"), published_at=NOON,
        )  # fmt: skip

    a_published(town, agent, title="Les chalets ouvrent")

    assert found(town, "chalet", lent=[lent(1)]) == ["Les chalets ouvrent", "Marché de Noël 1"]
    assert found(town, "marche noel", lent=[lent(1)]) == ["Marché de Noël 1"]
    many = search(town, "chalet", at=NOON, lent=[lent(number) for number in range(45)])
    assert (len(many.shown), many.total) == (30, 46)


WEEK = (
    Hours(weekday=1, opens_min=9 * 60, closes_min=12 * 60),
    Hours(weekday=1, opens_min=14 * 60, closes_min=18 * 60),
    Hours(weekday=5, opens_min=22 * 60, closes_min=26 * 60),
)
TUESDAY = datetime(2026, 11, 24, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("at", "is_open", "until"),
    [
        (TUESDAY.replace(hour=8), False, TUESDAY.replace(hour=9)),
        (TUESDAY.replace(hour=9), True, TUESDAY.replace(hour=12)),
        (TUESDAY.replace(hour=12), False, TUESDAY.replace(hour=14)),
        (TUESDAY.replace(hour=18), False, TUESDAY.replace(hour=22) + timedelta(days=4)),
        (TUESDAY.replace(hour=1) + timedelta(days=5), True, TUESDAY.replace(hour=2) + timedelta(days=5)),
    ],
)  # fmt: skip
def test_open_now_and_until_when(at, is_open, until):
    assert hours.now(WEEK, at=at, department_code="33") == hours.Now(is_open=is_open, until=until)


def test_no_hours_say_nothing():
    assert hours.now((), at=TUESDAY, department_code="33").until is None


def test_nothing_is_open_for_sure_on_a_public_holiday_nor_opens_next_on_one():
    fridays = (Hours(weekday=4, opens_min=9 * 60, closes_min=18 * 60),)
    christmas = datetime(2026, 12, 25, 10, tzinfo=PARIS)
    the_week_before = christmas.replace(day=18, hour=20)
    in_alsace = datetime(2026, 12, 26, 10, tzinfo=PARIS)
    saturdays = (Hours(weekday=5, opens_min=9 * 60, closes_min=18 * 60),)

    assert hours.now(fridays, at=christmas, department_code="33").is_holiday
    told = hours.now(fridays, at=the_week_before, department_code="33")
    assert (told.is_holiday, told.until) == (False, datetime(2027, 1, 8, 9, tzinfo=PARIS))
    assert hours.now(saturdays, at=in_alsace, department_code="67").is_holiday
    assert not hours.now(saturdays, at=in_alsace, department_code="33").is_holiday
