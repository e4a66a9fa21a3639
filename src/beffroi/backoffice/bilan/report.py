"""The report on screen."""

from django.http import HttpResponse

from beffroi.backoffice.bilan import figures
from beffroi.backoffice.bilan.asked import USUAL, asked
from beffroi.backoffice.doors import AgentRequest, show
from beffroi.bilan.queries import report as told


def show_report(request: AgentRequest) -> HttpResponse:
    wanted = asked(request)
    now = told.report(request.town, wanted.period)
    before = told.report(request.town, wanted.period.before)
    return show(
        request,
        "backoffice/bilan/report.html",
        asked=wanted,
        usual=[
            {"value": value, "label": label, "is_current": value == wanted.usual}
            for value, (label, _period) in USUAL.items()
        ],
        from_to=figures.from_to(wanted.period),
        report=now,
        before=figures.from_to(wanted.period.before),
        headlines=figures.headlines(now, before),
        channels=figures.channels(now),
        sent_plots=figures.sent_by_month(now),
        people_plots=figures.people_plots(now),
        tariff=figures.tariff(request.town, now),
    )
