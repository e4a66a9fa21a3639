"""What was spent in a month, by service and channel; as a page and as CSV."""

from collections.abc import Iterator, Sequence
from datetime import date

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext

from beffroi.backoffice.doors import AgentRequest, download, show
from beffroi.kit import money, spreadsheets
from beffroi.money.facts import Statement, Sums
from beffroi.money.queries import spending, statements


def show_statement(request: AgentRequest) -> HttpResponse:
    month = _month(request)
    found = set(statements.months(request.town)) | {month, spending.month_of(request.at)}
    return show(
        request,
        "backoffice/money/statement.html",
        statement=statements.statement(request.town, month=month),
        months=[
            {"value": f"{one:%Y-%m}", "first_day": one, "is_current": one == month}
            for one in sorted(found, reverse=True)
        ],
        asked=f"{month:%Y-%m}",
    )


def as_csv(request: AgentRequest) -> HttpResponseBase:
    month = _month(request)
    statement = statements.statement(request.town, month=month)
    return download(
        request,
        spreadsheets.rows(_rows(statement)),
        filename=f"depenses-{request.town.slug}-{month:%Y-%m}.csv",
        content_type="text/csv; charset=utf-8",
    )


def _month(request: AgentRequest) -> date:
    """The month asked for, e.g. ?mois=2026-11; an unreadable one is this month."""
    try:
        return date.fromisoformat(request.GET.get("mois", "") + "-01")
    except ValueError:
        return spending.month_of(request.at)


def _rows(statement: Statement) -> Iterator[Sequence[object]]:
    yield [
        gettext("Service"),
        gettext("Canal"),
        gettext("Envois"),
        gettext("Destinataires"),
        gettext("Parties"),
        gettext("Parties gratuites"),
        gettext("Hors taxes (€)"),
        gettext("TVA (€)"),
        gettext("Toutes taxes comprises (€)"),
    ]
    for row in statement.rows:
        yield [row.service_name, str(row.channel.label), *_figures(row.sums)]
    yield [gettext("Total"), "", *_figures(statement.total)]


def _figures(sums: Sums) -> list[object]:
    return [
        sums.messages,
        sums.recipients,
        sums.parts,
        sums.free_parts,
        money.plain(sums.before_tax),
        money.plain(sums.vat),
        money.plain(sums.with_tax),
    ]
