"""All writes about towns, agents and rights. Creating a town and an agent are the operator's and name no town."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from beffroi.kit.colours import contrast
from beffroi.towns import communes, journal, queries, scope, slugs
from beffroi.towns.kinds import TownKind
from beffroi.towns.models import Agent, Membership, Service, Town
from beffroi.towns.permissions import Role

MIN_CONTRAST = 4.5  # WCAG 2.2, 1.4.3: text on the town's colours is white


class UnknownCommune(Exception):
    """No commune in force has this INSEE code."""


class ColourTooPale(Exception):
    """White text would not be readable on this colour (WCAG 2.2, 1.4.3)."""


class HostTaken(Exception):
    """Another town is shown under this name."""


class AgentExists(Exception):
    """An agent with this e-mail address exists already."""


class AlreadyMember(Exception):
    """The agent already belongs to this town."""


class LastAdministrator(Exception):
    """A town keeps at least one administrator."""


class NotAMember(Exception):
    """No such agent in this town."""


class NoSuchService(Exception):
    """No such department in this town."""


class ServiceExists(Exception):
    """Another department of this town has this name."""


class ServiceInUse(Exception):
    """Agents, proposals or budgets still name this department."""


class ServicesClash(Exception):
    """Both departments hold something of which there may be one only, such as the budget of a year."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TownSettings:
    """What an administrator may change about the town."""

    name: str
    primary_colour: str
    accent_colour: str
    sender_name: str
    sender_address: str
    reply_to: str
    sms_sender: str = ""
    sms_drops_accents: bool = False
    sms_codes_per_day: int = 200
    quiet_from: time = time(21, 30)
    quiet_until: time = time(8)
    postal_address: str
    telephone: str
    website: str
    privacy_contact: str
    publication_director: str
    host: str
    count_links: bool


def take_turn(town: Town) -> None:
    """Until the caller's transaction ends, nobody else sends for this town. Rows that name it are written meanwhile.

    A verb that will lock more than what it sends takes its turn first: two that wait for each other never end.
    """
    Town.objects.select_for_update(no_key=True).get(pk=town.pk)


@transaction.atomic
def create_town(
    insee_code: str, *, at: datetime, by: Agent | None = None, sender_address: str
) -> Town:
    """A commune becomes a tenant, with its name and figures from the official list; the session enters it.

    Raises: UnknownCommune.
    """
    commune = communes.everyone().get(insee_code)
    if commune is None:
        raise UnknownCommune(insee_code)
    town = Town.objects.create(
        name=commune.name,
        slug=slugs.free(commune.name, commune.department_code),
        insee_code=commune.insee_code,
        department_code=commune.department_code,
        postal_codes=list(commune.postal_codes),
        population=commune.population,
        sender_name=commune.name,
        sender_address=sender_address,
        created_at=at,
    )
    return _opened(town, by=by, at=at)


@transaction.atomic
def create_body(
    name: str, kind: TownKind, department_code: str, *, by: Agent, at: datetime, sender_address: str
) -> Town:
    """An intercommunality or another public body: a tenant that is no commune; the session enters it."""
    town = Town.objects.create(
        kind=kind,
        name=name,
        slug=slugs.free(name, department_code),
        department_code=department_code,
        sender_name=name,
        sender_address=sender_address,
        created_at=at,
    )
    return _opened(town, by=by, at=at)


def _opened(town: Town, *, by: Agent | None, at: datetime) -> Town:
    scope.enter(town_id=town.pk, agent_id=by.pk if by else None)
    journal.write(town, journal.Kind.TOWN_CREATED, at=at, by=by, detail=town.name)
    return town


@transaction.atomic
def give_host(town: Town, host: str, *, by: Agent | None, at: datetime) -> None:
    """An app of its own under this name; empty: the shared app only. Raises: HostTaken."""
    host = host.strip().lower()
    if host and Town.objects.filter(own_host=host).exclude(pk=town.pk).exists():
        raise HostTaken(host)
    town.own_host = host
    town.save(update_fields=["own_host"])
    journal.write(town, journal.Kind.TOWN_CHANGED, at=at, by=by, detail=host)


