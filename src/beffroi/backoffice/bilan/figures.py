"""The figures of a report as the page and the PDF show them, beside those of the period before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.formats import date_format
from django.utils.translation import gettext

from beffroi.backoffice.words import Bar
from beffroi.bilan.facts import Report
from beffroi.bilan.periods import Period
from beffroi.delivery.words import Channel
from beffroi.kit import money
from beffroi.money.facts import Sums
from beffroi.money.queries import tariffs

if TYPE_CHECKING:
    from beffroi.towns.models import Town


@dataclass(frozen=True, kw_only=True, slots=True)
class Headline:
    label: str
    value: str
    before: str
    """The same of the period before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelLine:
    name: str
    campaigns: int
    sent: int
    delivered: int | None
    bounced: int
    sums: Sums


@dataclass(frozen=True, kw_only=True, slots=True)
class Plot:
    caption: str
    bars: Sequence[Bar]

    @property
    def most(self) -> int:
        return max((bar.value for bar in self.bars), default=0)


def headlines(now: Report, before: Report) -> list[Headline]:
    counts = [
        (gettext("Télmails"), now.campaigns, before.campaigns),
        (gettext("Alertes"), now.alert_count, before.alert_count),
        *(
            (sent_words(channel), now.by(channel).sent, before.by(channel).sent)
            for channel in Channel
        ),
        (gettext("Abonnés"), now.people.at_end, before.people.at_end),
    ]
    told = [
        Headline(label=label, value=intcomma(value), before=intcomma(former))
        for label, value, former in counts
    ]
    costs = (now.with_tax, before.with_tax)
    value, former = (money.french(cost) for cost in costs)
    return [*told, Headline(label=gettext("Coût, toutes taxes"), value=value, before=former)]


def sent_words(channel: Channel) -> str:
    return {
        Channel.EMAIL: gettext("E-mails envoyés"),
        Channel.SMS: gettext("SMS envoyés"),
        Channel.PUSH: gettext("Notifications envoyées"),
    }[channel]


def channels(report: Report) -> list[ChannelLine]:
    return [
        ChannelLine(
            name=str(line.channel.label),
            campaigns=line.campaigns,
            sent=line.sent,
            delivered=line.delivered,
            bounced=line.bounced,
            sums=report.costs.get(line.channel, Sums()),
        )
        for line in report.sends
    ]


def sent_by_month(report: Report) -> list[Plot]:
    """One plot for each channel that was used."""
    plots = []
    for channel in Channel:
        sent = {line.month: line.sent for line in report.months if line.channel == channel}
        if sent:
            bars = [Bar(date_format(m, "N Y"), sent.get(m, 0)) for m in report.period.months]
            plots.append(Plot(caption=sent_words(channel), bars=bars))
    return plots


def tariff(town: "Town", report: Report) -> str:
    """What one message cost on the last day, to check the sums by hand."""
    prices = tariffs.prices(town, on=report.period.last)
    told = gettext(
        "Tarif au dernier jour, hors taxes\N{NO-BREAK SPACE}: %(sms)s la partie de SMS, %(email)s l’e-mail, %(push)s la notification. "
        "Les %(free)s premières parties de SMS de chaque mois sont comprises dans le contrat\N{NO-BREAK SPACE}: elles coûtent 0\N{NO-BREAK SPACE}€."
    )
    return told % {
        "sms": money.french(prices.sms_part),
        "email": money.french(prices.email),
        "push": money.french(prices.push),
        "free": intcomma(prices.free_sms_parts),
    }


def people_plots(report: Report) -> list[Plot]:
    themes = [Bar(line.name, line.subscribers) for line in report.themes]
    campaigns = [Bar(line.name, line.campaigns) for line in report.themes]
    origins = [Bar(str(line.origin.label), line.subscribers) for line in report.origins]
    told = (
        (gettext("Abonnés par thème"), themes),
        (gettext("Comment ils se sont abonnés"), origins),
        (gettext("Télmails par thème"), campaigns),
    )
    return [Plot(caption=caption, bars=bars) for caption, bars in told if bars]


def from_to(period: Period) -> str:
    """« du 1ᵉʳ janvier 2026 au 31 décembre 2026 »."""
    first, last = (_day(day) for day in (period.first, period.last))
    return gettext("du %(first)s au %(last)s") % {"first": first, "last": last}


def _day(day: date) -> str:
    words = date_format(day, "j F Y")
    return f"1ᵉʳ{words[1:]}" if day.day == 1 else words
