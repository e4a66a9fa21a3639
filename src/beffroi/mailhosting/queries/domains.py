"""A town's domains and their keys."""

from datetime import datetime, timedelta

from django.db.models import BooleanField, F, Func, Q, QuerySet

from beffroi.kit.mail_records.seen import Light
from beffroi.mailhosting.models import DkimKey, DnsCheck, Domain
from beffroi.mailhosting.models.domains import LIVE
from beffroi.towns.models import Town


def domains(town: Town) -> QuerySet[Domain]:
    """Those that are not closed, the first chosen first."""
    return Domain.objects.of(town).exclude(state=Domain.State.CLOSED)


def domain(town: Town, domain_id: int) -> Domain | None:
    return Domain.objects.of(town).filter(pk=domain_id).first()


def live_domains(town: Town) -> QuerySet[Domain]:
    """Those that receive and send."""
    return Domain.objects.of(town).filter(state__in=LIVE)


def dkim_keys(town: Town, domain_id: int) -> QuerySet[DkimKey]:
    """The newest first; their private part is sealed."""
    return DkimKey.objects.of(town).filter(domain_id=domain_id)


def held_elsewhere(town: Town) -> set[int]:
    """Those that the town claims, and that another has shown to be its own."""
    elsewhere = Func(
        F("name"),
        F("town_id"),
        function="mailhosting_is_held_elsewhere",
        output_field=BooleanField(),
    )
    claimed = Domain.objects.of(town).filter(state=Domain.State.CHOSEN)
    return set(claimed.filter(elsewhere).values_list("id", flat=True))


SETTING_UP, SET_UP = timedelta(minutes=9), timedelta(hours=6)


def due_for_a_look(town: Town, *, at: datetime) -> list[Domain]:
    """A domain that is not all green, or not the town's yet, is looked at often, for a month; then as the others."""
    settled = Q(light=Light.GREEN) & ~Q(domain__state=Domain.State.CHOSEN)
    fresh = settled | Q(domain__chosen_at__lt=at - timedelta(days=30))
    done = DnsCheck.objects.of(town).filter(
        (fresh & Q(checked_at__gt=at - SET_UP)) | Q(checked_at__gt=at - SETTING_UP)
    )
    return list(domains(town).exclude(pk__in=done.values("domain_id")))
