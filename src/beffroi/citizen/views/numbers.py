"""Mobile numbers: the page that takes the code, and what one's own page does with a number."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from beffroi.audience.facts import NothingToConfirm, TooManyAttempts
from beffroi.audience.services import codes, numbers, subscribing
from beffroi.citizen import doors
from beffroi.citizen.doors import go, respond, secret_page, visitor
from beffroi.citizen.forms import CodeForm, NewPhoneForm
from beffroi.citizen.views import centre
from beffroi.citizen.views.centre import Reader, readers_page
from beffroi.citizen.views.subscribe import too_many
from beffroi.delivery.queries import links

if TYPE_CHECKING:
    from beffroi.towns.models import Town


@secret_page("GET", "HEAD", "POST")
def code(request: HttpRequest, town: Town, handle: UUID) -> HttpResponse:
    """The same page whether the number was known or not, and whether a code left or not."""
    form = CodeForm(request.POST) if request.method == "POST" else CodeForm()
    if form.is_valid():
        try:
            done = subscribing.enter_number_code(
                town,
                handle,
                form.cleaned_data["code"],
                visitor=visitor(request),
                at=timezone.now(),
            )
        except (codes.WrongCode, codes.CodeExpired, NothingToConfirm) as wrong:
            form.add_error("code", why_not(wrong))
        else:
            token = links.preferences_token(town, done.contact_point_id)
            word = "mobile" if done.is_change_of_address else "bienvenue"
            return go(f"{doors.address(town, 'centre', token=token)}?fait={word}")
    return respond(
        town,
        "number_code.html",
        form=form,
        also_email="aussi" in request.GET,
        home=doors.address(town, "subscribe"),
    )


def why_not(wrong: Exception) -> str:
    """What happened to a code, and what to do."""
    if isinstance(wrong, codes.WrongCode):
        return gettext("Ce n’est pas le code envoyé. Vérifiez les six chiffres.")
    return gettext("Ce code a trop attendu ou a été essayé trop souvent. Demandez-en un autre.")


@readers_page("POST")
def ask(request: HttpRequest, town: Town, reader: Reader) -> HttpResponse:
    """Adds a number or changes it: nothing changes before its code is typed."""
    form = NewPhoneForm(request.POST)
    if reader.is_pending or not form.is_valid():
        return centre.show(town, reader, phone_form=form)
    try:
        handle = numbers.ask(
            town,
            reader.person.id,
            form.cleaned_data["phone"],
            visitor=visitor(request),
            at=reader.at,
        )
    except TooManyAttempts as fact:
        form.add_error("phone", too_many(town, fact))
        return centre.show(town, reader, phone_form=form)
    return go(doors.address(town, "number_code", handle=handle))


@readers_page("POST")
def remove(request: HttpRequest, town: Town, reader: Reader) -> HttpResponse:
    try:
        numbers.remove(town, reader.person.id, visitor=visitor(request), at=reader.at)
    except numbers.OnlyWay:
        form = NewPhoneForm()
        return centre.show(town, reader, phone_form=form, word="seul-moyen")
    return centre.back(town, reader, "sans-mobile")
