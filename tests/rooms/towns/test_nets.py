"""The nets between towns. Each test fails when its net is cut."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from beffroi.towns import journal, queries, scope, services
from beffroi.towns.models import JournalEntry, Membership, Service, TownOwned
from beffroi.towns.owned import TownRequired
from tests.cast import NOON, Role, an_agent

OWNED = [model for model in apps.get_models() if issubclass(model, TownOwned)]


@pytest.mark.parametrize("model", OWNED, ids=lambda m: m.__name__)
def test_a_query_that_names_no_town_is_refused(model):
    for ask in (
        lambda: model.objects.all(),
        lambda: model.objects.filter(pk=1),
        lambda: model.objects.exists(),
        lambda: model.objects.count(),
        lambda: model.objects.bulk_create([]),
        lambda: model.objects.in_bulk([1]),
    ):
        with pytest.raises(TownRequired):
            ask()


@pytest.mark.parametrize("model", OWNED, ids=lambda m: m.__name__)
def test_every_town_owned_table_has_row_level_security(db, model):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relrowsecurity, ARRAY(SELECT unnest(polroles)::regrole::text FROM pg_policy"
            " WHERE polrelid = pg_class.oid ORDER BY 1) FROM pg_class WHERE oid = %s::regclass",
            [model._meta.db_table],
        )
        on, roles = cursor.fetchone()
    assert on
    assert roles == ["beffroi_engine", "beffroi_web"]


@pytest.mark.parametrize("model", OWNED, ids=lambda m: m.__name__)
def test_every_link_between_town_owned_tables_is_walled_off(db, model):
    """By a composite key or, in three tables, by a check in sets (tests/rooms/audience/test_walls.py)."""
    assert not model._meta.many_to_many, "an automatic link table would have no town"
    for field in model._meta.concrete_fields:
        if field.related_model is None or not issubclass(field.related_model, TownOwned):
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass"
                " AND contype = 'f' UNION ALL SELECT pg_get_functiondef(tgfoid) FROM pg_trigger"
                " WHERE tgrelid = %s::regclass AND tgnewtable IS NOT NULL AND tgenabled = 'O'",
                [model._meta.db_table, model._meta.db_table],
            )
            walls = [definition for (definition,) in cursor.fetchall()]
        said = (f"(town_id, {field.column})", f"'{model._meta.db_table}_{field.column}_same_town'")
        assert any(one in wall for one in said for wall in walls), field.name


def test_the_database_refuses_a_link_into_another_town(town, other_town):
    agent = an_agent(town, "someone", Role.WRITER)
    elsewhere = services.add_service(other_town, "Culture", by=None, at=NOON)

    with (
        pytest.raises(IntegrityError, match="same_town"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE towns_membership SET service_id = %s WHERE agent_id = %s",
            [elsewhere.pk, agent.pk],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.fixture
def as_web(db):
    """The database session of the web server."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE beffroi_web")
        yield
        cursor.execute("RESET ROLE")
        scope.enter(town_id=None)


def test_the_web_role_sees_nothing_until_a_town_is_named(town, as_web):
    scope.enter(town_id=None)

    assert JournalEntry.objects.of(town).count() == 0

    scope.enter(town_id=town.pk)

    assert JournalEntry.objects.of(town).count() == 1


def test_the_web_role_cannot_read_or_write_another_town_even_by_forgetting_the_filter(
    town, other_town, as_web
):
    scope.enter(town_id=town.pk)

    seen = JournalEntry.objects.across_towns(why="a forgotten filter")
    assert {entry.town_id for entry in seen} == {town.pk}
    with pytest.raises(Exception, match="row-level security"), transaction.atomic():
        Service.objects.create_in(other_town, name="Intrus")


def test_an_agent_sees_their_own_memberships_in_all_towns_and_nobody_elses(
    town, other_town, agent, stranger, as_web
):
    scope.enter(town_id=None, agent_id=agent.pk)

    assert [t.pk for t in queries.towns_of(agent)] == [town.pk]
    everyone = Membership.objects.across_towns(why="a forgotten filter")
    assert [m.agent_id for m in everyone] == [agent.pk]


def test_the_journal_cannot_be_changed_or_deleted(town, agent):
    journal.write(town, journal.Kind.TOWN_CHANGED, at=NOON, by=agent)

    for statement in (
        "UPDATE towns_journalentry SET detail = 'x'",
        "DELETE FROM towns_journalentry",
    ):
        with (
            pytest.raises(Exception, match="written once"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_the_web_role_may_not_touch_the_journal_but_to_add(town, as_web):
    scope.enter(town_id=town.pk)

    with (
        pytest.raises(Exception, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM towns_journalentry")
