"""What the public sees: the archive, one message, an image."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from beffroi.audience.models import Theme
from beffroi.campaigns.models import Campaign, CampaignTheme, Image
from beffroi.kit.html_text import words
from beffroi.kit.names import fold_words
from beffroi.towns.models import Town

SUMMARY_LENGTH = 200
WORDS_MAX = 4_000
"""Letters of a message that a search looks at."""
KEPT_MOST = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishedTheme:
    id: int
    slug: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishedMessage:
    """One message that went out."""

    id: int
    slug: str
    subject: str
    summary: str
    """The preheader, else the first words."""
    html: str
    """Clean HTML between the town's header and footer, without h1; addresses are whole."""
    published_at: datetime
    themes: tuple[PublishedTheme, ...]
    """Those that anybody may choose: the name of a hidden one says something about its readers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Searchable:
    """What a search looks at of a message that went out."""

    slug: str
    subject: str
    summary: str
    words: str
    """Subject and text, folded."""
    published_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredImage:
    data: bytes
    extension: str
    """png or jpg."""
    alt: str

    @property
    def content_type(self) -> str:
        return "image/png" if self.extension == "png" else "image/jpeg"


_kept: dict[tuple[int, datetime | None], Searchable] = {}
"""A public page is frozen: each is read once in a process."""


def archive(
    town: Town, *, theme_id: int | None = None, first: int = 0, limit: int
) -> list[PublishedMessage]:
    """The newest first. What only went to hidden themes has its page, and is not listed."""
    return _messages(town, list(_listed(town, theme_id=theme_id)[first : first + limit]))


def searchable(town: Town) -> list[Searchable]:
    """All that the archive lists."""
    keys = list(_listed(town).values_list("pk", "published_at"))
    read = {key: _kept[key] for key in keys if key in _kept}
    unread = [key[0] for key in keys if key not in read]
    for row in Campaign.objects.of(town).filter(pk__in=unread):
        if row.published_at is not None:
            read[row.pk, row.published_at] = _read(row, row.published_at)
    if len(_kept) > KEPT_MOST:
        _kept.clear()
    _kept.update(read)
    return [read[key] for key in keys if key in read]


def published(town: Town, slug: str) -> PublishedMessage | None:
    rows = Campaign.objects.of(town).filter(published_at__isnull=False, deleted_at=None)
    found = rows.filter(archive_slug=slug).first() if slug else None
    return _messages(town, [found])[0] if found else None


def published_slug(town: Town, campaign_id: int) -> str | None:
    """Of a message that went out; None of any other."""
    rows = Campaign.objects.of(town).filter(published_at__isnull=False, deleted_at=None)
    return rows.filter(pk=campaign_id).values_list("archive_slug", flat=True).first()


def image(town: Town, sha: str) -> StoredImage | None:
    row = Image.objects.of(town).filter(sha=sha).first()
    return StoredImage(data=bytes(row.data), extension=row.extension, alt=row.alt) if row else None


def _listed(town: Town, *, theme_id: int | None = None) -> QuerySet[Campaign]:
    rows = Campaign.objects.of(town).filter(published_at__isnull=False, deleted_at=None)
    chosen = CampaignTheme.objects.of(town).filter(theme__is_public=True)
    if theme_id is not None:
        chosen = chosen.filter(theme_id=theme_id)
    rows = rows.filter(pk__in=chosen.values("campaign_id"))
    return rows.order_by("-published_at", "-pk")


def _messages(town: Town, rows: list[Campaign]) -> list[PublishedMessage]:
    links = (
        CampaignTheme.objects.of(town)
        .filter(campaign__in=rows, theme__is_public=True)
        .select_related("theme")
    )
    themes: dict[int, list[Theme]] = {}
    for link in links:
        themes.setdefault(link.campaign_id, []).append(link.theme)
    return [
        PublishedMessage(
            id=row.pk,
            slug=row.archive_slug,
            subject=row.subject,
            summary=row.preheader or _summary(row.page_html),
            html=row.page_html,
            published_at=row.published_at,
            themes=tuple(
                PublishedTheme(id=theme.pk, slug=theme.slug, name=theme.name)
                for theme in sorted(themes.get(row.pk, []), key=lambda t: (t.position, t.pk))
            ),
        )
        for row in rows
        if row.published_at is not None
    ]


def _read(row: Campaign, published_at: datetime) -> Searchable:
    return Searchable(
        slug=row.archive_slug,
        subject=row.subject,
        summary=row.preheader or _summary(row.page_html),
        words=fold_words(f"{row.subject} {row.preheader} {words(row.page_html)}")[:WORDS_MAX],
        published_at=published_at,
    )


def _summary(html: str) -> str:
    text = " ".join(words(html).split())
    if len(text) <= SUMMARY_LENGTH:
        return text
    return text[:SUMMARY_LENGTH].rsplit(" ", 1)[0] + "…"
