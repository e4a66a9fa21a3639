"""When notifications may ring: quiet hours, and one a day for those who asked for it. Safety passes through both."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import reduce
from operator import or_

from django.db.models import F, Q, QuerySet
from django.utils.timezone import localtime

from beffroi.audience.channels import Rhythm, Spread, bit
from beffroi.audience.models import Subscriber, Subscription
from beffroi.audience.reach import reached_people
from beffroi.delivery.words import Channel, Lane
from beffroi.towns.models import Town

Hours = tuple[time | None, time | None]
NOT_SAID: Hours = (None, None)
"""Of whoever keeps to the hours of the town."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Later:
    """People whose quiet hours end at `at`."""

    at: datetime
    recipients: QuerySet[Subscriber, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class PushPlan:
    """When each person whom a notification reaches gets it. Contact point ids; nobody is in two groups."""

    now: QuerySet[Subscriber, int]
    later: tuple[Later, ...]
    digest: QuerySet[Subscriber, int]
    """In the evening, among the titles of the day: `services.digests.keep`."""


def plan(
    town: Town, theme_ids: Sequence[int], *, lane: Lane, spread: Spread = Spread.ALL, at: datetime
) -> PushPlan:
    """Who gets a message of this lane now, who when their quiet hours end, who in the evening."""
    reached = reached_people(town, theme_ids, channel=Channel.PUSH, spread=spread, at=at)
    if lane in (Lane.EMERGENCY, Lane.ALERT):
        return PushPlan(now=_points(reached), later=(), digest=_points(reached.none()))
    at_once = Q(pk__in=_wanting_now(town, theme_ids).values("subscriber_id"))
    groups = by_hour(town, reached.filter(at_once), at=at)
    return PushPlan(
        now=_points(groups.get(at, reached.none())),
        later=tuple(
            Later(at=when, recipients=_points(people))
            for when, people in sorted(groups.items())
            if when != at
        ),
        digest=_points(reached.exclude(at_once)),
    )


def by_hour(
    town: Town, people: QuerySet[Subscriber], *, at: datetime
) -> Mapping[datetime, QuerySet[Subscriber]]:
    """The same people, by the moment from which a notification may ring; `at` for those it may ring for now."""
    groups: dict[datetime, list[Hours]] = defaultdict(list)
    for hours in people.order_by().values_list("quiet_from", "quiet_until").distinct():
        groups[quiet_until(town, hours, at=at) or at].append(hours)
    return {
        when: people.filter(reduce(or_, [_having(hours) for hours in pairs]))
        for when, pairs in groups.items()
    }


def quiet_until(town: Town, hours: Hours, *, at: datetime) -> datetime | None:
    """When these quiet hours end, if `at` lies in them. The same hour twice: never quiet."""
    start, end = hours[0] or town.quiet_from, hours[1] or town.quiet_until
    now = localtime(at)
    if not _lies_in(now.time(), start, end):
        return None
    day = now.date() + timedelta(days=int(now.time() >= end))
    return datetime.combine(day, end, tzinfo=now.tzinfo)


def _lies_in(moment: time, start: time, end: time) -> bool:
    if start <= end:
        return start <= moment < end
    return moment >= start or moment < end


def _having(hours: Hours) -> Q:
    return Q(quiet_from=hours[0]) & Q(quiet_until=hours[1])


def _wanting_now(town: Town, theme_ids: Sequence[int]) -> QuerySet[Subscription]:
    return (
        Subscription.objects.of(town)
        .annotate(by_push=F("channels").bitand(bit(Channel.PUSH)))
        .filter(theme__in=list(theme_ids), until=None, by_push__gt=0, rhythm=Rhythm.NOW)
    )


def _points(people: QuerySet[Subscriber]) -> QuerySet[Subscriber, int]:
    return people.values_list("push_point_id", flat=True)
