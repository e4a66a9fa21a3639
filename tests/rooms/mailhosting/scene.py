"""Builders of this room."""

from beffroi.mailhosting.models import Domain, Mailbox
from beffroi.mailhosting.services import boxes, domains
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
