"""A thing that a source gives, as residents will read it, in a small card; and the labels that a town relates to its themes."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from beffroi.audience.facts import ThemeView
from beffroi.audience.queries import themes
from beffroi.backoffice.content.shown import date_words
from beffroi.backoffice.doors import AgentRequest, Say
from beffroi.backoffice.messages.posted import number, words
from beffroi.content.facts import Found, LabelUse
from beffroi.content.words import Verdict

DATES_SHOWN, LABEL_MAX = 3, 120
OUT = "out"
VERDICTS: dict[Verdict, tuple[Say, str]] = {
    Verdict.NEW: (_("Nouveau"), "ok"),
    Verdict.CHANGED: (_("Changé"), "live"),
    Verdict.SAME: (_("Sans changement"), ""),
    Verdict.LEFT_OUT: (_("Laissé de côté"), "wait"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundCard:
    found: Found
    words: Say
    """What becomes of it; empty before anybody asked."""
    tone: str
    dates: list[str]
    more_dates: int
    """How many are not listed."""
    category: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelChoice:
    name: str
    count: int
    use: LabelUse
    themes: list[tuple[ThemeView, bool]]


def card(found: Found, verdict: Verdict | None = None) -> FoundCard:
    said, tone = VERDICTS[verdict] if verdict else ("", "")
    return FoundCard(
        found=found,
        words=said,
        tone=tone,
        dates=[date_words(one) for one in found.occurrences[:DATES_SHOWN]],
        more_dates=max(0, len(found.occurrences) - DATES_SHOWN),
        category=str(found.category.label) if found.category else "",
    )


def choices(
    request: AgentRequest, labels: Sequence[tuple[str, int, LabelUse]]
) -> list[LabelChoice]:
    offered = themes.open_themes(request.town)
    return [
        LabelChoice(
            name=name,
            count=count,
            use=use,
            themes=[(theme, theme.id == use.theme_id) for theme in offered],
        )
        for name, count, use in labels
    ]


def posted_uses(request: AgentRequest) -> dict[str, LabelUse]:
    """By the names of the labels: `label-0` says what becomes of `label-name-0`."""
    known = {theme.id for theme in themes.open_themes(request.town)}
    found = {}
    for field in request.POST:
        kind, _dash, n = field.rpartition("-")
        name = words(request.POST.get(f"label-name-{n}", ""))[:LABEL_MAX]
        if kind == "label" and name:
            said = request.POST.get(field, "")
            theme_id = number(said)
            found[name] = LabelUse(
                theme_id=theme_id if theme_id in known else None, is_left_out=said == OUT
            )
    return found
