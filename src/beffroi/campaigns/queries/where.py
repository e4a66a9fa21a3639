"""Where the links of a letter lead: pages of this house are looked up, others are as they last answered."""

import hashlib
from collections.abc import Iterable

from django.core.cache import cache
from django.urls import Resolver404, ResolverMatch, resolve

from beffroi.audience.models import Theme
from beffroi.campaigns.links import own_path
from beffroi.campaigns.models import Campaign, CountedLink, Image
from beffroi.campaigns.words import LinkState
from beffroi.towns import queries as towns
from beffroi.towns.models import Town

PUBLIC = "citizen"
_PERSONAL = frozenset({"token", "handle"})
"""A page behind a secret is one person's own: in a letter it would be everybody's."""


def leads_somewhere(town: Town, href: str) -> bool:
    """Whether a link into this house shows readers a page; true of every link that leads elsewhere."""
    path = own_path(href)
    if path is None:
        return True
    match = _match(path)
    if match is None or match.namespace != PUBLIC or _PERSONAL & match.kwargs.keys():
        return False
    slug = match.kwargs.get("town_slug")
    if slug is not None and slug != town.slug:
        return towns.town_by_slug(str(slug)) is not None
    return _has_row(town, match)


def _match(path: str) -> ResolverMatch | None:
    """The page of this path; a forgotten final slash is forgiven, as the web server does."""
    for tried in (path, f"{path}/"):
        try:
            return resolve(tried)
        except Resolver404:
            continue
    return None


def _has_row(town: Town, match: ResolverMatch) -> bool:
    told = match.kwargs
    if match.url_name == "message":
        rows = Campaign.objects.of(town).filter(published_at__isnull=False, deleted_at=None)
        return rows.filter(archive_slug=told["slug"]).exists()
    if "slug" in told:
        return Theme.objects.of(town).filter(slug=told["slug"], is_public=True).exists()
    if "sha" in told:
        return Image.objects.of(town).filter(sha=told["sha"]).exists()
    if "link_id" in told:
        return CountedLink.objects.of(town).filter(pk=told["link_id"]).exists()
    return True


def states(town: Town, addresses: Iterable[str]) -> dict[str, LinkState]:
    """What is known of each; nothing is said of one that was never asked, or long ago."""
    keys = {key(town, address): address for address in addresses}
    return {keys[one]: LinkState(state) for one, state in cache.get_many(list(keys)).items()}


def key(town: Town, address: str) -> str:
    """Where the cache keeps an answer. Each town asks for itself."""
    return f"link:{town.pk}:{hashlib.sha256(address.encode()).hexdigest()}"
