"""The links of a content, told apart: into this house, or out of it."""

from urllib.parse import unquote, urlsplit

from django.conf import settings

from beffroi.campaigns.content import Content
from beffroi.kit.html_text import links


def own_path(href: str) -> str | None:
    """The path of a link into this house; None when it leads elsewhere."""
    own = f"{settings.BEFFROI_URL}/"
    if href.rstrip("/") == settings.BEFFROI_URL:
        return "/"
    if href.startswith(own):
        href = href.removeprefix(settings.BEFFROI_URL)
    return unquote(urlsplit(href).path) if href.startswith("/") else None


def outside(content: Content) -> dict[str, str]:
    """Addresses on the web outside this house, each with the words that carry it."""
    return {
        link.href: link.label or link.href
        for link in links(content.html)
        if link.href.lower().startswith(("http://", "https://")) and own_path(link.href) is None
    }
