"""A campaign sent right after an import, before PostgreSQL has looked at the new rows."""

from datetime import timedelta

from django.db import connection

from beffroi.audience import reach
from beffroi.config.demo import story, subscribers
from beffroi.delivery.outgoing import OutgoingMessage
from beffroi.delivery.queries import messages as told
from beffroi.delivery.services import messages
from beffroi.delivery.words import Lane
from tests import reads
from tests.cast import NOON


def test_an_audience_just_imported_is_counted_and_frozen_at_once(db):
    office = story.open_town("un mot de passe assez long", at=NOON - timedelta(days=400))
    subscribers.join(office, at=NOON - timedelta(days=400), today=NOON)
    town, themes = office.town, [office.themes["culture"]]

    believed_empty("audience_subscriber", "audience_subscription", "delivery_contactpoint")
    before = reads.so_far()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '60s'")  # by loops, it took ten minutes
    counted = reach.count_with_exclusions(town, themes, at=NOON)
    message_id = messages.enqueue(
        town,
        OutgoingMessage(
            lane=Lane.CAMPAIGN,
            subject="Bonjour",
            text="Bonjour",
            from_name=town.name,
            from_address=town.sender_address,
            base_url="http://127.0.0.1:8000/arcachon",
        ),
        recipients=reach.recipients(town, themes, at=NOON),
        at=NOON,
    )

    read = reads.so_far() - before
    assert counted.recipients > 100
    assert max(read.values()) < 100 * counted.recipients, read
    assert told.progress(town, message_id).recipients == counted.recipients


def believed_empty(*tables: str) -> None:
    """As after an import that was taken back, whose rows PostgreSQL counted as dead."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_class SET reltuples = 0 WHERE relname = ANY(%s)", [list(tables)])
        cursor.execute(
            "DELETE FROM pg_statistic WHERE starelid = ANY(%s::text[]::regclass[])", [list(tables)]
        )
