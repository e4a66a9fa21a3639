"""Every figure of one period."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from beffroi.alerts.models import Alert
from beffroi.alerts.words import ColourChoice, MessageState, PhenomenonChoice
from beffroi.audience.models import Theme
from beffroi.audience.words import Origin, ThemeKind
from beffroi.bilan import tally
from beffroi.bilan.facts import AlertLine, OriginLine, Paper, People, Report, ThemeLine
from beffroi.bilan.models import PaperFigures
from beffroi.bilan.periods import Period
from beffroi.bilan.queries import sends
from beffroi.campaigns.models import CampaignTheme
from beffroi.money.queries import spending
from beffroi.towns.models import Town

_PEOPLE = (Path(__file__).parents[1] / "sql" / "people.sql").read_text(encoding="utf-8")


def report(town: Town, period: Period) -> Report:
    rows = sends.counted(town, period)
    campaigns = sends.campaign_count(town, period)
    people, origins = _people(town, period)
    return Report(
        period=period,
        campaigns=campaigns,
        alerts=alerts(town, period),
        sends=tally.by_channel(rows, sends.campaigns_by_channel(town, period)),
        months=tally.by_month(rows),
        themes=themes(town, period),
        origins=origins,
        people=people,
        costs=spending.between(town, since=period.start, until=period.end),
        paper=_paper(town, campaigns),
    )


def alerts(town: Town, period: Period) -> Sequence[AlertLine]:
    """Those of which a message left, exercises excepted; the gravest first."""
    rows = Alert.objects.of(town).filter(
        is_drill=False, opened_at__gte=period.start, opened_at__lt=period.end
    )
    sent = rows.filter(messages__state=MessageState.SENT).order_by("-colour", "phenomenon")
    groups = sent.values_list("colour", "phenomenon").annotate(n=Count("pk", distinct=True))
    return [
        AlertLine(
            phenomenon=str(PhenomenonChoice(phenomenon).label) if phenomenon else "",
            colour=str(ColourChoice(colour).label) if colour else "",
            count=count,
        )
        for colour, phenomenon, count in groups
    ]


def themes(town: Town, period: Period) -> Sequence[ThemeLine]:
    """In the town's order. A campaign on two themes is counted under both; a theme with nothing is left out."""
    there = Q(subscriptions__since__lt=period.end) & (
        Q(subscriptions__until=None) | Q(subscriptions__until__gte=period.end)
    )
    used = dict(
        CampaignTheme.objects.of(town)
        .filter(campaign__published_at__gte=period.start, campaign__published_at__lt=period.end)
        .values_list("theme_id")
        .annotate(n=Count("campaign_id", distinct=True))
    )
    rows = Theme.objects.of(town).annotate(subscribers=Count("subscriptions", filter=there))
    return [
        ThemeLine(
            name=row.name,
            is_temporary=row.kind == ThemeKind.TEMPORARY,
            campaigns=used.get(row.pk, 0),
            subscribers=row.subscribers,
        )
        for row in rows.order_by("position", "pk")
        if row.subscribers or used.get(row.pk)
    ]


def paper_figures(town: Town) -> PaperFigures | None:
    return PaperFigures.objects.of(town).first()


def _people(town: Town, period: Period) -> tuple[People, list[OriginLine]]:
    params: dict[str, Any] = {"town": town.pk, "since": period.start, "until": period.end}
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, params)
        found = {origin: counts for origin, *counts in cursor.fetchall()}
    at_start, at_end, joined, left = (sum(c[n] for c in found.values()) for n in range(4))
    lines = [
        OriginLine(origin=origin, subscribers=found[origin][1], joined=found[origin][2])
        for origin in Origin
        if origin in found
    ]
    return People(at_start=at_start, at_end=at_end, joined=joined, left=left), lines


def _paper(town: Town, campaigns: int) -> Paper | None:
    row = paper_figures(town)
    if row is None or not (row.letters_per_sending and row.sheets_per_letter):
        return None
    return Paper(
        letters_per_sending=row.letters_per_sending,
        sheets_per_letter=row.sheets_per_letter,
        campaigns=campaigns,
    )
