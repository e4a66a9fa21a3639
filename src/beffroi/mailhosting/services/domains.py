"""A town's domains: chosen (claimed), published (held) once the DNS shows that they are the town's, working, closed."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from beffroi.mailhosting import names, sealed
from beffroi.mailhosting.models import Address, DkimKey, Domain, Mailbox
from beffroi.mailhosting.services import nudges
from beffroi.mailhosting.services.facts import (
    DomainHeld,
    DomainInUse,
    DomainKnown,
    NoSuchThing,
    NotNow,
)
from beffroi.mailhosting.words import AT_AN_END
from beffroi.towns import journal
from beffroi.towns.models import Agent, Town

State = Domain.State
ALLOWED: Mapping[str, frozenset[str]] = {
    State.CHOSEN: frozenset({State.PUBLISHED, State.CLOSED}),
    State.PUBLISHED: frozenset({State.CHOSEN, State.WORKING, State.CLOSED}),
    State.WORKING: frozenset({State.CHOSEN, State.PUBLISHED, State.CLOSED}),
    State.CLOSED: frozenset(),
}
FIRST_SELECTOR = "beffroi-1"


@transaction.atomic
def choose(town: Town, name: str, *, by: Agent | None, at: datetime) -> Domain:
    """The town claims the name, whoever else does; nothing is received for it before the DNS shows that it is the town's.

    Raises: names.NotADomain, DomainKnown.
    """
    canonical = names.canonical_domain(name)
    try:
        with transaction.atomic():
            domain = Domain.objects.create_in(town, name=canonical, chosen_at=at)
    except IntegrityError as known:
        raise DomainKnown(canonical) from known
    _note(domain, journal.Kind.MAIL_DOMAIN_CHOSEN, by=by, at=at)
    return domain


@transaction.atomic
def require_key(town: Town, domain_id: int, *, at: datetime) -> None:
    """The first pair of keys is made when its record is first asked for: a tenth of a second that a choice need not wait.

    Raises: NoSuchThing.
    """
    if DkimKey.objects.of(town).filter(domain_id=domain_id).exists():
        return
    domain = _locked(town, domain_id)
    if not DkimKey.objects.of(town).filter(domain=domain).exists():
        add_key(town, domain, FIRST_SELECTOR, state=DkimKey.State.CURRENT, at=at)


def add_key(
    town: Town, domain: Domain, selector: str, *, state: DkimKey.State, at: datetime
) -> DkimKey:
    """A new pair of keys for the domain. Within a second of the commit rspamd signs with the current one."""
    pair = sealed.new_pair()
    private, key_id = sealed.seal(town.pk, domain.pk, pair.private_pem)
    return DkimKey.objects.create_in(
        town,
        domain=domain,
        selector=selector,
        sealed_private_key=private,
        key_id=key_id,
        public_key=pair.public,
        state=state,
        made_at=at,
        current_at=at if state == DkimKey.State.CURRENT else None,
    )


@transaction.atomic
def move(town: Town, domain_id: int, state: str, *, by: Agent | None, at: datetime) -> Domain:
    """To `published` when the DNS shows that the name is the town's, `working` when mail was seen to arrive.

    Back to `chosen` by the operator only: a name that works is never taken away by the machine.
    Raises: NoSuchThing, NotNow, DomainHeld.
    """
    domain = _locked(town, domain_id)
    if state == domain.state:
        return domain
    if state not in ALLOWED[domain.state] or state == State.CLOSED:
        raise NotNow(state)
    domain.state = state
    if state != State.CHOSEN:
        require_key(town, domain.pk, at=at)
        domain.published_at = domain.published_at or at
    try:
        with transaction.atomic():
            domain.save(update_fields=["state", "published_at"])
    except IntegrityError as held:
        raise DomainHeld(domain.name) from held
    if state == State.CHOSEN:
        _end_sessions(town, domain, at=at)
    _note(domain, journal.Kind.MAIL_DOMAIN_STATE, by=by, at=at, state=state)
    return domain


@transaction.atomic
def close(town: Town, domain_id: int, *, by: Agent, at: datetime) -> Domain:
    """Nothing comes in or goes out under it any more; another town may then choose the name.

    Raises: NoSuchThing, NotNow, DomainInUse.
    """
    domain = _locked(town, domain_id)
    if State.CLOSED not in ALLOWED[domain.state]:
        raise NotNow(State.CLOSED)
    boxes = Mailbox.objects.of(town).filter(address__domain=domain)
    aliases = Address.objects.of(town).filter(domain=domain, mailbox=None)
    others = aliases.exclude(local_part=names.LOOP)
    if boxes.exclude(state__in=AT_AN_END).exists() or others.exists():
        raise DomainInUse(domain.pk)
    aliases.delete()
    domain.state, domain.closed_at = State.CLOSED, at
    domain.save(update_fields=["state", "closed_at"])
    _end_sessions(town, domain, at=at)
    _note(domain, journal.Kind.MAIL_DOMAIN_STATE, by=by, at=at, state=State.CLOSED)
    return domain


def _end_sessions(town: Town, domain: Domain, *, at: datetime) -> None:
    for box in Mailbox.objects.of(town).filter(address__domain=domain).select_related("address"):
        nudges.kick(box, at=at)


def _locked(town: Town, domain_id: int) -> Domain:
    domain = Domain.objects.of(town).select_for_update().filter(pk=domain_id).first()
    if domain is None:
        raise NoSuchThing(domain_id)
    return domain


def _note(
    domain: Domain, kind: journal.Kind, *, by: Agent | None, at: datetime, state: str = ""
) -> None:
    label = f"\N{NO-BREAK SPACE}: {State(state).label}" if state else ""
    about = ("mail_domain", domain.pk)
    journal.write(domain.town, kind, at=at, by=by, about=about, detail=f"{domain.name}{label}")
