"""Opting in: the form, the answer to its form, and the link that confirms."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext

from beffroi.audience.facts import (
    NoSuchText,
    NothingToConfirm,
    TextView,
    TooManyAttempts,
    TooManyCodes,
)
from beffroi.audience.queries import subscribers, themes
from beffroi.audience.services import subscribing
from beffroi.campaigns import queries as campaigns
from beffroi.citizen import doors, offers
from beffroi.citizen.doors import by_method, public_page, respond, secret_page, visitor
from beffroi.citizen.forms import SubscribeForm
from beffroi.delivery.outgoing import DeliveryRef
from beffroi.delivery.queries import links
from beffroi.kit.addresses import suggest
from beffroi.kit.tokens import BadToken

if TYPE_CHECKING:
    from beffroi.towns.models import Town

CONFIRM_LIFE = timedelta(days=30)  # what the letter and the wording of the consent promise
LATEST = 4


@public_page()
def _invitation(request: HttpRequest, town: Town) -> HttpResponse:
    text = wording(town)
    return _show(town, text, _form(town, text))


@secret_page("POST")
def _answer(request: HttpRequest, town: Town) -> HttpResponse:
    """The same words, whether the address is known or not."""
    text = wording(town)
    form = _form(town, text, _chosen_spelling(request))
    if not form.is_valid():
        return _show(town, text, form)
    email = form.cleaned_data["email"]
    if form.cleaned_data["website"]:
        return _thanks(town, email or town.sender_address)
    if text is None or form.cleaned_data["consent"] != text.version:
        form.add_error(
            None,
            gettext(
                "Le texte que vous acceptez vient d’être mis à jour. Vos choix sont gardés\N{NO-BREAK SPACE}:"
                " relisez-le au-dessus du bouton, puis envoyez de nouveau."
            ),
        )
        return _show(town, text, form)
    better = suggest(email) if email else None
    if better and form.cleaned_data["checked"] != email:
        return _show(town, text, form, suggestion=better)
    return _ask(request, town, form, text)


def _ask(request: HttpRequest, town: Town, form: SubscribeForm, text: TextView) -> HttpResponse:
    said = form.cleaned_data
    try:
        with doors.evenly():
            handle = subscribing.subscribe(
                town,
                said["email"],
                phone=said["phone"],
                theme_ids=said["themes"],
                channels=form.by_theme(),
                text_version=text.version,
                visitor=visitor(request),
                at=timezone.now(),
            )
    except TooManyAttempts as fact:
        form.add_error(None, too_many(town, fact))
        return _show(town, text, form, status=429)
    if handle is None:
        return _thanks(town, said["email"])
    both = "?aussi=e-mail" if said["email"] else ""
    return doors.go(doors.address(town, "number_code", handle=handle) + both)


subscribe = by_method(get=_invitation, post=_answer)


@secret_page("GET", "HEAD", "POST")
def confirm(request: HttpRequest, town: Town, token: str) -> HttpResponse:
    """GET only asks: the programs of mail hosts follow every link."""
    at = timezone.now()
    try:
        ref = links.read_confirm(town, token, at=at, life=CONFIRM_LIFE)
        if request.method == "POST":
            return _confirmed(request, town, ref, at=at)
        asked = subscribers.confirmation(town, ref, at=at)
    except links.Expired:
        return doors.dead_link(town, expired=True)
    except (BadToken, NothingToConfirm):
        return doors.dead_link(town)
    return respond(town, "confirm.html", confirmation=asked)


def _confirmed(request: HttpRequest, town: Town, ref: DeliveryRef, *, at: datetime) -> HttpResponse:
    done = subscribing.confirm(town, ref, visitor=visitor(request), at=at)
    token = links.preferences_token(town, done.contact_point_id)
    centre = doors.address(town, "centre", token=token)
    return respond(town, "confirmed.html", confirmation=done, centre=centre)


def too_many(town: Town, fact: TooManyAttempts) -> str:
    sentence = gettext(
        "Trop de demandes viennent de votre réseau. Rien n’a été envoyé\N{NO-BREAK SPACE}: attendez une heure, puis recommencez."
    )
    if isinstance(fact, TooManyCodes):
        sentence = gettext(
            "Trop de codes ont été demandés par SMS aujourd’hui. Rien n’a été envoyé\N{NO-BREAK SPACE}: recommencez"
            " demain, ou donnez une adresse e\N{NON-BREAKING HYPHEN}mail à la place du mobile."
        )
    if town.telephone:
        sentence += " " + gettext("Vous pouvez aussi appeler la mairie au {telephone}.").format(
            telephone=town.telephone
        )
    return sentence


def _chosen_spelling(request: HttpRequest) -> QueryDict:
    """The form as sent, with the better spelling when the visitor pressed that button."""
    typed = request.POST.copy()
    if typed.get("use") == "suggestion":
        typed["email"] = typed["checked"] = str(typed.get("suggestion", ""))
    return typed


def wording(town: Town) -> TextView | None:
    try:
        return themes.consent_text(town)
    except NoSuchText:
        return None


def _form(town: Town, text: TextView | None, typed: QueryDict | None = None) -> SubscribeForm:
    return SubscribeForm(themes.public_themes(town), typed, channels=offers.by_form(text))


def _show(
    town: Town,
    text: TextView | None,
    form: SubscribeForm,
    *,
    suggestion: str = "",
    status: int = 200,
) -> HttpResponse:
    return respond(
        town,
        "subscribe.html",
        status=status,
        here="subscribe",
        form=form,
        suggestion=suggestion,
        consent=text,
        offers_push=offers.push(text),
        messages=campaigns.archive(town, limit=LATEST),
    )


def _thanks(town: Town, email: str) -> HttpResponse:
    return respond(town, "sent.html", email=email, home=doors.address(town, "home"))
