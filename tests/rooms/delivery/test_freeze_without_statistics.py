"""A campaign sent right after an import, before PostgreSQL has looked at the new rows."""

from datetime import timedelta

from django.db import connection

from beffroi.audience import reach
from beffroi.config.demo import story, subscribers
from beffroi.delivery.outgoing import OutgoingMessage
from beffroi.delivery.queries import messages as told
from beffroi.delivery.services import messages
from beffroi.delivery.words import Lane
from tests.cast import NOON


def test_an_audience_just_imported_is_counted_and_frozen_at_once(db):
    office = story.open_town("un mot de passe assez long", at=NOON - timedelta(days=400))
    subscribers.join(office, at=NOON - timedelta(days=400), today=NOON)
    town, themes = office.town, [office.themes["culture"]]

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '15s'")
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

    assert counted.recipients > 100
    assert told.progress(town, message_id).recipients == counted.recipients
