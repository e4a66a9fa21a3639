"""The way back without the link: an address or a number, a code, one's own page."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from beffroi.audience.facts import TooManyAttempts
from beffroi.audience.services import codes
from beffroi.citizen import doors
from beffroi.citizen.doors import by_method, go, public_page, respond, secret_page, visitor
from beffroi.citizen.forms import CodeForm, ContactForm
from beffroi.citizen.views.numbers import why_not
from beffroi.citizen.views.subscribe import too_many
from beffroi.delivery.queries import links

if TYPE_CHECKING:
    from beffroi.towns.models import Town


@public_page(seconds=3600)
def _ask_address(request: HttpRequest, town: Town) -> HttpResponse:
    return respond(town, "lost.html", here="centre", form=ContactForm())


@secret_page("POST")
def _send_code(request: HttpRequest, town: Town) -> HttpResponse:
    """Leads to the same page for every address; only its owner can tell whether a code came."""
    form = ContactForm(request.POST)
    if not form.is_valid() or form.cleaned_data["website"]:
        return respond(town, "lost.html", here="centre", form=form)
    channel, contact = form.cleaned_data["contact"]
    try:
        with doors.evenly():
            handle = codes.request_code(
                town, contact, channel=channel, visitor=visitor(request), at=timezone.now()
            )
    except TooManyAttempts as fact:
        form.add_error(None, too_many(town, fact))
        return respond(town, "lost.html", here="centre", form=form, status=429)
    return go(doors.address(town, "code", handle=handle))


lost = by_method(get=_ask_address, post=_send_code)


@secret_page("GET", "HEAD", "POST")
def code(request: HttpRequest, town: Town, handle: UUID) -> HttpResponse:
    form = CodeForm(request.POST) if request.method == "POST" else CodeForm()
    if form.is_valid():
        try:
            point = codes.enter_code(town, handle, form.cleaned_data["code"], at=timezone.now())
        except (codes.WrongCode, codes.CodeExpired) as wrong:
            form.add_error("code", why_not(wrong))
        else:
            return go(doors.address(town, "centre", token=links.preferences_token(town, point)))
    return respond(
        town,
        "code.html",
        here="centre",
        form=form,
        lost=doors.address(town, "lost"),
        home=doors.address(town, "subscribe"),
    )
