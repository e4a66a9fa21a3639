"""Why a budget cannot pay: on the agent's screen, and to the writers when the clock finds out at the set hour."""

from collections.abc import Collection

from django.utils.translation import gettext

from beffroi.delivery.words import Channel
from beffroi.kit import money
from beffroi.money.facts import BudgetState


def budget_sentence(budget: BudgetState, asked: int, *, channels: Collection[Channel]) -> str:
    """What is missing, and what to do."""
    return f"{budget_lack(budget, asked)} {_advice(budget, channels)}"


def _advice(budget: BudgetState, channels: Collection[Channel]) -> str:
    if budget.may_be_overridden:
        return gettext("Le cabinet peut autoriser un dépassement (La commune, Tarifs et budgets).")
    if Channel.SMS in channels:
        return gettext("Retirez le SMS, ou choisissez « une seule fois, par le moins cher ».")
    return gettext("Demandez à la direction d’augmenter ce budget.")


def budget_lack(budget: BudgetState, asked: int) -> str:
    """What is missing."""
    whose = budget.service_name or gettext("la commune")
    return gettext(
        "Le budget %(year)s de %(whose)s ne suffit pas\N{NO-BREAK SPACE}: il reste %(left)s pour %(asked)s."
    ) % {
        "year": budget.year,
        "whose": whose,
        "left": money.french(max(budget.left, 0)),
        "asked": money.french(asked),
    }
