"""The cabinet reads the last message of a temporary theme, and approves it from Aujourd’hui."""

from datetime import date

import pytest

from beffroi.audience.facts import NewTheme
from beffroi.audience.queries import themes as queries
from beffroi.audience.services import themes as services
from beffroi.audience.words import FarewellState
from tests.cast import NOON

WORDS = "Le marché rouvre, merci."
TODAY = "/mairie/arcachon/"


@pytest.fixture
def theme_id(town, clerk):
    services.open_town(town, at=NOON)
    new = NewTheme(name="Travaux du marché", ends_on=date(2199, 11, 30), farewell=WORDS)
    return services.create(town, new, by=clerk, at=NOON)


@pytest.fixture
def page(theme_id):
    return f"/mairie/arcachon/abonnes/themes/{theme_id}/adieu/"


def state(town, theme_id):
    return queries.theme(town, theme_id).farewell_state


def test_the_cabinet_finds_it_on_today_reads_it_and_approves_it(
    client, town, colleague, theme_id, page
):
    client.force_login(colleague)
    assert page in client.get(TODAY).content.decode()
    shown = client.get(page)
    assert WORDS in shown.content.decode()

    done = client.post(page, {"seen": shown.context["found"].content_hash}, follow=True)

    assert "Message d’adieu validé" in done.content.decode()
    assert state(town, theme_id) == FarewellState.APPROVED
    assert page not in client.get(TODAY).content.decode()


def test_a_message_that_changed_while_it_was_read_is_shown_again(
    client, town, colleague, theme_id, page
):
    client.force_login(colleague)

    done = client.post(page, {"seen": "0" * 64}, follow=True)

    assert "relisez-le" in done.content.decode()
    assert state(town, theme_id) == FarewellState.WAITING


def test_ending_a_theme_says_that_an_unapproved_farewell_stays_here(client, town, clerk, theme_id):
    client.force_login(clerk)

    shown = client.get(f"/mairie/arcachon/abonnes/themes/{theme_id}/terminer/").content.decode()

    assert "n’est pas validé" in shown
