"""How much PostgreSQL had to read: what a slow plan costs, counted instead of timed."""

from collections import Counter

from django.db import connection


def so_far() -> "Counter[str]":
    """Rows read by table: in this transaction, or since the statistics began where none is open."""
    seen = "pg_stat_xact_user_tables" if connection.in_atomic_block else "pg_stat_user_tables"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute(
            f"SELECT relname, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) FROM {seen}"
        )
        return Counter(dict(cursor.fetchall()))
