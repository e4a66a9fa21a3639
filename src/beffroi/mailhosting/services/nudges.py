"""What the running servers must be told, written in the transaction of the act that makes it necessary."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from beffroi.mailhosting.models import Mailbox, Nudge
from beffroi.towns.models import Town


def open_boxes(town: Town, boxes: Sequence[Mailbox], *, at: datetime) -> None:
    """Their folders are made, and the right of their rosters to see them."""
    rows = [
        Nudge(town=town, kind=Nudge.Kind.OPEN, mailbox=box, login=box.address.email, due_at=at)
        for box in boxes
    ]
    Nudge.objects.bulk_create_in(town, rows)


def kick(box: Mailbox, *, at: datetime, login: str = "") -> None:
    """Its open sessions end at that time; programs sign in again and see what they may see now."""
    Nudge.objects.create_in(
        box.town,
        kind=Nudge.Kind.KICK,
        mailbox=box,
        login=login or box.address.email,
        due_at=at,
    )


def tell_holds(town: Town) -> None:
    """The desk writes the list of held boxes anew once this transaction is there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('mailhosting', 'hold')")
