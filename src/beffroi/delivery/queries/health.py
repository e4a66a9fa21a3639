"""What the operator's eye wants to know of the queue, without any town's rows."""

from datetime import datetime

from django.db import connection


def oldest_due_s(*, now: datetime) -> float:
    """For how many seconds the oldest chunk that is due has been waiting; 0 when none is.

    Raises: django.db.OperationalError when the database does not answer.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT beffroi_oldest_due(%s)", [now])
        row = cursor.fetchone()
    return float(row[0] or 0) if row else 0.0
