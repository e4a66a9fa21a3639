"""Builders of this room."""

from beffroi.mailhosting.models import Address, Domain, Mailbox, Member
from beffroi.mailhosting.services import aliases, boxes, domains, passwords, roster
from beffroi.mailhosting.services.aliases import Targets
from beffroi.mailhosting.services.boxes import NewBox
from beffroi.towns.models import Town
from tests.cast import NOON


def a_live_domain(town: Town, name: str) -> Domain:
    domain = domains.choose(town, name, by=None, at=NOON)
    return domains.move(town, domain.pk, Domain.State.PUBLISHED, by=None, at=NOON)


def a_box(town: Town, domain: Domain, local_part: str, **others) -> Mailbox:
    wanted = {"kind": Mailbox.Kind.PERSON, "display_name": local_part.capitalize(), **others}
    new = NewBox(domain_id=domain.pk, local_part=local_part, **wanted)
    return boxes.create(town, new, by=None, at=NOON)


def an_alias(town: Town, domain: Domain, local_part: str, *to: Mailbox, outside=()) -> Address:
    targets = Targets(mailbox_ids=[box.pk for box in to], outside=outside)
    return aliases.create(town, domain.pk, local_part, targets, by=None, at=NOON)


def a_member(town: Town, shared: Mailbox, person: Mailbox) -> Member:
    return roster.add(town, shared.pk, person.pk, by=None, at=NOON)


def a_device(town: Town, box: Mailbox) -> str:
    return passwords.add_app_password(town, box.pk, "Téléphone", by=None, at=NOON)
