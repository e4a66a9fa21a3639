"""Writes a domain's records: into the operator's own name server, or at the town's registrar."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from beffroi.gateways.dns import registrars, update
from beffroi.gateways.dns.registrars import REGISTRARS
from beffroi.gateways.dns.update import Written
from beffroi.kit.mail_records import changes
from beffroi.kit.mail_records.changes import Change
from beffroi.mailhosting import sealed
from beffroi.mailhosting.models import Domain, Publisher
from beffroi.mailhosting.models.dns import BY_UPDATE
from beffroi.mailhosting.services import checking
from beffroi.mailhosting.services.facts import NoSuchThing, NotYourZone
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    written: Written
    changes: tuple[Change, ...]


def plan(town: Town, domain_id: int, *, at: datetime) -> tuple[Change, ...]:
    """What would be written now: asks the DNS. Raises: NoSuchThing."""
    return changes.plan(checking.look_at(town, _domain(town, domain_id), at=at))


def publish_here(town: Town, domain_id: int, *, by: Agent | None, at: datetime) -> Result:
    """Into the operator's own name server. Raises: NoSuchThing, NotYourZone."""
    domain, server = _domain(town, domain_id), settings.DNS_UPDATE_SERVER
    if server is None or not is_hosted_here(town, domain):
        raise NotYourZone(domain.pk)
    todo = changes.plan(checking.look_at(town, domain, at=at))
    written = update.publish(domain.name, todo, server) if todo else Written.DONE
    _keep(town, domain, BY_UPDATE, None, written, by=by, at=at)
    return _checked(town, domain, written, todo, at=at)


def publish_at_registrar(
    town: Town,
    domain_id: int,
    registrar: str,
    keys: Mapping[str, str],
    *,
    by: Agent | None,
    at: datetime,
) -> Result:
    """With keys that the town made at its registrar; kept, sealed, once they have worked. Raises: NoSuchThing."""
    domain = _domain(town, domain_id)
    todo = changes.plan(checking.look_at(town, domain, at=at))
    written = registrars.publish(domain.name, todo, REGISTRARS[registrar], keys)
    if written is Written.DONE:
        _keep(town, domain, registrar, keys, written, by=by, at=at)
    return _checked(town, domain, written, todo, at=at)


def publish_again(town: Town, domain_id: int, *, at: datetime) -> Result | None:
    """In the way that the town chose; None where records are copied by hand. For the job that turns keys."""
    domain = _domain(town, domain_id)
    publisher = Publisher.objects.of(town).filter(domain=domain).first()
    if publisher is None:
        return None
    if publisher.way == BY_UPDATE:
        with suppress(
            NotYourZone
        ):  # the operator has taken the zone away: the page says what is missing
            return publish_here(town, domain_id, by=None, at=at)
        return None
    sealed_keys, key_id = bytes(publisher.sealed_keys or b""), publisher.key_id or 0
    keys = json.loads(sealed.unseal_keys(town.pk, domain.pk, sealed_keys, key_id=key_id))
    return publish_at_registrar(town, domain_id, publisher.way, keys, by=None, at=at)


@transaction.atomic
def forget(town: Town, domain_id: int, *, by: Agent, at: datetime) -> None:
    """From now on the records are copied by hand; the keys of the registrar are destroyed."""
    domain = _domain(town, domain_id)
    gone, _ = Publisher.objects.of(town).filter(domain=domain).delete()
    if gone:
        _note(domain, journal.Kind.MAIL_DNS_FORGOTTEN, by=by, at=at)


def is_hosted_here(town: Town, domain: Domain) -> bool:
    """The zone says by itself whose it is: the operator writes the town's name into it (docs/operate.md)."""
    server = settings.DNS_UPDATE_SERVER
    return server is not None and town.slug in update.owners(domain.name, server)


def _checked(
    town: Town, domain: Domain, written: Written, todo: tuple[Change, ...], *, at: datetime
) -> Result:
    if written is Written.DONE:
        checking.check(town, domain.pk, at=at)
    return Result(written=written, changes=todo)


@transaction.atomic
def _keep(
    town: Town,
    domain: Domain,
    way: str,
    keys: Mapping[str, str] | None,
    written: Written,
    *,
    by: Agent | None,
    at: datetime,
) -> None:
    hidden, key_id = (
        sealed.seal_keys(town.pk, domain.pk, json.dumps(dict(keys)).encode())
        if keys
        else (None, None)
    )
    values = {
        "way": way,
        "sealed_keys": hidden,
        "key_id": key_id,
        "written_at": at,
        "outcome": written.value,
    }
    row = Publisher.objects.of(town).filter(domain=domain).select_for_update().first()
    if row is None:
        Publisher.objects.create_in(town, domain=domain, made_at=at, **values)
    else:
        Publisher.objects.of(town).filter(pk=row.pk).update(**values)
    if written is Written.DONE:
        _note(domain, journal.Kind.MAIL_DNS_WRITTEN, by=by, at=at)


def _note(domain: Domain, kind: journal.Kind, *, by: Agent | None, at: datetime) -> None:
    journal.write(
        domain.town, kind, at=at, by=by, about=("mail_domain", domain.pk), detail=domain.name
    )


def _domain(town: Town, domain_id: int) -> Domain:
    found = Domain.objects.of(town).filter(pk=domain_id).first()
    if found is None:
        raise NoSuchThing(domain_id)
    return found
