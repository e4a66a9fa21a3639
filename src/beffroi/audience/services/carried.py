"""Mobile numbers that stand beside an address in a file: they are their person's, unless they are somebody else's."""

from collections.abc import Sequence
from datetime import datetime

from beffroi.audience.channels import bit
from beffroi.audience.importer.wanted import Result, Wanted, explain
from beffroi.audience.models import Import
from beffroi.audience.words import RowReason, Status
from beffroi.delivery import bulk
from beffroi.delivery.services import contact_points
from beffroi.delivery.words import Channel, StopReason
from beffroi.towns.models import Town

_HOLDERS = """
SELECT phone_point_id, id FROM audience_subscriber
WHERE town_id = %b AND phone_point_id = ANY(%b::bigint[]) AND status <> %b
"""
_STOPPED = """
SELECT contact_point_id FROM delivery_stop
WHERE town_id = %b AND contact_point_id = ANY(%b::bigint[]) AND theme_id IS NULL
    AND (until IS NULL OR until > %b) AND reason <> %b
"""
_GIVE = """
UPDATE audience_subscriber s SET phone_point_id = new.point, phone_import_id = %b
FROM unnest(%b::bigint[], %b::bigint[]) AS new(subscriber, point)
WHERE s.town_id = %b AND s.id = new.subscriber AND s.phone_point_id IS NULL
RETURNING s.id
"""


def attach(
    town: Town, row: Import, wanted: Sequence[Wanted], result: Result, *, at: datetime
) -> None:
    """Gives each person the number of their row; whoever has another number keeps it.

    Those who got one want every theme of their row by SMS too. The caller holds the transaction.
    """
    having = [one for one in wanted if one.phone and one.subscriber and not one.is_refused]
    if not having:
        return
    points = contact_points.find_or_create_many(
        town, Channel.SMS, [one.phone for one in having], at=at
    )
    holders = dict(bulk.execute(_HOLDERS, [town.pk, points, Status.ERASED.value]))
    stopped = {
        point for (point,) in bulk.execute(_STOPPED, [town.pk, points, at, int(StopReason.PAUSED)])
    }
    given: dict[int, Wanted] = {}
    for one, point in zip(having, points, strict=True):
        if point in stopped:
            explain(result, one.person, RowReason.STOPPED)
        elif point in given or holders.get(point, one.subscriber) != one.subscriber:
            explain(result, one.person, RowReason.PHONE_TAKEN)
        else:
            given[point] = one
    subscribers = [one.subscriber for one in given.values()]
    made = bulk.execute(_GIVE, [row.pk, subscribers, list(given), town.pk])
    reached = {id_ for (id_,) in made} | set(holders.values())
    for one in given.values():
        if one.subscriber in reached:
            one.channels |= bit(Channel.SMS)
            one.theme_ids = set(one.asked)
