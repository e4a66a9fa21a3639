"""A draft as residents will read it, for whoever holds the link that the desk made. Whose page is public is led there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from beffroi.citizen import doors
from beffroi.citizen.doors import Draft, secret_page
from beffroi.citizen.views import agenda, directory, news
from beffroi.content import previews
from beffroi.content.facts import NoSuchEntry
from beffroi.content.queries import desk, public
from beffroi.content.words import Kind, Stage

if TYPE_CHECKING:
    from beffroi.towns.models import Town

_SHOWN = {
    Kind.NEWS: news.shown,
    Kind.EVENT: agenda.shown_event,
    Kind.FILM: agenda.shown_film,
    Kind.PLACE: directory.shown_place,
    Kind.PAGE: directory.shown_page,
}


@secret_page("GET", "HEAD")
def preview(request: HttpRequest, town: Town, token: str) -> HttpResponse:
    at = timezone.now()
    try:
        row = desk.opened(town, previews.entry_id(token)).row
    except (previews.BadPreview, NoSuchEntry) as fact:
        raise Http404 from fact
    (found,) = public.wholes(town, [row])
    card = found.card
    if card.photo and public.picture(town, card.photo.sha, is_small=True, at=at) is None:
        found = replace(found, card=replace(card, photo=None))  # of a page that was withdrawn
    if public.entry(town, card.kind, card.slug, at=at) is not None:
        return doors.go(doors.entry_address(town, card))
    is_coming = row.stage == Stage.PUBLISHED and row.publish_at and row.publish_at > at
    draft = Draft(
        desk=reverse("backoffice:entry", args=[town.slug, row.pk]),
        comes_at=row.publish_at if is_coming else None,
    )
    return _SHOWN[card.kind](town, found, at=at, draft=draft)
