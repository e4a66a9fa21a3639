"""Names without a box: an alias leads to one box or address, a list to several."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import ngettext

from beffroi.kit.contacts import canonical_email
from beffroi.mailhosting.models import Address, AliasTarget, Domain, Mailbox
from beffroi.mailhosting.services.boxes import take_name
from beffroi.mailhosting.services.facts import NoSuchThing, NoTarget
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town


@dataclass(frozen=True, kw_only=True, slots=True)
class Targets:
    """Where the mail goes."""

    mailbox_ids: Sequence[int] = ()
    outside: Sequence[str] = ()
    """Addresses of other mail hosts."""


@transaction.atomic
def create(
    town: Town,
    domain_id: int,
    local_part: str,
    targets: Targets,
    *,
    by: Agent | None,
    at: datetime,
) -> Address:
    """Raises: NoSuchThing, NoTarget, names.NotALocalPart, NameTaken, NotAnAddress of the kit."""
    domain = Domain.objects.of(town).exclude(state=Domain.State.CLOSED).filter(pk=domain_id).first()
    address = take_name(town, domain, local_part)
    _aim(address, targets, at=at)
    _note(address, by=by, at=at)
    return address


@transaction.atomic
def aim(
    town: Town, address_id: int, targets: Targets, *, by: Agent | None, at: datetime
) -> Address:
    """Other targets in place of those it had. Raises: NoSuchThing, NoTarget, NotAnAddress of the kit."""
    address = _alias(town, address_id)
    address.targets.all().delete()
    _aim(address, targets, at=at)
    _note(address, by=by, at=at)
    return address


@transaction.atomic
def remove(town: Town, address_id: int, *, by: Agent | None, at: datetime) -> None:
    """The name is free again, and mail to it refused. Raises: NoSuchThing."""
    address = _alias(town, address_id)
    _note(address, by=by, at=at)
    address.delete()


def _alias(town: Town, address_id: int) -> Address:
    rows = Address.objects.of(town).filter(mailbox=None).select_for_update(of=("self",))
    address = rows.filter(pk=address_id).first()
    if address is None:
        raise NoSuchThing(address_id)
    return address


def _aim(address: Address, targets: Targets, *, at: datetime) -> None:
    rows = Mailbox.objects.of(address.town).exclude(state=Mailbox.State.DESTROYED)
    boxes = rows.in_bulk(set(targets.mailbox_ids))
    outside = {canonical_email(text) for text in targets.outside}
    if len(boxes) != len(set(targets.mailbox_ids)):
        raise NoSuchThing
    if not boxes and not outside:
        raise NoTarget
    for box in boxes.values():
        AliasTarget.objects.create_in(address.town, address=address, mailbox=box, created_at=at)
    for one in sorted(outside):
        AliasTarget.objects.create_in(address.town, address=address, outside=one, created_at=at)


def _note(address: Address, *, by: Agent | None, at: datetime) -> None:
    count = address.targets.count()
    detail = ngettext("Vers %(count)d destinataire", "Vers %(count)d destinataires", count)
    about = ("mail_address", address.pk)
    kind = journal.Kind.ALIAS_CHANGED
    journal.write(address.town, kind, at=at, by=by, about=about, detail=detail % {"count": count})
