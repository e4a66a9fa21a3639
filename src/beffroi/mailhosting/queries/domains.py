"""A town's domains and their keys."""

from django.db.models import QuerySet

from beffroi.mailhosting.models import DkimKey, Domain
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
