"""What became of the Télmails: of one, and of a period; as numbers, plots and CSV."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy as _

from beffroi.audience.facts import ThemeMonth
from beffroi.audience.queries import figures
from beffroi.backoffice.doors import AgentRequest, Say, download, go, show
from beffroi.backoffice.messages.found import campaign_or_404
from beffroi.backoffice.words import Bar
from beffroi.campaigns.queries import results
from beffroi.delivery.outgoing import MonthOutcomes
from beffroi.delivery.queries import messages as told
from beffroi.delivery.words import Channel
from beffroi.kit import spreadsheets

PERIODS: dict[str, tuple[Say, int]] = {
    "3": (_("3 mois"), 3),
    "6": (_("6 mois"), 6),
    "12": (_("12 mois"), 12),
    "24": (_("2 ans"), 24),
}
DEFAULT_PERIOD = "12"
A_MOMENT = timedelta(seconds=1)  # what left just now is part of the period
CSV = "text/csv; charset=utf-8"


@dataclass(frozen=True, kw_only=True, slots=True)
class Totals:
    """A period in figures."""

    campaigns: int
    recipients: int
    sent: int
    sms_sent: int
    delivered: int
    bounced: int
    unsubscribed: int


def results_page(request: AgentRequest) -> HttpResponse:
    period, since = _period(request)
    lines = results.sent_between(request.town, since, request.at + A_MOMENT)
    months = told.by_month(request.town, since=since, until=request.at + A_MOMENT)
    themes = figures.by_theme_and_month(
        request.town, at=request.at + A_MOMENT, months=PERIODS[period][1]
    )
    names = list(dict.fromkeys(line.theme_name for line in themes))
    return show(
        request,
        "backoffice/messages/results.html",
        period=period,
        periods=[
            {"value": v, "label": p[0], "is_current": v == period} for v, p in PERIODS.items()
        ],
        totals=_totals(lines, months),
        lines=lines,
        sent_bars=[_month_bar(month) for month in months],
        theme_bars=[
            {
                "name": name,
                "bars": [
                    Bar(_month(line.year, line.month), line.subscribers, _moves(line))
                    for line in themes
                    if line.theme_name == name
                ],
            }
            for name in names
        ],
    )


def _moves(line: ThemeMonth) -> str:
    return f"+{line.joined} −{line.left}" if line.joined or line.left else ""


def _month_bar(month: MonthOutcomes) -> Bar:
    return Bar(_month(month.year, month.month), month.outcomes.sent)


def _totals(lines: Sequence[results.CampaignLine], months: Sequence[MonthOutcomes]) -> Totals:
    return Totals(
        campaigns=len(lines),
        recipients=sum(line.recipients for line in lines),
        sent=sum(line.sent for line in lines),
        sms_sent=sum(line.sms_sent for line in lines),
        delivered=sum(line.delivered for line in lines),
        bounced=sum(line.bounced for line in lines),
        unsubscribed=sum(month.outcomes.unsubscribed for month in months),
    )


def _period(request: AgentRequest) -> tuple[str, datetime]:
    """The choice, and midnight of the first day of its first month."""
    period = request.GET.get("mois", DEFAULT_PERIOD)
    if period not in PERIODS:
        period = DEFAULT_PERIOD
    local = timezone.localtime(request.at)
    months = local.year * 12 + local.month - 1 - (PERIODS[period][1] - 1)
    first = local.replace(
        year=months // 12, month=months % 12 + 1, day=1, hour=0, minute=0, second=0, microsecond=0
    )
    return period, timezone.make_aware(first.replace(tzinfo=None))


def _month(year: int, month: int) -> str:
    return date_format(datetime(year, month, 1), "N Y")  # noqa: DTZ001 - a month has no hour


def results_csv(request: AgentRequest) -> HttpResponseBase:
    _chosen, since = _period(request)
    lines = results.sent_between(request.town, since, request.at + A_MOMENT)
    return download(
        request,
        spreadsheets.rows(_campaign_rows(lines)),
        filename=f"telmails-{request.town.slug}-{request.at:%Y-%m-%d}.csv",
        content_type=CSV,
    )


def _campaign_rows(lines: Sequence[results.CampaignLine]) -> Iterator[Sequence[object]]:
    yield [
        gettext("Envoyé le"),
        gettext("Objet"),
        gettext("Destinataires"),
        gettext("Envoyés"),
        gettext("Dont SMS"),
        gettext("SMS remis"),
        gettext("Revenus en erreur"),
        gettext("Signalés indésirables"),
    ]
    for line in lines:
        when = f"{timezone.localtime(line.sent_at):%Y-%m-%d %H:%M}"
        yield [
            when,
            line.subject,
            line.recipients,
            line.sent,
            line.sms_sent,
            line.delivered,
            line.bounced,
            line.complained,
        ]


def themes_csv(request: AgentRequest) -> HttpResponseBase:
    period, _since = _period(request)
    themes = figures.by_theme_and_month(
        request.town, at=request.at + A_MOMENT, months=PERIODS[period][1]
    )
    return download(
        request,
        spreadsheets.rows(_theme_rows(themes)),
        filename=f"abonnes-{request.town.slug}-{request.at:%Y-%m-%d}.csv",
        content_type=CSV,
    )


def _theme_rows(themes: Sequence[ThemeMonth]) -> Iterator[Sequence[object]]:
    yield [
        gettext("Mois"),
        gettext("Thème"),
        gettext("Abonnés"),
        gettext("Arrivées"),
        gettext("Départs"),
    ]
    for line in themes:
        month = f"{line.year}-{line.month:02}"
        yield [month, line.theme_name, line.subscribers, line.joined, line.left]


def campaign_csv(request: AgentRequest, campaign_id: int) -> HttpResponseBase:
    campaign = campaign_or_404(request, campaign_id)
    outcomes = results.outcomes(request.town, campaign)
    if outcomes is None:
        return go(request, "campaign", campaign_id)
    channels = results.by_channel(request.town, campaign, at=request.at)
    by_sms = sum(one.outcomes.sent for one in channels if one.channel == Channel.SMS)
    lines: list[Sequence[object]] = [
        [gettext("Objet"), campaign.subject],
        [gettext("Destinataires"), outcomes.recipients],
        [gettext("Envoyés"), outcomes.sent],
        [gettext("Dont SMS"), by_sms],
        [gettext("SMS remis"), outcomes.delivered],
        [gettext("Revenus en erreur"), outcomes.bounced],
        [gettext("Refusés"), outcomes.refused],
        [gettext("Signalés indésirables"), outcomes.complained],
        [gettext("Désinscriptions"), outcomes.unsubscribed],
        [gettext("Écartés avant l’envoi"), outcomes.suppressed],
        [gettext("Incertains"), outcomes.unknown],
        [gettext("Abandonnés"), outcomes.expired],
        [gettext("Annulés"), outcomes.cancelled],
        [],
        [gettext("Heure"), gettext("Envoyés")],
    ]
    pace = results.pace(request.town, campaign)
    lines += [[f"{timezone.localtime(m.at):%Y-%m-%d %H:%M}", m.count] for m in pace]
    return download(
        request,
        spreadsheets.rows(lines),
        filename=f"telmail-{campaign_id}.csv",
        content_type=CSV,
    )
