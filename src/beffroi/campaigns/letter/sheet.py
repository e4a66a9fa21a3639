"""Everything a letter is made from, gathered once."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Article:
    title: str
    html: str
    """Clean HTML (kit.html)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """Pixels of an image as it is kept."""

    width: int
    height: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    town_name: str
    primary_colour: str
    accent_colour: str
    base_url: str
    """The town's public pages, without a final slash."""
    site_url: str
    """Where addresses that begin with a slash live, without a final slash."""
    arms_url: str = ""
    """Empty: the town has no coat of arms."""
    subject: str
    preheader: str
    body: str
    articles: tuple[Article, ...]
    theme_names: tuple[str, ...]
    date: str
    """« mardi 24 novembre 2026 »."""
    postal_address: str
    telephone: str
    website: str
    page_url: str
    """The public page of this message; empty: not published (yet)."""
    counts_links: bool
    is_test: bool = False
    sizes: Mapping[str, Size] = field(default_factory=dict)
    """By image name, <sha>.<extension>."""
