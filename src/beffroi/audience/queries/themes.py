"""Themes and the wording of the consent."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from beffroi.audience import farewells, letters, notices
from beffroi.audience.facts import NoSuchText, NoSuchTheme, TextView, ThemeView
from beffroi.audience.models import ConsentText, Theme
from beffroi.audience.reach import recipients
from beffroi.audience.words import FarewellState, Status, ThemeKind
from beffroi.delivery.words import Channel
from beffroi.towns.models import Town


@dataclass(frozen=True, kw_only=True, slots=True)
class CountedTheme:
    theme: ThemeView
    subscribers: int
    """Active, whether paused or not."""


def public_themes(town: Town) -> list[ThemeView]:
    """What a resident may choose, in the town's order."""
    return [view(theme) for theme in _open(town).filter(is_public=True)]


def open_themes(town: Town) -> list[ThemeView]:
    """Every theme that has not ended, hidden ones too."""
    return [view(theme) for theme in _open(town)]


def ended_themes(town: Town) -> list[ThemeView]:
    rows = Theme.objects.of(town).filter(ended_at__isnull=False).order_by("-ended_at")
    return [view(theme) for theme in rows]


def theme(town: Town, theme_id: int) -> ThemeView:
    """Raises: NoSuchTheme."""
    row = Theme.objects.of(town).filter(pk=theme_id).first()
    if row is None:
        raise NoSuchTheme(theme_id)
    return view(row)


def theme_by_slug(town: Town, slug: str) -> ThemeView | None:
    row = Theme.objects.of(town).filter(slug=slug).first()
    return view(row) if row else None


def counted_themes(town: Town) -> list[CountedTheme]:
    """Open themes with how many people want them."""
    active = Q(subscriptions__until=None, subscriptions__subscriber__status=Status.ACTIVE)
    rows = _open(town).annotate(wanted=Count("subscriptions", filter=active))
    return [CountedTheme(theme=view(row), subscribers=row.wanted) for row in rows]


@dataclass(frozen=True, kw_only=True, slots=True)
class Farewell:
    """The last message of a temporary theme as the approver reads it."""

    theme: ThemeView
    subject: str
    text: str
    """Of the letter."""
    push_title: str
    content_hash: str
    author_name: str


def farewell(town: Town, theme_id: int) -> Farewell:
    """Raises: NoSuchTheme, also for an open theme that has no farewell."""
    row = (
        _open(town)
        .exclude(farewells.SILENT)
        .select_related("farewell_author")
        .filter(pk=theme_id)
        .first()
    )
    if row is None:
        raise NoSuchTheme(theme_id)
    subject, text = letters.farewell_words(theme_name=row.name, words=row.farewell, link="…")
    return Farewell(
        theme=view(row),
        subject=subject,
        text=text,
        push_title=notices.farewell_title(row.name),
        content_hash=farewells.content_hash(row),
        author_name=row.farewell_author.full_name if row.farewell_author else "",
    )


def farewell_counts(town: Town, theme_id: int, *, at: datetime) -> dict[Channel, int]:
    """How many its farewell would reach now by each channel."""
    return {
        channel: recipients(town, [theme_id], channel=channel, at=at).count() for channel in Channel
    }


def farewells_waiting(town: Town) -> list[ThemeView]:
    """Temporary themes whose farewell nobody approved yet, the next to end first."""
    rows = [view(row) for row in _open(town).exclude(farewells.SILENT).order_by("ends_on")]
    return [theme for theme in rows if theme.farewell_state == FarewellState.WAITING]


def consent_text(town: Town) -> TextView:
    """The wording in force. Raises: NoSuchText, in a town that was never opened."""
    row = ConsentText.objects.of(town).select_related("author").first()
    if row is None:
        raise NoSuchText(town.pk)
    return _text(row)


def consent_texts(town: Town) -> list[TextView]:
    """Every version, the newest first."""
    return [_text(row) for row in ConsentText.objects.of(town).select_related("author")]


def view(row: Theme) -> ThemeView:
    return ThemeView(
        id=row.pk,
        kind=ThemeKind(row.kind),
        slug=row.slug,
        name=row.name,
        description=row.description,
        position=row.position,
        is_alert=row.is_alert,
        is_public=row.is_public,
        ends_on=row.ends_on,
        farewell=row.farewell,
        farewell_sms=row.farewell_sms,
        farewell_push=row.farewell_push,
        farewell_state=farewells.state(row),
        farewell_author_id=row.farewell_author_id,
        purge_on=row.purge_on,
        ended_at=row.ended_at,
        purged_at=row.purged_at,
    )


def _open(town: Town) -> QuerySet[Theme]:
    return Theme.objects.of(town).filter(ended_at=None)


def _text(row: ConsentText) -> TextView:
    return TextView(
        version=row.version,
        wording=row.wording,
        created_at=row.created_at,
        author_name=row.author.full_name if row.author else "",
    )