@transaction.atomic
def change_settings(town: Town, settings: TownSettings, *, by: Agent | None, at: datetime) -> Town:
    """Raises: ColourTooPale."""
    for colour in (settings.primary_colour, settings.accent_colour):
        if contrast(colour, "#ffffff") < MIN_CONTRAST:
            raise ColourTooPale(colour)
    for name in TownSettings.__dataclass_fields__:
        setattr(town, name, getattr(settings, name))
    town.save(update_fields=list(TownSettings.__dataclass_fields__))
    journal.write(town, journal.Kind.TOWN_CHANGED, at=at, by=by)
    return town


@transaction.atomic
def set_coat_of_arms(town: Town, png: bytes | None, *, by: Agent | None, at: datetime) -> None:
    """`png` must be a cleaned PNG image (see kit.images), or None to remove it."""
    town.coat_of_arms = png
    town.save(update_fields=["coat_of_arms"])
    journal.write(town, journal.Kind.TOWN_CHANGED, at=at, by=by, detail=gettext("Blason modifié"))


@transaction.atomic
def set_one_person_rule(town: Town, *, allowed: bool, by: Agent, at: datetime) -> None:
    """Lets one person write and approve, in a town that has a single agent. Always journalled."""
    town.one_person_rule = allowed
    town.save(update_fields=["one_person_rule"])
    sentence = (
        gettext("Une seule personne peut désormais rédiger et valider.")
        if allowed
        else gettext("La validation par une seconde personne est de nouveau exigée.")
    )
    journal.write(town, journal.Kind.ONE_PERSON_RULE, at=at, by=by, detail=sentence)


@transaction.atomic
def close_town(town: Town, *, by: Agent, at: datetime) -> None:
    """Its pages disappear for residents and agents; nothing is erased. Closing twice changes nothing."""
    if town.closed_at is None:
        town.closed_at = at
        town.save(update_fields=["closed_at"])
        journal.write(town, journal.Kind.TOWN_CLOSED, at=at, by=by)


@transaction.atomic
def reopen_town(town: Town, *, by: Agent, at: datetime) -> None:
    """Everything is as it was."""
    if town.closed_at is not None:
        town.closed_at = None
        town.save(update_fields=["closed_at"])
        journal.write(town, journal.Kind.TOWN_REOPENED, at=at, by=by)


def create_agent(
    *,
    email: str,
    full_name: str,
    at: datetime,
    password: str | None = None,
    is_operator: bool = False,
) -> Agent:
    """An agent without a password sets one through the link of the invitation.

    Raises: AgentExists.
    """
    agent = Agent(
        email=email.strip().lower(),
        full_name=full_name.strip(),
        is_operator=is_operator,
        date_joined=at,
    )
    agent.set_password(password)
    try:
        with transaction.atomic():
            agent.save()
    except IntegrityError as clash:
        raise AgentExists(email) from clash
    return agent


@transaction.atomic
def add_member(
    town: Town,
    agent: Agent,
    *,
    roles: Iterable[Role],
    service: Service | None = None,
    by: Agent | None,
    at: datetime,
) -> Membership:
    """Raises: AlreadyMember."""
    if Membership.objects.of(town).filter(agent=agent).exists():
        raise AlreadyMember(agent.pk)
    membership = Membership.objects.create_in(
        town, agent=agent, service=service, roles=sorted(set(roles)), since=at
    )
    journal.write(
        town,
        journal.Kind.MEMBER_ADDED,
        at=at,
        by=by,
        about=("agent", agent.pk),
        detail=f"{agent.full_name}\N{NO-BREAK SPACE}: {_role_names(membership.roles)}",
    )
    return membership


@transaction.atomic
def change_member(
    town: Town,
    agent_id: int,
    *,
    roles: Iterable[Role],
    service_id: int | None,
    by: Agent,
    at: datetime,
) -> Membership:
    """Raises: NotAMember, LastAdministrator."""
    membership = _lock_member(town, agent_id)
    membership.roles = sorted(set(roles))
    membership.service = (
        Service.objects.of(town).filter(pk=service_id).first() if service_id else None
    )
    membership.save(update_fields=["roles", "service"])
    _require_administrator(town)
    journal.write(
        town,
        journal.Kind.MEMBER_CHANGED,
        at=at,
        by=by,
        about=("agent", agent_id),
        detail=f"{membership.agent.full_name}\N{NO-BREAK SPACE}: {_role_names(membership.roles)}",
    )
    return membership


