"""The rosters of a town: how many stand on each, who may join, who was there when."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from beffroi.mailhosting.models import Mailbox, Member
from beffroi.mailhosting.words import AT_AN_END, BoxKind
from beffroi.towns.models import Town


def counts(town: Town, *, at: datetime) -> Mapping[int, int]:
    """Members by shared box at that time; boxes without any are left out."""
    now = Member.objects.of(town).filter(Q(until=None) | Q(until__gt=at), since__lte=at)
    rows = now.order_by().values_list("shared_id").annotate(n=Count("id"))
    return dict(rows)


def may_join(town: Town, shared_id: int, *, at: datetime) -> QuerySet[Mailbox]:
    """People who have not left and are not on this roster, nor about to be."""
    there = Member.objects.of(town).filter(shared_id=shared_id)
    there = there.filter(Q(until=None) | Q(until__gt=at))
    rows = Mailbox.objects.of(town).select_related("address")
    rows = rows.filter(kind=BoxKind.PERSON).exclude(state__in=AT_AN_END)
    rows = rows.exclude(departures__cancelled_at=None, departures__leaves_at__lte=at)
    return rows.exclude(pk__in=there.values("person_id")).order_by("display_name")


def current(town: Town, shared_id: int, *, at: datetime) -> QuerySet[Member]:
    """Who is on it, and who will be: those are shown with their first day."""
    rows = Member.objects.of(town).filter(shared_id=shared_id)
    rows = rows.filter(Q(until=None) | Q(until__gt=at)).select_related("person__address")
    return rows.order_by("person__display_name", "since")


def member(town: Town, member_id: int) -> Member | None:
    rows = Member.objects.of(town).select_related("person__address", "shared__address")
    return rows.filter(pk=member_id).first()
