"""The report as CSV, and as the PDF that is put before the council."""

import base64
from collections.abc import Iterator, Sequence

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import gettext

from beffroi.backoffice.bilan import figures
from beffroi.backoffice.bilan.asked import asked
from beffroi.backoffice.doors import AgentRequest, download
from beffroi.bilan.facts import Report
from beffroi.bilan.queries import report as told
from beffroi.kit import money, spreadsheets


def as_csv(request: AgentRequest) -> HttpResponseBase:
    report = told.report(request.town, asked(request).period)
    return download(
        request,
        spreadsheets.rows(_rows(report)),
        filename=_filename(request, report, "csv"),
        content_type="text/csv; charset=utf-8",
    )


def as_pdf(request: AgentRequest) -> HttpResponse:
    """A4, tagged for screen readers (PDF/UA-1)."""
    from weasyprint import HTML  # slow to load, and seldom asked for

    period = asked(request).period
    now = told.report(request.town, period)
    before = told.report(request.town, period.before)
    page = render_to_string(
        "backoffice/bilan/report_pdf.html",
        {
            "town": request.town,
            "arms": _data_url(request.town.coat_of_arms),
            "made_on": request.at,
            "from_to": figures.from_to(period),
            "before": figures.from_to(period.before),
            "report": now,
            "headlines": figures.headlines(now, before),
            "channels": figures.channels(now),
            "sent_plots": figures.sent_by_month(now),
            "people_plots": figures.people_plots(now),
            "tariff": figures.tariff(request.town, now),
        },
    )
    response = HttpResponse(
        HTML(string=page).write_pdf(pdf_variant="pdf/ua-1"), content_type="application/pdf"
    )
    name = _filename(request, now, "pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _data_url(png: bytes | memoryview | None) -> str:
    if not png:
        return ""
    return "data:image/png;base64," + base64.b64encode(bytes(png)).decode()


def _filename(request: AgentRequest, report: Report, kind: str) -> str:
    period = report.period
    return f"bilan-{request.town.slug}-{period.first:%Y-%m-%d}-{period.last:%Y-%m-%d}.{kind}"


def _rows(report: Report) -> Iterator[Sequence[object]]:
    """Subject, name, measure, value: one figure on each line."""
    yield [gettext("Sujet"), gettext("Nom"), gettext("Mesure"), gettext("Valeur")]
    yield [gettext("Période"), "", gettext("Premier jour"), f"{report.period.first:%Y-%m-%d}"]
    yield [gettext("Période"), "", gettext("Dernier jour"), f"{report.period.last:%Y-%m-%d}"]
    yield [gettext("Télmails"), "", gettext("Nombre"), report.campaigns]
    yield from _channel_rows(report)
    yield from _people_rows(report)
    for alert in report.alerts:
        name = alert.phenomenon or gettext("Urgence")
        yield [gettext("Alertes"), f"{name} {alert.colour}".strip(), gettext("Nombre"), alert.count]
    if report.paper:
        yield [gettext("Papier épargné"), "", gettext("Feuilles"), report.paper.sheets]


def _channel_rows(report: Report) -> Iterator[Sequence[object]]:
    for line in figures.channels(report):
        subject = gettext("Envois")
        yield [subject, line.name, gettext("Télmails"), line.campaigns]
        yield [subject, line.name, gettext("Envoyés"), line.sent]
        if line.delivered is not None:
            yield [subject, line.name, gettext("Remis"), line.delivered]
        yield [subject, line.name, gettext("Revenus en erreur"), line.bounced]
        yield [subject, line.name, gettext("Parties gratuites"), line.sums.free_parts]
        yield [subject, line.name, gettext("Hors taxes (€)"), money.plain(line.sums.before_tax)]
        yield [subject, line.name, gettext("TTC (€)"), money.plain(line.sums.with_tax)]
    for month in report.months:
        name = f"{month.channel.label} {month.month:%Y-%m}"
        yield [gettext("Envois par mois"), name, gettext("Envoyés"), month.sent]


def _people_rows(report: Report) -> Iterator[Sequence[object]]:
    people, subject = report.people, gettext("Abonnés")
    yield [subject, "", gettext("Au premier jour"), people.at_start]
    yield [subject, "", gettext("Au dernier jour"), people.at_end]
    yield [subject, "", gettext("Arrivées"), people.joined]
    yield [subject, "", gettext("Départs"), people.left]
    for origin in report.origins:
        yield [subject, str(origin.origin.label), gettext("Au dernier jour"), origin.subscribers]
    for theme in report.themes:
        yield [gettext("Thèmes"), theme.name, gettext("Abonnés au dernier jour"), theme.subscribers]
        yield [gettext("Thèmes"), theme.name, gettext("Télmails"), theme.campaigns]
