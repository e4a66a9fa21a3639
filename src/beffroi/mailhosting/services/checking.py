"""Looks at what the world sees of a domain, and lets the domain and its keys follow."""

from contextlib import suppress
from datetime import datetime

from django.conf import settings
from django.db import transaction

from beffroi.gateways.dns import look
from beffroi.kit.mail_records import wanted
from beffroi.kit.mail_records.judge import judge
from beffroi.kit.mail_records.seen import Fact, Finding, Light
from beffroi.kit.mail_records.wanted import House, Key, Kind, Wanted
from beffroi.kit.mail_setup import sts
from beffroi.mailhosting import findings, report_addresses
from beffroi.mailhosting.models import DkimKey, DnsCheck, Domain
from beffroi.mailhosting.services import domains
from beffroi.mailhosting.services.facts import DomainHeld, NoSuchThing
from beffroi.towns.models import Town

_OURS = frozenset({Fact.RIGHT, Fact.NOT_YET_EVERYWHERE, Fact.MX_SPARE, Fact.MX_SHARED})
"""Mail of the domain, or part of it, is led to us."""
_OUR_KEY = frozenset({Fact.RIGHT, Fact.NOT_YET_EVERYWHERE, Fact.DKIM_TESTING})
"""Only who writes the domain's DNS can have put our key there."""


def records(town: Town, domain: Domain, *, at: datetime) -> tuple[Wanted, ...]:
    domains.require_key(town, domain.pk, at=at)
    keys = DkimKey.objects.of(town).filter(domain=domain).exclude(state=DkimKey.State.RETIRED)
    house = House(
        mail_host=settings.BEFFROI_MAIL_HOST,
        web_host=settings.SITE_NAME,
        spf_include=settings.BEFFROI_SPF_INCLUDE,
    )
    return wanted.records(
        domain.name,
        house=house,
        keys=tuple(
            Key(
                selector=key.selector,
                public=key.public_key,
                awaited=key.state == DkimKey.State.NEXT,
            )
            for key in keys.order_by("state", "id")
        ),
        reports_to=report_addresses.address_of(domain.pk),
        sts_id=sts.policy_id(sts.policy((house.mail_host,))),
    )


def look_at(town: Town, domain: Domain, *, at: datetime) -> tuple[Finding, ...]:
    """Asks the DNS; a few seconds where servers are slow."""
    asked = records(town, domain, at=at)
    seen = look.sights(domain.name, asked, settings.DNS_PLACES)
    return tuple(judge(one, seen[one]) for one in asked)


def check(town: Town, domain_id: int, *, at: datetime) -> DnsCheck:
    """The sockets are closed before the transaction opens. Raises: NoSuchThing."""
    domain = Domain.objects.of(town).filter(pk=domain_id).first()
    if domain is None:
        raise NoSuchThing(domain_id)
    return keep(town, domain, look_at(town, domain, at=at), at=at)


@transaction.atomic
def keep(town: Town, domain: Domain, found: tuple[Finding, ...], *, at: datetime) -> DnsCheck:
    values = {
        "checked_at": at,
        "light": findings.worst(found),
        "findings": findings.keep(found),
    }
    row = DnsCheck.objects.of(town).filter(domain=domain).select_for_update().first()
    if row is None:
        row = DnsCheck.objects.create_in(town, domain=domain, **values)
    else:
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
    _note_keys(town, domain, found, at=at)
    if domain.state == Domain.State.CHOSEN and is_shown_to_be_ours(found):
        with suppress(DomainHeld):  # another town was first: the page says so
            domains.move(town, domain.pk, Domain.State.PUBLISHED, by=None, at=at)
    return row


def is_shown_to_be_ours(found: tuple[Finding, ...]) -> bool:
    """The key that stands there proves that the town writes the DNS; the MX, that it wants its mail here."""
    by_kind = {one.wanted.kind: one for one in found if not one.wanted.awaited}
    mx, key = by_kind.get(Kind.MX), by_kind.get(Kind.DKIM)
    return mx is not None and key is not None and mx.fact in _OURS and key.fact in _OUR_KEY


def _note_keys(town: Town, domain: Domain, found: tuple[Finding, ...], *, at: datetime) -> None:
    """Since when each key is seen; one that is not any more starts anew."""
    lights = {one.wanted.name: one.light for one in found if one.wanted.kind is Kind.DKIM}
    for key in DkimKey.objects.of(town).filter(domain=domain):
        light = lights.get(f"{key.selector}._domainkey.{domain.name}")
        if light is Light.GREEN and key.seen_at is None:
            key.seen_at = at
        elif light is not None and light is not Light.GREEN and key.seen_at is not None:
            key.seen_at = None
        else:
            continue
        key.save(update_fields=["seen_at"])
