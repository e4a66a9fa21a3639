"""What an import writes by the thousand is walled off in sets, as tightly as row by row."""

import pytest
from django.db import IntegrityError, connection, transaction

from beffroi.audience.models import ConsentProof, Subscriber, Subscription
from beffroi.audience.services import themes as theme_services
from beffroi.delivery.words import Channel
from beffroi.towns.models import TownOwned
from tests.cast import NOON
from tests.rooms.audience import scene

SHEET = b"Nom;Courriel\nDUPONT;jeanne@exemple.fr\n"
LINKS = [
    (model, field)
    for model in (Subscriber, Subscription, ConsentProof)
    for field in model._meta.concrete_fields
    if field.related_model and issubclass(field.related_model, TownOwned)
]


@pytest.fixture
def abroad(other_town, stranger):
    """Another town, that has one of each."""
    theme_services.open_town(other_town, at=NOON)
    theme = scene.theme_queries.open_themes(other_town)[0]
    scene.import_file(other_town, stranger, SHEET, given=[theme])
    scene.type_form(other_town, stranger, "formulaire@exemple.fr", [theme])
    scene.a_point(other_town, Channel.EMAIL)
    return other_town


@pytest.mark.parametrize(("model", "field"), LINKS, ids=lambda x: getattr(x, "__name__", str(x)))
def test_a_row_may_not_point_into_another_town(open_town, clerk, themes, abroad, model, field):
    scene.import_file(open_town, clerk, SHEET, given=themes[:1])
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT max(id) FROM {field.related_model._meta.db_table} WHERE town_id = %s",
            [abroad.pk],
        )
        (elsewhere,) = cursor.fetchone()
        columns = [f.column for f in model._meta.concrete_fields if f.column != "id"]
        copied = {f.column: f.column for f in model._meta.concrete_fields if f.column != "id"}
        copied |= {f.column: "NULL" for f in model._meta.concrete_fields if f.one_to_one}
        copied |= {"until": "now()"} if model is Subscription else {}
        copied[field.column] = str(elsewhere)

        with pytest.raises(IntegrityError, match=f"{field.column}_same_town"), transaction.atomic():
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} ({', '.join(columns)})"
                f" SELECT {', '.join(copied[c] for c in columns)} FROM {model._meta.db_table}"
                " WHERE town_id = %s",
                [open_town.pk],
            )
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("model", [Subscriber, Subscription])
def test_nor_be_moved_there(open_town, clerk, themes, abroad, model):
    scene.import_file(open_town, clerk, SHEET, given=themes[:1])

    with pytest.raises(IntegrityError, match="same_town"), transaction.atomic():
        model.objects.of(open_town).update(town=abroad)


def test_what_is_pointed_at_cannot_be_deleted_by_a_running_beffroi(db):
    with connection.cursor() as cursor:
        for _, field in LINKS:
            table = field.related_model._meta.db_table
            if table == "audience_paperform":  # kept in place by a key of its own
                continue
            for role in ("beffroi_web", "beffroi_engine"):
                cursor.execute("SELECT has_table_privilege(%s, %s, 'DELETE')", [role, table])
                assert cursor.fetchone() == (False,), (role, table)
