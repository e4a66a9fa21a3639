"""What the town has sent, for everybody: lists, messages, feeds, images, counted links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext

from beffroi.audience.facts import ThemeView
from beffroi.audience.queries import themes
from beffroi.campaigns import queries as campaigns
from beffroi.campaigns.services import links as counted
from beffroi.citizen import doors, feeds
from beffroi.citizen.doors import public_page, respond, secret_page
from beffroi.kit.paths import feed_path, message_path

if TYPE_CHECKING:
    from beffroi.towns.models import Town

PER_PAGE = 20
LAST_PAGE = 500
YEAR_S = 365 * 24 * 3600


@public_page()
def listing(request: HttpRequest, town: Town, slug: str = "", number: int = 1) -> HttpResponse:
    theme = doors.public_theme(town, slug)
    if not 1 <= number <= LAST_PAGE:
        raise Http404
    found = campaigns.archive(
        town,
        theme_id=theme.id if theme else None,
        first=(number - 1) * PER_PAGE,
        limit=PER_PAGE + 1,
    )
    if number > 1 and not found:
        raise Http404
    return respond(
        town,
        "archive.html",
        here="archive",
        theme=theme,
        themes=themes.public_themes(town),
        messages=found[:PER_PAGE],
        number=number,
        newer=_page_of(town, slug, number - 1) if number > 1 else "",
        older=_page_of(town, slug, number + 1) if len(found) > PER_PAGE else "",
        rss=_feed_address(town, "rss", theme),
        atom=_feed_address(town, "atom", theme),
    )


@public_page()
def message(request: HttpRequest, town: Town, slug: str) -> HttpResponse:
    found = campaigns.published(town, slug)
    if found is None:
        raise Http404
    return respond(town, "message.html", here="archive", message=found)


@public_page()
def feed(request: HttpRequest, town: Town, kind: str, slug: str = "") -> HttpResponse:
    """RSS 2.0 or Atom, whole texts, for readers and for other sites."""
    theme = doors.public_theme(town, slug)
    base = doors.base_url(request, town)
    title = gettext("{town}\N{NO-BREAK SPACE}: messages de la mairie").format(town=town.name)
    head = feeds.Head(
        title=f"{title} ({theme.name})" if theme else title,
        description=theme.description if theme and theme.description else title,
        author=town.name,
        link=base + (f"/messages/theme/{slug}/" if theme else "/messages/"),
        here=base + feed_path(kind, slug),
    )
    found = campaigns.archive(town, theme_id=theme.id if theme else None, limit=feeds.SHOWN)
    items = (
        feeds.Item(
            title=one.subject,
            link=base + message_path(one.slug),
            html=one.html,
            published_at=one.published_at,
            updated_at=one.published_at,
            categories=tuple(shown.name for shown in one.themes),
        )
        for one in found
    )
    return feeds.sheet(kind, head, items)


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
    return HttpResponse(status=302, headers={"Location": f"/{town.slug}{message_path(slug)}"})


def _page_of(town: Town, slug: str, number: int) -> str:
    named = {"slug": slug} if slug else {}
    name = "theme" if slug else "archive"
    return doors.page_address(town, name, number, **named)


def _feed_address(town: Town, kind: str, theme: ThemeView | None) -> str:
    if theme is None:
        return doors.address(town, "feed", kind=kind)
    return doors.address(town, "theme_feed", kind=kind, slug=theme.slug)
