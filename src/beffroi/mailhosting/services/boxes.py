"""Boxes: made, renamed, suspended, restored. A box works as soon as its transaction has ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from beffroi.mailhosting import names
from beffroi.mailhosting.models import Address, AliasTarget, Domain, Mailbox
from beffroi.mailhosting.services import allowances, nudges
from beffroi.mailhosting.services.facts import NameTaken, NoSuchThing, NotNow
from beffroi.mailhosting.words import BoxKind
from beffroi.towns import journal, queries as towns
from beffroi.towns.models import Agent, Town

State = Mailbox.State
ALLOWED: Mapping[str, frozenset[str]] = {
    State.ACTIVE: frozenset({State.SUSPENDED, State.FROZEN, State.ARCHIVED}),
    State.SUSPENDED: frozenset({State.ACTIVE, State.FROZEN, State.ARCHIVED}),
    State.FROZEN: frozenset({State.ACTIVE, State.ARCHIVED}),
    State.ARCHIVED: frozenset({State.ACTIVE, State.FROZEN, State.DESTROYED}),
    State.DESTROYED: frozenset(),
}
USUAL_QUOTA_MIB = 5 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class NewBox:
    domain_id: int
    local_part: str
    kind: BoxKind
    display_name: str
    holder_id: int | None = None
    """An agent of the town."""
    quota_mib: int = USUAL_QUOTA_MIB


def create(town: Town, wanted: NewBox, *, by: Agent | None, at: datetime) -> Mailbox:
    """Raises: NoSuchThing, names.NotALocalPart, NameTaken, AllowanceExceeded."""
    return create_many(town, [wanted], by=by, at=at)[0]


@transaction.atomic
def create_many(
    town: Town, wanted: Sequence[NewBox], *, by: Agent | None, at: datetime
) -> list[Mailbox]:
    """All of them or none. Raises as `create`."""
    allowances.require_room(town, boxes=len(wanted), mib=sum(one.quota_mib for one in wanted))
    domains = Domain.objects.of(town).exclude(state=Domain.State.CLOSED)
    by_id = domains.in_bulk({one.domain_id for one in wanted})
    names_wanted = [(by_id.get(one.domain_id), one.local_part) for one in wanted]
    boxes = [
        Mailbox(
            town=town,
            address=address,
            kind=one.kind,
            display_name=one.display_name.strip(),
            holder=_holder(town, one.holder_id),
            quota_mib=one.quota_mib,
            state_since=at,
            created_at=at,
        )
        for one, address in zip(wanted, take_names(town, names_wanted), strict=True)
    ]
    Mailbox.objects.bulk_create_in(town, boxes)
    nudges.open_boxes(town, boxes, at=at)
    for box in boxes:
        _note(box, journal.Kind.BOX_CREATED, by=by, at=at)
    return boxes


def take_name(town: Town, domain: Domain | None, local_part: str) -> Address:
    """In the caller's transaction. Raises: NoSuchThing, names.NotALocalPart, NameTaken."""
    return take_names(town, [(domain, local_part)])[0]


def take_names(town: Town, wanted: Sequence[tuple[Domain | None, str]]) -> list[Address]:
    """All of them or none. Raises as `take_name`."""
    rows = []
    for domain, local_part in wanted:
        if domain is None:
            raise NoSuchThing
        local = names.canonical_local_part(local_part)
        email = f"{local}@{domain.name}"
        rows.append(Address(town=town, domain=domain, local_part=local, email=email))
    try:
        with transaction.atomic():
            Address.objects.bulk_create_in(town, rows)
    except IntegrityError as taken:
        raise NameTaken from taken
    return rows


@transaction.atomic
def rename(
    town: Town,
    mailbox_id: int,
    *,
    domain_id: int,
    local_part: str,
    keep_old: bool,
    by: Agent | None,
    at: datetime,
) -> Mailbox:
    """The box gets another name; the old one goes on leading to it, or is free again. Its mail does not move.

    Raises: NoSuchThing, names.NotALocalPart, NameTaken.
    """
    box = locked(town, mailbox_id)
    old = box.address
    domain = Domain.objects.of(town).exclude(state=Domain.State.CLOSED).filter(pk=domain_id).first()
    box.address = take_name(town, domain, local_part)
    box.save(update_fields=["address"])
    if keep_old:
        AliasTarget.objects.create_in(town, address=old, mailbox=box, created_at=at)
    else:
        old.delete()
    nudges.kick(box, at=at, login=old.email)
    _note(box, journal.Kind.BOX_RENAMED, by=by, at=at)
    return box


def suspend(town: Town, mailbox_id: int, *, by: Agent | None, at: datetime) -> Mailbox:
    """Mail still comes in; nobody signs in or sends. Raises: NoSuchThing, NotNow."""
    return move(town, mailbox_id, State.SUSPENDED, by=by, at=at)


def restore(town: Town, mailbox_id: int, *, by: Agent | None, at: datetime) -> Mailbox:
    """As it was. Raises: NoSuchThing, NotNow."""
    return move(town, mailbox_id, State.ACTIVE, by=by, at=at)


@transaction.atomic
def move(town: Town, mailbox_id: int, state: str, *, by: Agent | None, at: datetime) -> Mailbox:
    """Raises: NoSuchThing, NotNow."""
    box = locked(town, mailbox_id)
    if state == box.state:
        return box
    if state not in ALLOWED[box.state]:
        raise NotNow(state)
    box.state, box.state_since = state, at
    box.save(update_fields=["state", "state_since"])
    nudges.kick(box, at=at)
    for member in box.members.filter(until=None).select_related("person__address"):
        nudges.kick(member.person, at=at)
    detail = f"{box.display_name}\N{NO-BREAK SPACE}: {State(state).label}"
    _note(box, journal.Kind.BOX_STATE, by=by, at=at, detail=detail)
    return box


@transaction.atomic
def change(
    town: Town,
    mailbox_id: int,
    *,
    display_name: str,
    holder_id: int | None,
    quota_mib: int,
    by: Agent | None,
    at: datetime,
) -> Mailbox:
    """Raises: NoSuchThing, AllowanceExceeded."""
    box = locked(town, mailbox_id)
    if quota_mib > box.quota_mib:
        allowances.require_room(town, boxes=0, mib=quota_mib - box.quota_mib)
    box.display_name, box.quota_mib = display_name.strip(), quota_mib
    box.holder = _holder(town, holder_id)
    box.save(update_fields=["display_name", "quota_mib", "holder"])
    _note(box, journal.Kind.BOX_CHANGED, by=by, at=at)
    return box


def locked(town: Town, mailbox_id: int) -> Mailbox:
    """In the caller's transaction; one that was destroyed is no more. Raises: NoSuchThing."""
    rows = Mailbox.objects.of(town).exclude(state=State.DESTROYED)
    rows = rows.select_related("address", "town")
    box = rows.select_for_update(of=("self",)).filter(pk=mailbox_id).first()
    if box is None:
        raise NoSuchThing(mailbox_id)
    return box


def _holder(town: Town, agent_id: int | None) -> Agent | None:
    if agent_id is None:
        return None
    member = towns.member(town, agent_id)
    if member is None:
        raise NoSuchThing(agent_id)
    return member.agent


def _note(
    box: Mailbox, kind: journal.Kind, *, by: Agent | None, at: datetime, detail: str = ""
) -> None:
    about = ("mailbox", box.pk)
    journal.write(box.town, kind, at=at, by=by, about=about, detail=detail or box.display_name)
