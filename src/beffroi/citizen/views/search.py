"""Search over everything: what the town published, and the messages that it sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from beffroi.campaigns import queries as campaigns
from beffroi.citizen import counting
from beffroi.citizen.doors import public_page, respond
from beffroi.content.queries import search as searching

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from beffroi.towns.models import Town


@public_page()
def search(request: HttpRequest, town: Town) -> HttpResponse:
    asked = " ".join(request.GET.get("q", "").replace("\x00", "").split())[: searching.ASKED_MAX]
    lent = _messages(town) if asked else []
    hits = searching.search(town, asked, at=timezone.now(), lent=lent)
    counting.COUNTS.search(town.slug, asked, hits.total, request.META)
    return respond(town, "search.html", here="search", asked=asked, hits=hits)


def _messages(town: Town) -> list[searching.Lent]:
    return [
        searching.Lent(
            key=one.slug,
            title=one.subject,
            summary=one.summary,
            words=one.words,
            published_at=one.published_at,
        )
        for one in campaigns.searchable(town)
    ]