@transaction.atomic
def remove_member(town: Town, agent_id: int, *, by: Agent, at: datetime) -> None:
    """The agent keeps an account and what they wrote; they no longer enter this town.

    Raises: NotAMember, LastAdministrator.
    """
    membership = _lock_member(town, agent_id)
    name = membership.agent.full_name
    membership.delete()
    _require_administrator(town)
    journal.write(
        town, journal.Kind.MEMBER_REMOVED, at=at, by=by, about=("agent", agent_id), detail=name
    )


def _lock_member(town: Town, agent_id: int) -> Membership:
    members = Membership.objects.of(town).select_for_update(of=("self",)).select_related("agent")
    try:
        return members.get(agent_id=agent_id)
    except Membership.DoesNotExist:
        raise NotAMember(agent_id) from None


def _require_administrator(town: Town) -> None:
    if not Membership.objects.of(town).filter(roles__contains=[Role.ADMINISTRATOR]).exists():
        raise LastAdministrator(town.pk)


def _role_names(roles: list[str]) -> str:
    return ", ".join(str(Role(role).label) for role in roles)


@transaction.atomic
def add_service(town: Town, name: str, *, by: Agent | None, at: datetime) -> Service:
    """A department of the town hall; the same name twice gives the same row."""
    found = Service.objects.of(town).filter(name__iexact=name.strip()).first()
    if found:
        return found
    service = Service.objects.create_in(town, name=name.strip())
    journal.write(town, journal.Kind.SERVICE_CHANGED, at=at, by=by, detail=service.name)
    return service


@transaction.atomic
def rename_service(town: Town, service_id: int, name: str, *, by: Agent, at: datetime) -> Service:
    """Raises: NoSuchService, ServiceExists."""
    service = Service.objects.of(town).filter(pk=service_id).first()
    if service is None:
        raise NoSuchService(service_id)
    if Service.objects.of(town).filter(name__iexact=name.strip()).exclude(pk=service_id).exists():
        raise ServiceExists(service_id)
    sentence = gettext(
        "«\N{NO-BREAK SPACE}%(before)s\N{NO-BREAK SPACE}» devient «\N{NO-BREAK SPACE}%(after)s\N{NO-BREAK SPACE}»"
    ) % {
        "before": service.name,
        "after": name.strip(),
    }
    service.name = name.strip()
    service.save(update_fields=["name"])
    journal.write(town, journal.Kind.SERVICE_CHANGED, at=at, by=by, detail=sentence)
    return service


@transaction.atomic
def remove_service(town: Town, service_id: int, *, by: Agent, at: datetime) -> None:
    """Raises: NoSuchService, ServiceInUse."""
    service = _lock_service(town, service_id)
    if queries.service_uses(town, service):
        raise ServiceInUse(service_id)
    service.delete()
    sentence = gettext("«\N{NO-BREAK SPACE}%(name)s\N{NO-BREAK SPACE}» est supprimé") % {
        "name": service.name
    }
    journal.write(town, journal.Kind.SERVICE_CHANGED, at=at, by=by, detail=sentence)


@transaction.atomic
def merge_service(town: Town, service_id: int, *, into_id: int, by: Agent, at: datetime) -> Service:
    """All that names the one names the other, and the one is gone. Raises: NoSuchService, ServicesClash."""
    if service_id == into_id:
        raise NoSuchService(into_id)
    service, into = _lock_service(town, service_id), _lock_service(town, into_id)
    try:
        with transaction.atomic():
            for rows, field in queries.rows_of_service(town, service):
                rows.update(**{field: into})
    except IntegrityError as clash:
        raise ServicesClash(service_id, into_id) from clash
    service.delete()
    sentence = gettext(
        "«\N{NO-BREAK SPACE}%(before)s\N{NO-BREAK SPACE}» est réuni à «\N{NO-BREAK SPACE}%(after)s\N{NO-BREAK SPACE}»"
    ) % {
        "before": service.name,
        "after": into.name,
    }
    journal.write(town, journal.Kind.SERVICE_CHANGED, at=at, by=by, detail=sentence)
    return into


def _lock_service(town: Town, service_id: int) -> Service:
    service = Service.objects.of(town).select_for_update(of=("self",)).filter(pk=service_id).first()
    if service is None:
        raise NoSuchService(service_id)
    return service
