"""News: lists, one item, feeds in three formats, photographs."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext

from beffroi.audience.facts import ThemeView
from beffroi.audience.queries import themes
from beffroi.citizen import counting, doors, feeds
from beffroi.citizen.doors import public_page, respond
from beffroi.content.facts import Whole
from beffroi.content.queries import public
from beffroi.content.words import Kind
from beffroi.kit import paths

if TYPE_CHECKING:
    from beffroi.citizen.doors import Draft
    from beffroi.towns.models import Town

PER_PAGE = 20
YEAR_S = 365 * 24 * 3600


@public_page()
def listing(request: HttpRequest, town: Town, slug: str = "", number: int = 1) -> HttpResponse:
    theme = doors.public_theme(town, slug)
    if not 1 <= number <= 500:
        raise Http404
    found = public.news(
        town,
        at=timezone.now(),
        theme_slug=slug,
        first=(number - 1) * PER_PAGE,
        limit=PER_PAGE + 1,
    )
    if number > 1 and not found:
        raise Http404
    return respond(
        town,
        "news.html",
        here="news",
        theme=theme,
        themes=themes.public_themes(town),
        cards=found[:PER_PAGE],
        newer=_page_of(town, slug, number - 1) if number > 1 else "",
        older=_page_of(town, slug, number + 1) if len(found) > PER_PAGE else "",
        number=number,
    )


@public_page()
def item(request: HttpRequest, town: Town, slug: str) -> HttpResponse:
    return shown(town, entry_or_404(request, town, Kind.NEWS, slug), at=timezone.now())


def shown(town: Town, found: Whole, *, at: datetime, draft: Draft | None = None) -> HttpResponse:
    return respond(town, "entry.html", here="news", entry=found, draft=draft)


@public_page()
def feed(request: HttpRequest, town: Town, kind: str, slug: str = "") -> HttpResponse:
    """RSS 2.0 or Atom, whole texts, for readers and for other sites."""
    theme = doors.public_theme(town, slug)
    base = doors.base_url(request, town)
    title = _feed_title(town, theme)
    here = base + request.path_info.removeprefix(f"/{town.slug}")
    head = feeds.Head(
        title=title, description=title, author=town.name, link=base + paths.NEWS, here=here
    )
    latest = public.latest(town, at=timezone.now(), theme_slug=slug, limit=feeds.SHOWN)
    return feeds.sheet(kind, head, (_item(base, one) for one in latest))


@public_page()
def json_feed(request: HttpRequest, town: Town) -> HttpResponse:
    """JSON Feed 1.1 (jsonfeed.org/version/1.1)."""
    base = doors.base_url(request, town)
    items: list[dict[str, Any]] = []
    for one in public.latest(town, at=timezone.now(), limit=feeds.SHOWN):
        link = f"{base}{paths.NEWS}{one.card.slug}/"
        told = {
            "id": link,
            "url": link,
            "title": one.card.title,
            "summary": one.card.summary,
            "content_html": one.html,
            "date_published": one.card.published_at.isoformat(),
            "date_modified": one.changed_at.isoformat(),
            "tags": [theme.name for theme in one.card.themes],
        }
        if one.card.photo:
            told["image"] = base + paths.photo_path(one.card.photo.sha)
        items.append(told)
    return JsonResponse(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": _feed_title(town, None),
            "language": "fr",
            "home_page_url": base + "/",
            "feed_url": f"{base}{paths.NEWS}feed.json",
            "items": items,
        },
        content_type="application/feed+json",
    )


@public_page(seconds=YEAR_S, immutable=True)
def photo(request: HttpRequest, town: Town, sha: str, size: str = "") -> HttpResponse:
    """Named by its content, so that it never changes; gone with the last page that shows it, an hour later at most where the clock ended that page."""
    found = public.picture(town, sha, is_small=bool(size), at=timezone.now())
    if found is None:
        raise Http404
    return HttpResponse(found, content_type="image/webp")


def entry_or_404(request: HttpRequest, town: Town, kind: Kind, slug: str) -> Whole:
    """What the page shows, and is counted for."""
    found = public.entry(town, kind, slug, at=timezone.now())
    if found is None:
        raise Http404
    counting.note(request, town.slug, entry_id=found.card.id)
    return found


def _item(base: str, one: Whole) -> feeds.Item:
    return feeds.Item(
        title=one.card.title,
        link=f"{base}{paths.NEWS}{one.card.slug}/",
        html=_with_photo(base, one),
        published_at=one.card.published_at,
        updated_at=one.changed_at,
        categories=tuple(theme.name for theme in one.card.themes),
    )


def _with_photo(base: str, one: Whole) -> str:
    photo = one.card.photo
    if photo is None:
        return one.html
    source, alt = base + paths.photo_path(photo.sha), escape(photo.alt)
    return f'<p><img src="{source}" alt="{alt}"></p>{one.html}'


def _feed_title(town: Town, theme: ThemeView | None) -> str:
    title = gettext("{town}\N{NO-BREAK SPACE}: actualités").format(town=town.name)
    return f"{title} ({theme.name})" if theme else title


def _page_of(town: Town, slug: str, number: int) -> str:
    named = {"slug": slug} if slug else {}
    name = "news_theme" if slug else "news"
    return doors.page_address(town, name, number, **named)
