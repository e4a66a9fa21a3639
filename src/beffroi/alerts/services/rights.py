"""Who may, asked of the one table. For the verbs that no door alone should guard."""

from beffroi.alerts.services.facts import NotAllowed, OwnWork
from beffroi.towns import queries as towns
from beffroi.towns.models import Agent, Town
from beffroi.towns.permissions import Permission


def require(town: Town, agent: Agent, *any_of: Permission) -> None:
    """Raises: NotAllowed."""
    rights = towns.rights(town, agent)
    if rights is None or not any(rights.may(permission) for permission in any_of):
        raise NotAllowed(agent.pk)


def alone(town: Town, agent: Agent, *, author_id: int) -> bool:
    """Whether the agent approves their own work, and the town's one-person rule lets them.

    Raises: OwnWork.
    """
    if agent.pk != author_id:
        return False
    if not Town.objects.filter(pk=town.pk, one_person_rule=True).exists():
        raise OwnWork(agent.pk)
    return True
