"""All reads of the room: `archive`, `campaigns`, `checks`, `letters`, `proposals`, `results`."""

from beffroi.campaigns.queries.archive import (
    archive,
    image,
    published,
    published_slug,
    searchable,
)

__all__ = ["archive", "image", "published", "published_slug", "searchable"]
