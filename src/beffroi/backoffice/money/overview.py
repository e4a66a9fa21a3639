"""What messages cost and what is left to spend, on one page."""

from django.http import HttpResponse
from django.utils import timezone

from beffroi.backoffice.doors import AgentRequest, show
from beffroi.money.queries import budgets, spending, statements, tariffs


def show_money(request: AgentRequest) -> HttpResponse:
    town, today = request.town, timezone.localdate(request.at)
    year = _year(request, today.year)
    versions = tariffs.versions(town)
    return show(
        request,
        "backoffice/money/overview.html",
        tariff=tariffs.current(town, on=today),
        coming=[one for one in reversed(versions) if one.valid_from and one.valid_from > today],
        former=[one for one in versions if one.valid_from and one.valid_from <= today][1:],
        month=statements.statement(town, month=spending.month_of(request.at)),
        year=year,
        years=[
            {"value": y, "is_current": y == year} for y in range(today.year - 1, today.year + 2)
        ],
        budgets=budgets.of_year(town, year=year),
        overrides=budgets.overrides(town, year=year),
    )


def _year(request: AgentRequest, this_year: int) -> int:
    asked = request.GET.get("annee", "")
    near = {str(year): year for year in range(this_year - 1, this_year + 2)}
    return near.get(asked, this_year)
