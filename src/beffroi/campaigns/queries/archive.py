"""What the public sees: the archive, one message, an image."""

from dataclasses import dataclass
from datetime import datetime

from beffroi.audience.models import Theme
from beffroi.campaigns.models import Campaign, CampaignTheme, Image
from beffroi.kit.html_text import words
from beffroi.towns.models import Town

SUMMARY_LENGTH = 200


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
class StoredImage:
    data: bytes
    extension: str
    """png or jpg."""
    alt: str

    @property
    def content_type(self) -> str:
        return "image/png" if self.extension == "png" else "image/jpeg"


def archive(
    town: Town, *, theme_id: int | None = None, limit: int | None = None
) -> list[PublishedMessage]:
    """The newest first. What only went to hidden themes has its page, and is not listed."""
    rows = Campaign.objects.of(town).filter(published_at__isnull=False, deleted_at=None)
    chosen = CampaignTheme.objects.of(town).filter(theme__is_public=True)
    if theme_id is not None:
        chosen = chosen.filter(theme_id=theme_id)
    rows = rows.filter(pk__in=chosen.values("campaign_id"))
    return _messages(town, list(rows.order_by("-published_at", "-pk")[:limit]))


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


def _summary(html: str) -> str:
    text = " ".join(words(html).split())
    if len(text) <= SUMMARY_LENGTH:
        return text
    return text[:SUMMARY_LENGTH].rsplit(" ", 1)[0] + "…"
