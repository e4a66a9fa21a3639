"""The board of proposals."""

from django.db.models import QuerySet

from beffroi.campaigns.models import Proposal
from beffroi.campaigns.words import ProposalState
from beffroi.towns.models import Town


def board(town: Town, *, state: str = "", text: str = "") -> QuerySet[Proposal]:
    """In the order that the communication service gave, then the newest first."""
    rows = Proposal.objects.of(town).select_related("service", "author", "decided_by")
    if state in ProposalState.values:
        rows = rows.filter(state=state)
    if text.strip():
        rows = rows.filter(title__icontains=text.strip()) | rows.filter(
            body__icontains=text.strip()
        )
    return rows.order_by("position", "-proposed_at", "-id")


def waiting(town: Town) -> int:
    return Proposal.objects.of(town).filter(state=ProposalState.PROPOSED).count()


def proposal(town: Town, proposal_id: int) -> Proposal | None:
    rows = Proposal.objects.of(town).select_related("service", "author", "decided_by")
    return rows.filter(pk=proposal_id).first()
