"""Unsubscribing from a message: one click for mail programs (RFC 8058), one button for people, never by GET."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from beffroi.audience.facts import NoSuchSubscriber, SubscriberView
from beffroi.audience.queries import subscribers, themes
from beffroi.audience.services import preferences
from beffroi.citizen import doors
from beffroi.citizen.doors import respond, secret_page, visitor
from beffroi.delivery.outgoing import DeliveryRef
from beffroi.delivery.queries import links
from beffroi.kit.tokens import BadToken

if TYPE_CHECKING:
    from beffroi.towns.models import Town

ONE_CLICK = ("List-Unsubscribe", "One-Click")  # RFC 8058, 3.1
UNDO_S = 3600
"""An hour: long enough for a slip, too short for whoever finds an old message."""
_undo = signing.TimestampSigner(salt="citizen.unsubscribe")


@secret_page("GET", "HEAD", "POST")
def unsubscribe(request: HttpRequest, town: Town, token: str) -> HttpResponse:
    try:
        ref = links.read_unsubscribe(town, token)
    except BadToken:
        return doors.dead_link(town)
    if request.method != "POST":
        return _choose(town, ref)
    if request.POST.get("annuler"):
        return _take_back(request, town, ref, token)
    everything = request.POST.get("tout") == "oui"
    name, value = ONE_CLICK
    before = subscribers.by_contact_point(town, ref.contact_point_id, at=timezone.now())
    preferences.unsubscribe_through(
        town, ref, everything=everything, at=timezone.now(), visitor=visitor(request)
    )
    if request.POST.get(name) == value:
        return HttpResponse(status=200, content_type="text/plain; charset=utf-8")
    return respond(
        town,
        "unsubscribed.html",
        everything=everything or not ref.theme_ids,
        names=_names(town, ref),
        undo=_ticket(token, before),
        centre=_centre(town, ref),
    )


def _choose(town: Town, ref: DeliveryRef) -> HttpResponse:
    person = subscribers.by_contact_point(town, ref.contact_point_id, at=timezone.now())
    receives = person.theme_ids if person else frozenset()
    names = _names(town, ref)
    others = bool(receives - set(ref.theme_ids))
    return respond(
        town,
        "unsubscribe.html",
        names=names,
        by_theme=bool(names) and others,
        centre=_centre(town, ref),
    )


def _take_back(request: HttpRequest, town: Town, ref: DeliveryRef, token: str) -> HttpResponse:
    """Puts back what this page has just taken away; the ticket is signed and lives an hour."""
    at = timezone.now()
    person = subscribers.by_contact_point(town, ref.contact_point_id, at=at)
    try:
        ticket = _undo.unsign(request.POST["annuler"], max_age=UNDO_S)
    except signing.BadSignature:
        return doors.dead_link(town, expired=True)
    owner, _, ids = ticket.partition(":")
    if owner != token or person is None:
        return doors.dead_link(town, expired=True)
    restored = [int(theme_id) for theme_id in ids.split("-")]
    try:
        preferences.change_themes(
            town,
            person.id,
            theme_ids=sorted({*restored, *person.theme_ids}),
            at=at,
            visitor=visitor(request),
        )
    except (preferences.NotConfirmed, NoSuchSubscriber):
        return doors.dead_link(town, expired=True)
    return respond(town, "resubscribed.html", centre=_centre(town, ref))


def _ticket(token: str, before: SubscriberView | None) -> str:
    if before is None or not before.theme_ids:
        return ""
    return _undo.sign(
        f"{token}:" + "-".join(str(theme_id) for theme_id in sorted(before.theme_ids))
    )


def _names(town: Town, ref: DeliveryRef) -> list[str]:
    wanted = set(ref.theme_ids)
    shown = [*themes.open_themes(town), *themes.ended_themes(town)]
    return [theme.name for theme in shown if theme.id in wanted]


def _centre(town: Town, ref: DeliveryRef) -> str:
    """Where to change everything else: through the code, for a forwarded message must not open it."""
    return doors.address(town, "lost")
