"""What the town has sent, for everybody: lists, messages, feeds, images, counted links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import feedgenerator
from django.utils.translation import gettext

from beffroi.audience.facts import ThemeView
from beffroi.audience.queries import themes
from beffroi.campaigns import queries as campaigns
from beffroi.campaigns.services import links as counted
from beffroi.citizen import doors
from beffroi.citizen.doors import public_page, respond, secret_page
from beffroi.kit.paths import feed_path, message_path, town_url

if TYPE_CHECKING:
    from beffroi.towns.models import Town

PER_PAGE, IN_FEED = 20, 30
LAST_PAGE = 500
YEAR_S = 365 * 24 * 3600
MEDIA_TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
}
_UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""What XML 1.0 cannot hold (2.2); a pasted text may."""
FEEDS = {"rss": feedgenerator.Rss201rev2Feed, "atom": feedgenerator.Atom1Feed}


@public_page()
def listing(request: HttpRequest, town: Town, slug: str = "") -> HttpResponse:
    theme = _theme(town, slug)
    asked = request.GET.get("page", "1")
    number = min(max(int(asked), 1), LAST_PAGE) if asked.isdecimal() and len(asked) < 6 else 1
    found = campaigns.archive(
        town, theme_id=theme.id if theme else None, limit=number * PER_PAGE + 1
    )
    shown = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    if number > 1 and not shown:
        raise Http404
    return respond(
        town,
        "archive.html",
        here="archive",
        theme=theme,
        themes=themes.public_themes(town),
        messages=shown,
        number=number,
        older=len(found) > number * PER_PAGE,
        rss=_feed_address(town, "rss", theme),
        atom=_feed_address(town, "atom", theme),
    )


@public_page()
def message(request: HttpRequest, town: Town, slug: str) -> HttpResponse:
    found = campaigns.published(town, slug)
    if found is None:
        raise Http404
    return respond(town, "message.html", here="archive", message=found)


@public_page(seconds=300)
def feed(request: HttpRequest, town: Town, kind: str, slug: str = "") -> HttpResponse:
    """RSS 2.0 or Atom, whole texts, for readers and for other sites."""
    theme = _theme(town, slug)
    base = town_url(settings.BEFFROI_URL, town.slug)
    title = gettext("{town}\N{NO-BREAK SPACE}: messages de la mairie").format(town=town.name)
    here = base + feed_path(kind, slug)
    sheet = FEEDS[kind](
        title=f"{title} ({theme.name})" if theme else title,
        link=base + (f"/messages/theme/{slug}/" if theme else "/messages/"),
        description=theme.description if theme and theme.description else title,
        language="fr",
        author_name=town.name,
        feed_url=here,
        feed_guid=here,
    )
    for found in campaigns.archive(town, theme_id=theme.id if theme else None, limit=IN_FEED):
        link = base + message_path(found.slug)
        sheet.add_item(
            title=_UNSPEAKABLE.sub("", found.subject),
            link=link,
            description=_UNSPEAKABLE.sub("", found.html),
            pubdate=found.published_at,
            updateddate=found.published_at,
            unique_id=link,
            categories=[one.name for one in found.themes],
        )
    return HttpResponse(sheet.writeString("utf-8"), content_type=MEDIA_TYPES[kind])


@public_page(seconds=YEAR_S, immutable=True)
def image(request: HttpRequest, town: Town, sha: str, extension: str) -> HttpResponse:
    """Named by its content, so that it never changes."""
    found = campaigns.image(town, sha)
    if found is None or found.extension != extension:
        raise Http404
    return HttpResponse(found.data, content_type=found.content_type)


@secret_page("GET")
def counted_link(request: HttpRequest, town: Town, link_id: int) -> HttpResponse:
    """One click more for the link, nothing about who clicked."""
    url = counted.follow(town, link_id)
    if url is None:
        raise Http404
    return HttpResponse(status=302, headers={"Location": url})


@secret_page("GET")
def short(request: HttpRequest, town: Town, campaign_id: int) -> HttpResponse:
    """What an SMS leads to: the page of the message."""
    slug = campaigns.published_slug(town, campaign_id)
    if slug is None:
        raise Http404
    where = town_url(settings.BEFFROI_URL, town.slug) + message_path(slug)
    return HttpResponse(status=302, headers={"Location": where})


def _theme(town: Town, slug: str) -> ThemeView | None:
    """None without a slug; an unknown or hidden theme is not there."""
    if not slug:
        return None
    theme = themes.theme_by_slug(town, slug)
    if theme is None or not theme.is_public:
        raise Http404
    return theme


def _feed_address(town: Town, kind: str, theme: ThemeView | None) -> str:
    if theme is None:
        return doors.address(town, "feed", kind=kind)
    return doors.address(town, "theme_feed", kind=kind, slug=theme.slug)
