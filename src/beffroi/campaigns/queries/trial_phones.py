"""The mobile on which an agent reads tests."""

from beffroi.campaigns.models import TrialPhone
from beffroi.delivery.services import contact_points
from beffroi.towns.models import Agent, Town


def masked(town: Town, agent: Agent) -> str:
    """« 06 •• •• •• 78 »; empty when the agent has proved none, or it was erased."""
    row = (
        TrialPhone.objects.of(town).filter(agent=agent, contact_point__sealed__isnull=False).first()
    )
    if row is None:
        return ""
    return contact_points.masked(town, [row.contact_point_id])[row.contact_point_id]
