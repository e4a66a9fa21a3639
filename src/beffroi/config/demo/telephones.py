"""Who of the demonstration also gave a mobile number."""

from django.db import connection

from beffroi.audience.channels import bit
from beffroi.config.demo import devices
from beffroi.config.demo.telmails import Office
from beffroi.delivery.services import contact_points
from beffroi.delivery.words import Channel

COUNT = 880
FIRST_PLACE = 1_000
"""The places before are those of `devices`, which hands out today's."""

_GIVE = """
WITH person AS (
    SELECT id, row_number() OVER (ORDER BY (id * 7919) %% 9973, id) AS n
    FROM audience_subscriber WHERE town_id = %(town)s AND status = 'active'
), number AS (
    SELECT id, row_number() OVER (ORDER BY id) AS n
    FROM delivery_contactpoint WHERE town_id = %(town)s AND channel = %(sms)s
), given AS (
    UPDATE audience_subscriber s SET phone_point_id = number.id
    FROM person JOIN number USING (n)
    WHERE s.id = person.id
    RETURNING s.id
)
UPDATE audience_subscription SET channels = channels | %(bit)s
FROM given WHERE subscriber_id = given.id AND until IS NULL
"""


def give(office: Office) -> None:
    """Chosen among all, and for every theme of theirs."""
    numbers = [devices.number_of(FIRST_PLACE + n) for n in range(COUNT)]
    town = office.town
    contact_points.find_or_create_many(town, Channel.SMS, numbers, at=town.created_at)
    with connection.cursor() as cursor:
        cursor.execute(_GIVE, {"town": town.pk, "sms": Channel.SMS, "bit": bit(Channel.SMS)})
        cursor.execute("ANALYZE audience_subscriber, audience_subscription, delivery_contactpoint")
