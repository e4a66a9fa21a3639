"""Marking what was sent costs the same whatever the size of the message, and touches no index."""

import pytest
from django.db import connection

from beffroi.delivery.statements import statement
from tests.cast import NOON
from tests.rooms.delivery.cast import people, sent

pytestmark = pytest.mark.django_db


def test_the_outcomes_of_a_whole_message_are_written_where_its_rows_stand(town, engine):
    sent(town, people(town, 600))
    before = _updates()

    engine()

    marked, in_place = (now - then for now, then in zip(_updates(), before, strict=True))
    assert marked == in_place == 600


def test_a_mark_reads_its_own_rows_of_a_message_that_nothing_is_known_about(town):
    message_id = sent(town, people(town, 600))
    with connection.cursor() as cursor:
        cursor.execute(
            "EXPLAIN ANALYZE " + statement("mark"),
            {
                "message": message_id,
                "state": 30,
                "code": 250,
                "tried": 1,
                "settled_at": NOON,
                "first": 100,
                "last": 103,
                "seqs": "{100,101,103}",
            },
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Rows Removed by Filter: 1\n" in plan


def _updates():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables"
            " WHERE relname = 'delivery_delivery'"
        )
        return cursor.fetchone()
