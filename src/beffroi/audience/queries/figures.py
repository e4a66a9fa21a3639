"""Numbers about subscribers: today, and month by month. Nobody is named."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone

from beffroi.audience.channels import POINT
from beffroi.audience.facts import ThemeMonth
from beffroi.audience.models import Subscriber
from beffroi.audience.words import Status
from beffroi.delivery.queries import people
from beffroi.delivery.words import Channel, StopReason
from beffroi.towns.models import Town

_BY_MONTH = """
WITH months AS (
    SELECT m AS start, least(m + interval '1 month', %(at)s::timestamptz AT TIME ZONE %(zone)s) AS finish
    FROM generate_series(
        date_trunc('month', %(at)s::timestamptz AT TIME ZONE %(zone)s) - make_interval(months => %(back)s),
        date_trunc('month', %(at)s::timestamptz AT TIME ZONE %(zone)s), interval '1 month') m
), spans AS (
    SELECT theme_id, since AT TIME ZONE %(zone)s AS since, until AT TIME ZONE %(zone)s AS until
    FROM audience_subscription WHERE town_id = %(town)s
)
SELECT t.id, t.name, extract(year FROM months.start)::int, extract(month FROM months.start)::int,
    count(s.theme_id) FILTER (WHERE s.since < months.finish AND (s.until IS NULL OR s.until >= months.finish)),
    count(s.theme_id) FILTER (WHERE s.since >= months.start AND s.since < months.finish),
    count(s.theme_id) FILTER (WHERE s.until >= months.start AND s.until < months.finish)
FROM audience_theme t CROSS JOIN months LEFT JOIN spans s ON s.theme_id = t.id
WHERE t.town_id = %(town)s AND (t.ended_at IS NULL OR t.ended_at AT TIME ZONE %(zone)s >= months.start)
GROUP BY t.id, t.name, t.position, months.start
ORDER BY months.start, t.position, t.id
"""
_PEOPLE_BY_MONTH = """
SELECT extract(year FROM m)::int, extract(month FROM m)::int, count(s.id)
FROM generate_series(
    date_trunc('month', %(at)s::timestamptz AT TIME ZONE %(zone)s) - make_interval(months => %(back)s),
    date_trunc('month', %(at)s::timestamptz AT TIME ZONE %(zone)s), interval '1 month') m
LEFT JOIN audience_subscriber s ON s.town_id = %(town)s
    AND s.confirmed_at AT TIME ZONE %(zone)s < m + interval '1 month'
    AND s.confirmed_at <= %(at)s
    AND coalesce(least(s.left_at, s.erased_at) AT TIME ZONE %(zone)s, 'infinity') >= m + interval '1 month'
GROUP BY m ORDER BY m
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How many people stand where, today."""

    active: int
    """Confirmed and not gone; the paused and the unreachable are among them."""
    paused: int
    unreachable: int
    """Address in error, or a message reported as spam."""
    pending: int
    left: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Month:
    year: int
    month: int
    people: int


def standing(town: Town, *, at: datetime) -> Standing:
    rows = Subscriber.objects.of(town)
    counts = rows.aggregate(
        active=Count("id", filter=Q(status=Status.ACTIVE)),
        paused=Count("id", filter=Q(status=Status.ACTIVE, paused_until__gt=at)),
        pending=Count("id", filter=Q(status=Status.PENDING)),
        left=Count("id", filter=Q(status=Status.LEFT)),
    )
    in_error = people.stopped(town, at=at, reasons=(StopReason.BOUNCED, StopReason.COMPLAINED))
    unreachable = rows.filter(status=Status.ACTIVE, email_point__in=in_error).count()
    return Standing(unreachable=unreachable, **counts)


def by_channel(town: Town) -> dict[Channel, int]:
    """Active subscribers whom each channel can reach; whoever chose two is in both."""
    counts = {
        channel.name: Count(point, filter=Q(status=Status.ACTIVE))
        for channel, point in POINT.items()
    }
    found = Subscriber.objects.of(town).aggregate(**counts)
    return {channel: found[channel.name] for channel in Channel}


def by_theme_and_month(town: Town, *, at: datetime, months: int = 12) -> list[ThemeMonth]:
    """Each theme at the end of each of the last months, the oldest first; the current one as of now."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_MONTH, _params(town, at=at, months=months))
        rows = cursor.fetchall()
    return [
        ThemeMonth(
            theme_id=theme_id,
            theme_name=name,
            year=year,
            month=month,
            subscribers=subscribers,
            joined=joined,
            left=left,
        )
        for theme_id, name, year, month, subscribers, joined, left in rows
    ]


def people_by_month(town: Town, *, at: datetime, months: int = 12) -> list[Month]:
    """Subscribers at the end of each of the last months, each person counted once."""
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE_BY_MONTH, _params(town, at=at, months=months))
        return [Month(year=year, month=month, people=n) for year, month, n in cursor.fetchall()]


def _params(town: Town, *, at: datetime, months: int) -> dict[str, int | str | datetime]:
    zone = timezone.get_current_timezone_name()
    return {"town": town.pk, "at": at, "zone": zone, "back": months - 1}
