"""Statements over whole sets: thousands of values travel beside the SQL, in binary.

Django's cursor writes parameters into the statement as text: nine times the work for an array of sealed bytes, and a
statement of half a megabyte for the server to read. Errors come as psycopg's own.
"""

from collections.abc import Sequence
from typing import Any, LiteralString

import psycopg
from django.db import connection


def execute(sql: LiteralString, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Runs one statement in Django's current transaction; placeholders are `%b`. Gives the rows, if any."""
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []
