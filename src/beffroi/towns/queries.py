"""All reads about towns, agents and rights."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import ManyToOneRel, Q, QuerySet

from beffroi.kit.sms_senders import sender_from
from beffroi.towns.kinds import TownKind
from beffroi.towns.models import Agent, HouseEntry, JournalEntry, Membership, Service, Town
from beffroi.towns.permissions import Permission, Role, granted


@dataclass(frozen=True, kw_only=True, slots=True)
class Rights:
    """What one agent may do in one town, settled once per request."""

    town: Town
    agent: Agent
    roles: tuple[Role, ...]
    service: Service | None
    permissions: frozenset[Permission]

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions


def town_by_slug(slug: str) -> Town | None:
    """A town that is open to residents and agents."""
    return Town.objects.filter(slug=slug, closed_at=None).first()


def town_by_host(host: str) -> Town | None:
    """The open town whose own app has this name."""
    return Town.objects.filter(own_host=host.lower(), closed_at=None).first() if host else None


def public_bodies() -> QuerySet[Town]:
    """The open ones that are no communes: intercommunalities, syndicates."""
    return Town.objects.filter(closed_at=None).exclude(kind=TownKind.COMMUNE)


def sms_sender(town: Town) -> str:
    """What telephones show as the sender of this town's SMS."""
    return town.sms_sender or sender_from(town.name)


def open_towns() -> QuerySet[Town]:
    return Town.objects.filter(closed_at=None)


def every_town() -> QuerySet[Town]:
    """Closed ones too, for the operator."""
    return Town.objects.all()


def agent_by_email(email: str) -> Agent | None:
    return Agent.objects.filter(email__iexact=email.strip()).first()


def agent(agent_id: int) -> Agent | None:
    return Agent.objects.filter(pk=agent_id).first()


def rights(town: Town, agent: Agent) -> Rights | None:
    """None when the agent does not belong to the town."""
    membership = (
        Membership.objects.of(town).select_related("service").filter(agent=agent).first()
        if agent.is_active
        else None
    )
    if membership is None:
        return None
    return Rights(
        town=town,
        agent=agent,
        roles=tuple(Role(role) for role in membership.roles),
        service=membership.service,
        permissions=granted(membership.roles),
    )


def towns_of(agent: Agent) -> QuerySet[Town]:
    """The towns an agent may enter. The session must have been entered with this agent's id."""
    mine = Membership.objects.across_towns(why="an agent chooses among their own towns")
    return open_towns().filter(pk__in=mine.filter(agent=agent).values("town_id"))


def members(town: Town) -> QuerySet[Membership]:
    return (
        Membership.objects.of(town).select_related("agent", "service").order_by("agent__full_name")
    )


def member(town: Town, agent_id: int) -> Membership | None:
    return members(town).filter(agent_id=agent_id).first()


def services(town: Town) -> QuerySet[Service]:
    return Service.objects.of(town)


def service(town: Town, service_id: int) -> Service | None:
    return services(town).filter(pk=service_id).first()


def rows_of_service(town: Town, service: Service) -> Iterator[tuple[QuerySet[Any], str]]:
    """All rows of any room that name this department, each with the field that does."""
    for relation in Service._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel):
            rows: Any = relation.related_model._default_manager
            yield rows.of(town).filter(**{relation.field.name: service}), relation.field.name


def service_uses(town: Town, service: Service) -> int:
    """How many agents, proposals and budgets name it."""
    return sum(rows.count() for rows, _field in rows_of_service(town, service))


def journal(
    town: Town,
    *,
    kind: str = "",
    actor_id: int | None = None,
    text: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[JournalEntry]:
    """The newest first; from `since` to just before `until`."""
    lines = JournalEntry.objects.of(town).select_related("actor")
    if kind:
        lines = lines.filter(kind=kind)
    if actor_id:
        lines = lines.filter(actor_id=actor_id)
    if text:
        lines = lines.filter(Q(detail__icontains=text) | Q(actor_name__icontains=text))
    if since:
        lines = lines.filter(at__gte=since)
    if until:
        lines = lines.filter(at__lt=until)
    return lines


def facts_about(town: Town, object_kind: str, object_id: int) -> QuerySet[JournalEntry]:
    """What was done to one object, the newest first."""
    return JournalEntry.objects.of(town).filter(object_kind=object_kind, object_id=object_id)


def house_journal() -> QuerySet[HouseEntry]:
    """What the operator did outside any town, the newest first."""
    return HouseEntry.objects.select_related("actor")
