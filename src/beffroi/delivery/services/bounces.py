"""What a failure does to an address: a hard one stops it, soft ones are counted, a complaint stops at once."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from beffroi.delivery.models import ContactPoint, Stop
from beffroi.delivery.words import ContactState, StopReason
from beffroi.towns.models import Town

SOFT_LIMIT = 5
SOFT_SPAN = timedelta(days=7)
"""Five failures on five different days, over a week or more, and the address is given up."""
SOFT_FORGOTTEN = timedelta(days=30)
ONE_PER = timedelta(hours=20)
"""A day's newsletters to one full mailbox are one failure, not three."""


@transaction.atomic
def hard(town: Town, contact_point_ids: Collection[int], *, at: datetime) -> None:
    """These addresses are of no use: nothing more is sent to them."""
    _stop(town, contact_point_ids, ContactState.BOUNCED, StopReason.BOUNCED, at=at)


@transaction.atomic
def complaint(town: Town, contact_point_ids: Collection[int], *, at: datetime) -> None:
    """These people called a message unwanted: nothing more is sent to them."""
    _stop(town, contact_point_ids, ContactState.COMPLAINED, StopReason.COMPLAINED, at=at)


@transaction.atomic
def soft(town: Town, contact_point_ids: Collection[int], *, at: datetime) -> None:
    """Counts a passing failure; too many over too long become a hard one."""
    rows = ContactPoint.objects.of(town).filter(id__in=contact_point_ids, state=ContactState.OK)
    rows.filter(Q(last_soft_at__isnull=True) | Q(last_soft_at__lt=at - SOFT_FORGOTTEN)).update(
        soft_bounces=1, first_soft_at=at, last_soft_at=at
    )
    rows.filter(last_soft_at__lt=at - ONE_PER).update(
        soft_bounces=F("soft_bounces") + 1, last_soft_at=at
    )
    worn_out = rows.filter(
        soft_bounces__gte=SOFT_LIMIT, first_soft_at__lte=at - SOFT_SPAN, last_soft_at=at
    )
    hard(town, list(worn_out.values_list("id", flat=True)), at=at)


def _stop(
    town: Town,
    contact_point_ids: Collection[int],
    state: ContactState,
    reason: StopReason,
    *,
    at: datetime,
) -> None:
    if not contact_point_ids:
        return
    rows = ContactPoint.objects.of(town).filter(id__in=contact_point_ids)
    rows.exclude(state__gte=state).update(state=state)
    Stop.objects.bulk_create_in(
        town,
        [
            Stop(town=town, contact_point_id=id_, theme_id=None, reason=reason, at=at)
            for id_ in rows.exclude(state=ContactState.ERASED).values_list("id", flat=True)
        ],
        ignore_conflicts=True,
    )
