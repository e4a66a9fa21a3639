"""Who a message reaches by each channel, counted before it is sent."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, Q, QuerySet

from beffroi.audience.channels import CHEAPEST_FIRST, POINT, Spread, bit
from beffroi.audience.facts import AudienceCount
from beffroi.audience.models import ConsentProof, Subscriber, Subscription
from beffroi.audience.words import ProofAction, Status
from beffroi.delivery.queries import people
from beffroi.delivery.sets import joined_as_sets
from beffroi.delivery.words import Channel, StopReason
from beffroi.towns.models import Town

_IN_ERROR = (StopReason.BOUNCED, StopReason.COMPLAINED)


def recipients(
    town: Town,
    theme_ids: Sequence[int],
    *,
    channel: Channel = Channel.EMAIL,
    spread: Spread = Spread.ALL,
    among: Sequence[Channel] = CHEAPEST_FIRST,
    at: datetime,
) -> QuerySet[Subscriber, int]:
    """Ids of the contact points of everyone who wants any of these themes by this channel and can be reached now.

    With `Spread.CHEAPEST`, those whom a cheaper channel reaches are left to it, if it is `among` those of the message.
    """
    reached = reached_people(town, theme_ids, channel=channel, spread=spread, among=among, at=at)
    return reached.values_list(f"{POINT[channel]}_id", flat=True)


def reached_people(
    town: Town,
    theme_ids: Sequence[int],
    *,
    channel: Channel,
    spread: Spread,
    among: Sequence[Channel] = CHEAPEST_FIRST,
    at: datetime,
) -> QuerySet[Subscriber]:
    """The people behind `recipients`."""
    reached = _reachable(town, theme_ids, channel=channel, at=at)
    if spread is Spread.ALL:
        return reached
    for cheaper in CHEAPEST_FIRST[: CHEAPEST_FIRST.index(channel)]:
        if cheaper not in among:
            continue
        by_it = _reachable(town, theme_ids, channel=cheaper, at=at)
        reached = reached.exclude(pk__in=by_it.values("pk"))
    return reached


def drill_recipients(town: Town, *, channel: Channel, at: datetime) -> QuerySet[Subscriber, int]:
    """Ids of the contact points of the volunteers for exercises, whatever themes they chose."""
    volunteers = Subscriber.objects.of(town).filter(
        status=Status.ACTIVE, wants_drills=True, **{f"{POINT[channel]}__isnull": False}
    )
    reached = _unstopped(town, _unpaused(volunteers, at=at), channel=channel, at=at)
    return reached.values_list(f"{POINT[channel]}_id", flat=True)


def count_with_exclusions(
    town: Town,
    theme_ids: Sequence[int],
    *,
    channel: Channel = Channel.EMAIL,
    spread: Spread = Spread.ALL,
    among: Sequence[Channel] = CHEAPEST_FIRST,
    at: datetime,
) -> AudienceCount:
    """Each person counted once, under the first reason that holds: pause, no contact, error, stop, cheaper way."""
    with joined_as_sets():
        return _count(town, theme_ids, channel=channel, spread=spread, among=among, at=at)


def _count(
    town: Town,
    theme_ids: Sequence[int],
    *,
    channel: Channel,
    spread: Spread,
    among: Sequence[Channel],
    at: datetime,
) -> AudienceCount:
    point = POINT[channel]
    wanting = _wanting(town, theme_ids, channel=channel)
    present = _unpaused(wanting, at=at)
    in_error = people.stopped(town, at=at, reasons=_IN_ERROR)
    everyone, unpaused = wanting.count(), present.count()
    without = present.filter(**{f"{point}__isnull": True}).count()
    bounced = present.filter(**{f"{point}__in": in_error}).count()
    reachable = _reachable(town, theme_ids, channel=channel, at=at).count()
    reached = reached_people(
        town, theme_ids, channel=channel, spread=spread, among=among, at=at
    ).count()
    return AudienceCount(
        recipients=reached,
        paused=everyone - unpaused,
        bounced=bounced,
        stopped=unpaused - without - bounced - reachable,
        unconfirmed=_unconfirmed(town, theme_ids, channel=channel),
        without=without,
        cheaper=reachable - reached,
    )


def _reachable(
    town: Town, theme_ids: Sequence[int], *, channel: Channel, at: datetime
) -> QuerySet[Subscriber]:
    """Whether a cheaper channel reaches them too or not."""
    wanting = _wanting(town, theme_ids, channel=channel)
    having = wanting.filter(**{f"{POINT[channel]}__isnull": False})
    return _unstopped(town, _unpaused(having, at=at), channel=channel, at=at)


def _wanting(town: Town, theme_ids: Sequence[int], *, channel: Channel) -> QuerySet[Subscriber]:
    chosen = (
        Subscription.objects.of(town)
        .annotate(by_this=F("channels").bitand(bit(channel)))
        .filter(theme__in=list(theme_ids), theme__ended_at=None, until=None, by_this__gt=0)
    )
    return Subscriber.objects.of(town).filter(
        status=Status.ACTIVE, pk__in=chosen.values("subscriber_id")
    )


def _unpaused(subscribers: QuerySet[Subscriber], *, at: datetime) -> QuerySet[Subscriber]:
    return subscribers.filter(Q(paused_until=None) | Q(paused_until__lte=at))


def _unstopped(
    town: Town, subscribers: QuerySet[Subscriber], *, channel: Channel, at: datetime
) -> QuerySet[Subscriber]:
    return subscribers.exclude(**{f"{POINT[channel]}__in": people.stopped(town, at=at)})


def _unconfirmed(town: Town, theme_ids: Sequence[int], *, channel: Channel) -> int:
    """People who asked for these themes and have not proved yet that the address or the number is theirs."""
    asked = ConsentProof.objects.of(town).filter(
        action=ProofAction.GIVEN, theme_ids__overlap=list(theme_ids)
    )
    held = {
        Channel.EMAIL: "email_point__isnull",
        Channel.SMS: "next_phone_point__isnull",
        Channel.PUSH: "push_point__isnull",
    }
    pending = Subscriber.objects.of(town).filter(status=Status.PENDING, **{held[channel]: False})
    return pending.filter(pk__in=asked.values("subscriber_id")).count()
