"""Counted links: a number goes up, and nobody is remembered."""

from django.db.models import F

from beffroi.campaigns.models import CountedLink
from beffroi.towns.models import Town


def follow(town: Town, link_id: int) -> str | None:
    """Counts one click and tells where the link leads; None when this town has no such link."""
    links = CountedLink.objects.of(town).filter(pk=link_id)
    links.update(clicks=F("clicks") + 1)
    return links.values_list("url", flat=True).first()
