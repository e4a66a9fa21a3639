"""Above the button that sends an alert: how many by each channel, and what it costs at most."""

from collections.abc import Sequence
from dataclasses import dataclass

from beffroi.alerts.queries.expected import expected
from beffroi.alerts.texts import Words
from beffroi.backoffice.doors import AgentRequest
from beffroi.kit import money
from beffroi.money.facts import Line


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownReach:
    lines: Sequence[Line]
    price: str
    """Before tax."""
    price_with_tax: str
    free_parts: int
    budget_left: str
    """Empty: no budget bounds it, or it costs more than is left."""
    is_beyond_budget: bool


def shown_reach(request: AgentRequest, words: Words, *, is_drill: bool) -> ShownReach:
    found = expected(request.town, words, is_drill=is_drill, at=request.at)
    estimate = found.estimate
    left, is_beyond = estimate.budget_left, estimate.blocked_by is not None
    return ShownReach(
        lines=found.lines,
        price=money.french(estimate.before_tax),
        price_with_tax=money.french(estimate.with_tax),
        free_parts=estimate.free_parts,
        budget_left=money.french(left) if left is not None and left >= 0 else "",
        is_beyond_budget=is_beyond,
    )
