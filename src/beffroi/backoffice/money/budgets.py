"""The budgets of services and of the town; more money from the cabinet."""

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from beffroi.backoffice.doors import AgentRequest, go, say, show, warn
from beffroi.backoffice.money.forms import BudgetForm, NewBudgetForm, OverrideForm
from beffroi.kit import money
from beffroi.money.facts import BudgetInUse, BudgetState, NoOverride, NoSuchBudget, ReasonMissing
from beffroi.money.queries import budgets as told
from beffroi.money.services import budgets
from beffroi.money.services.budgets import NewBudget
from beffroi.money.words import OnExceed
from beffroi.towns.services import NoSuchService


def add(request: AgentRequest) -> HttpResponse:
    year = timezone.localdate(request.at).year
    initial = {"year": year, "on_exceed": OnExceed.HARD_STOP}
    form = NewBudgetForm(request.POST or None, town=request.town, this_year=year, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, form, service_id=form.service_id, year=form.cleaned_data["year"])
        except NoSuchService:
            form.add_error("service", gettext("Ce service n’existe plus. Choisissez-en un autre."))
        else:
            return go(request, "money")
    return show(request, "backoffice/money/budget.html", form=form, budget=None)


def change(request: AgentRequest, budget_id: int) -> HttpResponse:
    budget = _budget(request, budget_id)
    initial = {"amount": money.plain(budget.amount), "on_exceed": budget.on_exceed}
    form = BudgetForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        _save(request, form, service_id=budget.service_id, year=budget.year)
        return go(request, "money")
    return show(request, "backoffice/money/budget.html", form=form, budget=budget)


def drop(request: AgentRequest, budget_id: int) -> HttpResponse:
    try:
        budgets.drop_budget(request.town, budget_id, by=request.agent, at=request.at)
    except NoSuchBudget:
        raise Http404 from None
    except BudgetInUse:
        warn(
            request,
            gettext(
                "Le cabinet a autorisé un dépassement sur ce budget\N{NO-BREAK SPACE}: il reste, avec"
                " son histoire. Vous pouvez en changer le montant."
            ),
        )
        return go(request, "budget", budget_id)
    say(request, gettext("Le budget est retiré. Plus rien ne borne ces dépenses."))
    return go(request, "money")


def override(request: AgentRequest, budget_id: int) -> HttpResponse:
    budget = _budget(request, budget_id)
    form = OverrideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        amount, why = form.cleaned_data["amount"], form.cleaned_data["why"]
        try:
            budgets.override(
                request.town, budget_id, amount=amount, why=why, by=request.agent, at=request.at
            )
        except NoOverride:
            warn(request, gettext("Ce budget n’admet pas de dépassement. Rien n’a changé."))
            return go(request, "money")
        except ReasonMissing:
            form.add_error("amount", gettext("Ajoutez un montant plus grand que zéro."))
        else:
            said = gettext("%(amount)s de plus sont autorisés. Le journal en garde le motif.")
            say(request, said % {"amount": money.french(amount)})
            return go(request, "money")
    return show(request, "backoffice/money/override.html", form=form, budget=budget)


def _budget(request: AgentRequest, budget_id: int) -> BudgetState:
    budget = told.budget(request.town, budget_id)
    if budget is None:
        raise Http404
    return budget


def _save(request: AgentRequest, form: BudgetForm, *, service_id: int | None, year: int) -> None:
    new = NewBudget(
        service_id=service_id,
        year=year,
        amount=form.cleaned_data["amount"],
        on_exceed=OnExceed(form.cleaned_data["on_exceed"]),
    )
    budgets.set_budget(request.town, new, by=request.agent, at=request.at)
    say(request, gettext("Le budget est enregistré."))
