"""No farewell leaves that nobody but its author has read."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils.timezone import localtime

from beffroi.audience.channels import bits
from beffroi.audience.facts import NewTheme, NoSuchTheme
from beffroi.audience.queries import themes as queries
from beffroi.audience.services import farewells, nightly, themes as services
from beffroi.audience.words import FarewellState
from beffroi.delivery.models import Message
from beffroi.delivery.words import Channel
from beffroi.money.models import Charge
from beffroi.money.services import charges
from beffroi.towns import services as towns
from beffroi.towns.models import JournalEntry
from tests.cast import NOON
from tests.rooms.audience import scene

AFTER = NOON + timedelta(days=7)
WORKS = NewTheme(
    name="Travaux du marché", ends_on=date(2026, 11, 30), farewell="Le marché rouvre, merci."
)


@pytest.fixture
def theme_id(open_town, clerk):
    id_ = services.create(open_town, WORKS, by=clerk, at=NOON)
    scene.join(open_town, "riverain@exemple.fr", [queries.theme(open_town, id_)])
    return id_


def sent(town, theme_id):
    return Message.objects.of(town).filter(reference=f"farewell:{theme_id}").count()


def test_a_farewell_nobody_approved_stays_here_and_the_journal_says_so(open_town, theme_id):
    nightly.tidy(open_town, at=AFTER)

    assert not queries.theme(open_town, theme_id).is_open
    assert sent(open_town, theme_id) == 0
    assert JournalEntry.objects.of(open_town).filter(detail__contains="non envoyé").count() == 1


def test_an_approved_farewell_leaves_once(open_town, theme_id, colleague):
    scene.approve_farewell(open_town, theme_id, by=colleague)

    nightly.tidy(open_town, at=AFTER)
    nightly.tidy(open_town, at=AFTER)

    assert sent(open_town, theme_id) == 1


def by_channel(town, theme_id):
    rows = Message.objects.of(town).filter(reference=f"farewell:{theme_id}")
    return {Channel(row.channel): (row.recipients, row.text) for row in rows}


@pytest.fixture
def everywhere(open_town, clerk, colleague):
    """Words for each channel, approved; one subscriber by each, and one by all three."""
    new = replace(WORKS, farewell_sms="Le marche rouvre.", farewell_push="Il rouvre.")
    id_ = services.create(open_town, new, by=clerk, at=NOON)
    for channels in ([Channel.EMAIL], [Channel.SMS], [Channel.PUSH], list(Channel)):
        theme = queries.theme(open_town, id_)
        scene.a_person(open_town, [theme], having=channels, choice=bits(channels))
    scene.approve_farewell(open_town, id_, by=colleague)
    return id_


def test_each_is_told_by_every_channel_they_chose_in_its_own_words(open_town, everywhere, clerk):
    counts = queries.farewell_counts(open_town, everywhere, at=NOON)
    farewells.end_theme(open_town, everywhere, by=clerk, at=NOON)

    told = by_channel(open_town, everywhere)
    assert {channel: recipients for channel, (recipients, _) in told.items()} == counts
    assert counts == dict.fromkeys(Channel, 2)
    assert told[Channel.EMAIL][1].startswith("Le marché rouvre, merci.")
    assert (told[Channel.SMS][1], told[Channel.PUSH][1]) == ("Le marche rouvre.", "Il rouvre.")


def test_its_sms_are_charged_to_the_town(open_town, everywhere, clerk):
    farewells.end_theme(open_town, everywhere, by=clerk, at=NOON)
    charges.collect_all(at=NOON)

    charge = Charge.objects.of(open_town).get(channel=Channel.SMS)
    assert (charge.recipients, charge.parts, charge.service_id) == (2, 1, None)


def test_at_night_no_telephone_rings(open_town, everywhere):
    night = AFTER.replace(hour=2)

    nightly.tidy(open_town, at=night)

    rows = Message.objects.of(open_town).exclude(channel=Channel.EMAIL)
    assert {localtime(row.not_before).hour for row in rows} == {8}


def test_a_channel_without_words_says_nothing(open_town, theme_id, colleague):
    scene.a_person(open_town, [queries.theme(open_town, theme_id)], having=[Channel.SMS], choice=2)
    scene.approve_farewell(open_town, theme_id, by=colleague)

    nightly.tidy(open_town, at=AFTER)

    assert list(by_channel(open_town, theme_id)) == [Channel.EMAIL]


@pytest.mark.parametrize(
    "change",
    [
        {"farewell": "Autre chose."},
        {"farewell_sms": "Autre chose."},
        {"farewell_push": "Autre chose."},
        {"name": "Travaux"},
        {"ends_on": date(2026, 11, 29)},
    ],
    ids=["words", "sms", "push", "name", "day"],
)
def test_any_change_of_what_was_approved_voids_the_approval(
    open_town, theme_id, colleague, clerk, change
):
    scene.approve_farewell(open_town, theme_id, by=colleague)

    services.change(open_town, theme_id, replace(WORKS, **change), by=clerk, at=NOON)
    assert queries.theme(open_town, theme_id).farewell_state == FarewellState.WAITING
    nightly.tidy(open_town, at=AFTER)

    assert sent(open_town, theme_id) == 0


def test_a_change_that_the_letter_does_not_show_keeps_the_approval(
    open_town, theme_id, colleague, clerk
):
    scene.approve_farewell(open_town, theme_id, by=colleague)

    services.change(open_town, theme_id, replace(WORKS, description="Rue"), by=clerk, at=NOON)

    assert queries.theme(open_town, theme_id).farewell_state == FarewellState.APPROVED
    assert queries.theme(open_town, theme_id).farewell_author_id == clerk.pk


def test_words_that_changed_on_the_approvers_screen_are_not_approved(
    open_town, theme_id, colleague, clerk
):
    seen = queries.farewell(open_town, theme_id).content_hash
    services.change(open_town, theme_id, replace(WORKS, farewell="Adieu."), by=clerk, at=NOON)

    with pytest.raises(farewells.WordsChanged):
        farewells.approve(open_town, theme_id, seen_hash=seen, by=colleague, at=NOON)


def test_only_the_cabinet_approves(open_town, theme_id, agent):
    with pytest.raises(farewells.NotAllowed):
        scene.approve_farewell(open_town, theme_id, by=agent)


def test_the_author_approves_only_under_the_one_person_rule(open_town, colleague):
    theme_id = services.create(open_town, WORKS, by=colleague, at=NOON)
    with pytest.raises(farewells.OwnWork):
        scene.approve_farewell(open_town, theme_id, by=colleague)

    towns.set_one_person_rule(open_town, allowed=True, by=colleague, at=NOON)
    scene.approve_farewell(open_town, theme_id, by=colleague)

    assert queries.theme(open_town, theme_id).farewell_state == FarewellState.APPROVED
    told = JournalEntry.objects.of(open_town).filter(kind="town.one_person_rule")
    assert told.filter(detail__contains="par son auteur").count() == 1


def test_a_theme_ended_early_says_its_approved_farewell(open_town, theme_id, colleague, clerk):
    scene.approve_farewell(open_town, theme_id, by=colleague)

    assert farewells.end_theme(open_town, theme_id, by=clerk, at=NOON)

    assert sent(open_town, theme_id) == 1
    with pytest.raises(NoSuchTheme):
        farewells.end_theme(open_town, theme_id, by=clerk, at=NOON)


def test_those_that_wait_are_told_the_next_to_end_first(open_town, theme_id, clerk, colleague):
    sooner = replace(WORKS, name="Marché de Noël", ends_on=date(2026, 11, 28))
    services.create(open_town, sooner, by=clerk, at=NOON)
    services.create(open_town, NewTheme(name="Sport"), by=clerk, at=NOON)

    names = [theme.name for theme in queries.farewells_waiting(open_town)]
    assert names == ["Marché de Noël", "Travaux du marché"]

    scene.approve_farewell(open_town, theme_id, by=colleague)
    assert len(queries.farewells_waiting(open_town)) == 1
