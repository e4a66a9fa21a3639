"""How many people stand on the rosters of a town."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count, Q

from beffroi.mailhosting.models import Member
from beffroi.towns.models import Town


def counts(town: Town, *, at: datetime) -> Mapping[int, int]:
    """Members by shared box at that time; boxes without any are left out."""
    now = Member.objects.of(town).filter(Q(until=None) | Q(until__gt=at), since__lte=at)
    rows = now.order_by().values_list("shared_id").annotate(n=Count("id"))
    return dict(rows)
