"""Who a campaign reaches, counted before it is sent."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from beffroi.audience.facts import AudienceCount
from beffroi.audience.models import ConsentProof, Subscriber, Subscription
from beffroi.audience.words import ProofAction, Status
from beffroi.delivery.queries import people
from beffroi.delivery.sets import joined_as_sets
from beffroi.delivery.words import StopReason
from beffroi.towns.models import Town

_IN_ERROR = (StopReason.BOUNCED, StopReason.COMPLAINED)


def recipients(town: Town, theme_ids: Sequence[int], *, at: datetime) -> QuerySet[Subscriber, int]:
    """Ids of the contact points of everyone who wants any of these themes and can be written to now."""
    wanting = _unpaused(_wanting(town, theme_ids), at=at)
    reachable = wanting.exclude(email_point__in=people.stopped(town, at=at))
    return reachable.values_list("email_point_id", flat=True)


def count_with_exclusions(town: Town, theme_ids: Sequence[int], *, at: datetime) -> AudienceCount:
    """Each person counted once, under the first reason that holds: pause, error, stop."""
    with joined_as_sets():
        return _count(town, theme_ids, at=at)


def _count(town: Town, theme_ids: Sequence[int], *, at: datetime) -> AudienceCount:
    wanting = _wanting(town, theme_ids)
    unpaused = _unpaused(wanting, at=at)
    in_error = unpaused.filter(email_point__in=people.stopped(town, at=at, reasons=_IN_ERROR))
    everyone, present = wanting.count(), unpaused.count()
    reached = recipients(town, theme_ids, at=at).count()
    bounced = in_error.count()
    return AudienceCount(
        recipients=reached,
        paused=everyone - present,
        bounced=bounced,
        stopped=present - reached - bounced,
        unconfirmed=_unconfirmed(town, theme_ids),
    )


def _wanting(town: Town, theme_ids: Sequence[int]) -> QuerySet[Subscriber]:
    chosen = Subscription.objects.of(town).filter(theme__in=list(theme_ids), until=None)
    return Subscriber.objects.of(town).filter(
        status=Status.ACTIVE,
        email_point__isnull=False,
        pk__in=chosen.filter(theme__ended_at=None).values("subscriber_id"),
    )


def _unpaused(subscribers: QuerySet[Subscriber], *, at: datetime) -> QuerySet[Subscriber]:
    return subscribers.filter(Q(paused_until=None) | Q(paused_until__lte=at))


def _unconfirmed(town: Town, theme_ids: Sequence[int]) -> int:
    asked = ConsentProof.objects.of(town).filter(
        action=ProofAction.GIVEN, theme_ids__overlap=list(theme_ids)
    )
    pending = Subscriber.objects.of(town).filter(status=Status.PENDING)
    return pending.filter(pk__in=asked.values("subscriber_id")).count()
