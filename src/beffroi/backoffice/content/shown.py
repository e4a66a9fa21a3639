"""An entry, or one of its versions, as agents read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from beffroi.audience.queries import themes
from beffroi.backoffice.content import week
from beffroi.backoffice.doors import AgentRequest
from beffroi.backoffice.words import day, hour
from beffroi.content.facts import Hours, Occurrence, Text
from beffroi.content.queries import desk
from beffroi.content.words import Category
from beffroi.kit import html

if TYPE_CHECKING:
    from beffroi.content.models import Picture

DATES_SHOWN = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    text: Text
    html: SafeString
    easy: SafeString
    photo: "Picture | None"
    category: str
    dates: list[str]
    more_dates: int
    """How many are not listed."""
    week: list[tuple[str, str]]
    theme_names: list[str]


def shown(request: AgentRequest, opened: desk.Opened) -> Shown:
    text = opened.text
    names = {theme.id: theme.name for theme in themes.open_themes(request.town)}
    return Shown(
        text=text,
        html=_safe(text.html),
        easy=_safe(text.easy),
        photo=desk.photo(request.town, text.picture_id),
        category=str(Category(text.category).label) if text.category in Category.values else "",
        dates=[date_words(one) for one in text.occurrences[:DATES_SHOWN]],
        more_dates=max(0, len(text.occurrences) - DATES_SHOWN),
        week=_week(text.place.hours) if text.place else [],
        theme_names=[names[one] for one in text.theme_ids if one in names],
    )


def date_words(one: Occurrence) -> str:
    """« mardi 24 novembre, 18 h – 20 h · VF · 6 € »."""
    said = [_when(one), one.version, one.price]
    if one.is_cancelled:
        said.append(gettext("annulé"))
    return " · ".join(part for part in said if part)


def _when(one: Occurrence) -> str:
    ends = one.ends_at - timedelta(seconds=1) if one.ends_at and one.is_all_day else one.ends_at
    first = day(one.begins_at) if one.is_all_day else f"{day(one.begins_at)}, {hour(one.begins_at)}"
    if ends is None:
        return first
    is_one_day = timezone.localdate(ends) == timezone.localdate(one.begins_at)
    if one.is_all_day:
        return first if is_one_day else f"{first} – {day(ends)}"
    last = hour(ends) if is_one_day else f"{day(ends)}, {hour(ends)}"
    return f"{first} – {last}"


def _week(hours: Sequence[Hours]) -> list[tuple[str, str]]:
    if not hours:
        return []
    said = []
    for one in week.shown(hours):
        spans = [" – ".join(span) for span in one.spans if any(span)]
        said.append((one.name, ", ".join(spans) or gettext("fermé")))
    return said


def _safe(typed: str) -> SafeString:
    """Cleaned again: what was kept aside as a version never went through the entry’s own columns."""
    return mark_safe(html.clean(typed))  # noqa: S308 - clean
