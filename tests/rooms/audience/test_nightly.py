"""What the night does: farewells, purges, forgetting."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction

from beffroi.audience.facts import NewTheme
from beffroi.audience.models import Attempt, ConsentProof, ConsentText, ImportPart, ImportRow, Theme
from beffroi.audience.queries import figures, recipients, subscribers, themes as theme_queries
from beffroi.audience.services import erasure, nightly, texts, themes as theme_services
from beffroi.delivery.models import Delivery, Message
from tests.cast import NOON
from tests.rooms.audience import files, scene

DAY = timedelta(days=1)


@pytest.fixture
def works(open_town, colleague):
    theme_id = theme_services.create(
        open_town,
        NewTheme(
            name="Travaux du marché",
            ends_on=date(2026, 11, 30),
            farewell="Le marché rouvre, merci.",
            purge_on=date(2026, 12, 31),
        ),
        by=None,
        at=NOON,
    )
    scene.approve_farewell(open_town, theme_id, by=colleague)
    return theme_queries.theme(open_town, theme_id)


def test_a_temporary_theme_says_farewell_once_and_closes_the_day_after(open_town, themes, works):
    only = scene.join(open_town, "riverain@exemple.fr", [works])
    scene.join(open_town, "autre@exemple.fr", themes[:1])

    nightly.tidy(open_town, at=NOON + 6 * DAY)
    assert theme_queries.theme(open_town, works.id).is_open, "its last day is not over"
    nightly.tidy(open_town, at=NOON + 7 * DAY)
    nightly.tidy(open_town, at=NOON + 7 * DAY)

    assert not theme_queries.theme(open_town, works.id).is_open
    farewell = Message.objects.of(open_town).get(reference=f"farewell:{works.id}")
    assert "Le marché rouvre" in farewell.text
    point = Delivery.objects.of(open_town).get(message_id=farewell.pk).contact_point_id
    assert point == subscribers.subscriber(open_town, only, at=NOON).contact_point_id
    assert recipients(open_town, [works.id], at=NOON + 7 * DAY).count() == 0


def test_at_the_purge_nobody_can_tell_who_had_subscribed(open_town, themes, works):
    scene.join(open_town, "riverain@exemple.fr", [works])
    both = scene.join(open_town, "autre@exemple.fr", [works, themes[0]])
    nightly.tidy(open_town, at=NOON + 7 * DAY)

    nightly.tidy(open_town, at=NOON + 40 * DAY)

    assert subscribers.by_address(open_town, "riverain@exemple.fr", at=NOON) is None
    kept = subscribers.subscriptions(open_town, both)
    assert [one.theme_name for one in kept] == ["Culture et événements"]
    months = figures.by_theme_and_month(open_town, at=NOON + 40 * DAY, months=3)
    assert {(m.month, m.joined) for m in months if m.theme_id == works.id and m.joined} == {(11, 2)}


@pytest.mark.parametrize("days", [0, 1])
def test_a_theme_purged_as_it_ends_has_said_farewell_before(open_town, works, days):
    """Its letter needs the address that the purge forgets."""
    day = works.ends_on + timedelta(days=days)
    Theme.objects.of(open_town).filter(pk=works.id).update(purge_on=day)
    scene.join(open_town, "riverain@exemple.fr", [works])
    night = NOON + 7 * DAY

    nightly.tidy(open_town, at=night)
    assert subscribers.by_address(open_town, "riverain@exemple.fr", at=night) is not None
    nightly.tidy(open_town, at=night + 2 * DAY)

    assert subscribers.by_address(open_town, "riverain@exemple.fr", at=night) is None


def test_a_request_nobody_confirmed_is_forgotten_after_thirty_days(open_town, themes):
    scene.ask(open_town, "jamais@exemple.fr", themes)

    nightly.tidy(open_town, at=NOON + 29 * DAY)
    assert subscribers.by_address(open_town, "jamais@exemple.fr", at=NOON) is not None
    nightly.tidy(open_town, at=NOON + 31 * DAY)

    assert subscribers.by_address(open_town, "jamais@exemple.fr", at=NOON) is None
    assert not Attempt.objects.of(open_town).exists()


def test_the_file_goes_when_it_has_run_and_its_lines_when_it_cannot_be_undone(
    open_town, clerk, themes
):
    body = files.as_csv([["A", "A", "pas une adresse", "x", "", ""]])
    scene.import_file(open_town, clerk, body, given=themes)
    assert not ImportPart.objects.of(open_town).exists()

    nightly.tidy(open_town, at=NOON + 29 * DAY)
    assert ImportRow.objects.of(open_town).exists()
    nightly.tidy(open_town, at=NOON + 31 * DAY)

    assert not ImportRow.objects.of(open_town).exists()


def test_erasing_someone_takes_them_out_of_the_report_of_their_import(open_town, clerk, themes):
    body = files.as_csv(
        [[n, n, address, "x", "", ""] for n, address in zip("ABA", ("a@exemple.fr", "b@exemple.fr", "a@exemple.fr"), strict=True)]
    )  # fmt: skip
    scene.import_file(open_town, clerk, body)
    assert ImportRow.objects.of(open_town).count() == 1

    erasure.erase(open_town, subscribers.by_address(open_town, "a@exemple.fr", at=NOON).id, at=NOON)

    assert not ImportRow.objects.of(open_town).exists()


def test_the_same_name_is_refused_while_the_theme_is_open(open_town, works):
    with pytest.raises(theme_services.ThemeExists):
        theme_services.create(open_town, NewTheme(name="travaux DU MARCHÉ"), by=None, at=NOON)
    theme_services.end_now(open_town, works.id, by=None, at=NOON)
    theme_services.create(open_town, NewTheme(name="Travaux du marché"), by=None, at=NOON)


def test_an_end_in_the_past_or_a_purge_before_the_end_is_refused(open_town):
    for new in (
        NewTheme(name="Hier", ends_on=date(2026, 11, 23)),
        NewTheme(name="À rebours", ends_on=date(2026, 12, 2), purge_on=date(2026, 12, 1)),
        NewTheme(name="Sans fin", purge_on=date(2026, 12, 1)),
    ):
        with pytest.raises(theme_services.BadEnd):
            theme_services.create(open_town, new, by=None, at=NOON)


def test_themes_are_put_in_order(open_town, themes):
    theme_services.reorder(open_town, [themes[2].id, themes[0].id], by=None, at=NOON)

    names = [theme.id for theme in theme_queries.public_themes(open_town)]
    assert names == [themes[2].id, themes[0].id, themes[1].id]


def test_opening_a_town_twice_changes_nothing(open_town):
    theme_services.open_town(open_town, at=NOON)

    assert len(theme_queries.open_themes(open_town)) == 3
    assert theme_queries.consent_text(open_town).version == 1


def test_a_proof_and_a_wording_are_written_once(open_town, themes):
    scene.join(open_town, "a@exemple.fr", themes)
    texts.publish(open_town, "Un autre texte de consentement, bien assez long.", by=None, at=NOON)

    for statement in (
        "DELETE FROM audience_consentproof",
        "UPDATE audience_consentproof SET at = now()",
        "UPDATE audience_consentproof SET subscriber_id = NULL",
        "UPDATE audience_consentproof SET theme_names = '{}', anonymised_at = now(), subscriber_id = NULL",
        "UPDATE audience_consenttext SET wording = 'x'",
        "DELETE FROM audience_consenttext",
    ):
        with (
            pytest.raises(Exception, match="written once"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert ConsentProof.objects.of(open_town).count() == 2
    assert ConsentText.objects.of(open_town).count() == 2
